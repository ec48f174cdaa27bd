import { describe, expect, it } from 'vitest';
import type { FooterSummary } from '../../../../src/codec/index/footer.ts';
import { EventColumns } from '../../../../src/indexes/columns.ts';
import { ChunkSource } from '../../../../src/recovery/image/chunk-source.ts';
import { coverRows, joinFooter, pageStarts } from '../../../../src/recovery/image/join-footer.ts';
import { SegmentNotes } from '../../../../src/recovery/image/segment-notes.ts';
import { LogScan } from '../../../../src/recovery/scan.ts';
import { FootedSegment } from '../../../support/footed-segment.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

const log = (): ForgedLog =>
  new ForgedLog().segment().name('moved', 0x1000).event('a').event('b').segment().event('a');

/** Joins the footer of a segment to a scan. */
function joined(footed: FootedSegment, scan = new LogScan(forgedSalt, 1)) {
  const found = footed.read();
  if (typeof found === 'string') throw new Error(found);
  const notes = new SegmentNotes();
  const source = new ChunkSource(footed.files, forgedSalt, () => new EventColumns());
  const { handle, segment } = footed;
  const problem = joinFooter(scan, found, { handle, segment, salt: forgedSalt, source, notes });
  return { problem, scan, notes };
}

function footedLog(position = 0): FootedSegment {
  const footed = new FootedSegment(log(), position);
  footed.write();
  return footed;
}

describe('joinFooter', () => {
  it('takes up everything that reading the segment would', () => {
    const footed = footedLog();
    const { problem, scan, notes } = joined(footed);
    expect(problem).toBeUndefined();
    const { index } = scan;
    const read = footed.log.index;
    expect(index.count).toBe(2);
    for (const sequence of [0, 1]) {
      expect(index.columns.offset(sequence)).toBe(read.columns.offset(sequence));
      expect(index.columns.clock(sequence)).toBe(read.columns.clock(sequence));
    }
    expect(index.entities.find('b')).toBe(1);
    expect(index.heads.sequence(1)).toBe(1);
    expect([...index.heads.hashOf(1)]).toEqual([...read.heads.hashOf(1)]);
    expect(index.kinds[0x1000]).toBe(1);
    expect(scan.names).toEqual([{ name: 'moved', kind: 0x1000 }]);
    expect(scan).toMatchObject({ clean: false, durableEvents: 2 });
    expect(notes.footers.get(1)).toMatchObject({ sameNumbers: true, keys: 0 });
    expect(notes.ends.get(1)).toEqual(footed.log.notes.ends.get(1));
  });

  it('gives streams other numbers when others are known already', () => {
    const scan = new LogScan(forgedSalt, 1);
    scan.index.entities.intern('z');
    const { problem, notes } = joined(footedLog(), scan);
    expect(problem).toBeUndefined();
    expect(notes.footers.get(1)?.sameNumbers).toBe(false);
    const { columns, entities } = scan.index;
    expect([0, 1].map((at) => entities.entity(columns.entityId(at)))).toEqual(['a', 'b']);
  });

  const wrong: readonly (readonly [string, Partial<FooterSummary>, string])[] = [
    ['whose last frame is another', { lastFrame: { offset: 9, length: 9, checksum: 9 } }, 'frames'],
    ['that lacks rows', { nextSequence: 3 }, 'bad chunk'],
    ['whose time is not later', { timestampUs: 0, counter: 0 }, 'does not follow'],
  ];
  it.each(wrong)('refuses a footer %s, and takes up nothing', (_, change, reason) => {
    const footed = footedLog();
    footed.forge(change);
    const { problem, scan } = joined(footed);
    expect(problem).toContain(reason);
    expect([scan.index.count, scan.names]).toEqual([0, []]);
  });

  it('refuses a footer that does not follow on what is known', () => {
    expect(joined(footedLog(1)).problem).toBe('does not follow');
    const named = new LogScan(forgedSalt, 1);
    named.addName('moved', 0x1fff);
    expect(joined(footedLog(), named).problem).toBe('does not follow');
    const footed = footedLog();
    const streams = footed.summary().streams.map((one) => ({ ...one, firstClock: 1, clock: 1 }));
    footed.forge({ streams });
    expect(joined(footed).problem).toBe('does not follow');
  });
});

describe('coverRows', () => {
  const chunk = (firstSequence: number, count: number) => ({
    ...{ firstSequence, count, at: 0, checksum: 0, startUs: firstSequence },
  });

  it('wants each row once, in order, and no chunk over the border of a page', () => {
    expect(coverRows([], 5, 5)).toBe(true);
    expect(coverRows([chunk(5, 3), chunk(8, 1)], 5, 9)).toBe(true);
    expect(coverRows([chunk(65_535, 1), chunk(65_536, 65_536)], 65_535, 131_072)).toBe(true);
    expect(coverRows([chunk(65_535, 2)], 65_535, 65_537)).toBe(false);
    expect(coverRows([chunk(5, 3)], 5, 9)).toBe(false);
    expect(coverRows([chunk(5, 3), chunk(7, 2)], 5, 9)).toBe(false);
    expect(coverRows([chunk(5, 0), chunk(5, 4)], 5, 9)).toBe(false);
  });

  it('goes with the starts of pages', () => {
    expect(pageStarts([chunk(0, 9), chunk(9, 1), chunk(65_536, 1)])).toEqual([0, 65_536]);
  });
});
