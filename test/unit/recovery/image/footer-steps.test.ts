import { describe, expect, it } from 'vitest';
import { FootedSegment } from '../../../support/footed-segment.ts';
import { ForgedLog } from '../../../support/forged-log.ts';

const digest = new Uint8Array(16).fill(9);

function twoSegments(): ForgedLog {
  return new ForgedLog()
    .segment()
    .name('moved', 0x1000)
    .event('a', { idempotency: digest })
    .event('b', { lane: 3, kind: 0x1001 })
    .event('a', { scope: 'shop' })
    .segment()
    .name('turned', 0x1001)
    .event('a');
}

describe('footerSteps', () => {
  it('writes what the index knows of a segment behind its frames', () => {
    const footed = new FootedSegment(twoSegments());
    const steps = footed.write();
    expect(steps).toBe(4);
    const { index } = footed.log;
    const summary = footed.summary();
    expect(summary).toMatchObject({
      segmentId: 1,
      validBytes: footed.segment.validBytes,
      firstSequence: 0,
      nextSequence: 3,
      names: [{ name: 'moved', kind: 0x1000 }],
      scopes: [
        { id: 0, text: 'default' },
        { id: 1, text: 'shop' },
      ],
      chunks: [{ firstSequence: 0, count: 3, at: 0 }],
      lastFrame: { offset: index.columns.offset(2), length: index.columns.length(2) },
      holes: [],
    });
    expect([...summary.kinds]).toEqual([0x1000, 0x1001]);
    expect([...summary.keys]).toEqual([expect.any(Number), 0]);
    // Ids of the forged log are no times.
    expect(summary.runs).toEqual([]);
    expect([...summary.ids].filter((_, at) => at % 2 === 1)).toEqual([0, 1, 2]);
  });

  it('tells where streams stood at the end of the segment, not where they stand now', () => {
    const footed = new FootedSegment(twoSegments());
    footed.write();
    const [a, b] = footed.summary().streams;
    expect(a).toMatchObject({ id: 0, key: 'a', firstClock: 0, clock: 1, sequence: 2 });
    expect(b).toMatchObject({ id: 1, key: 'b\0' + '3', firstClock: 0, clock: 0, sequence: 1 });
    const { heads } = footed.log.index;
    expect(Buffer.compare(b?.hash ?? new Uint8Array(0), heads.hashOf(1))).toBe(0);
    expect(a?.hash).toHaveLength(32);
    expect(Buffer.compare(a?.hash ?? new Uint8Array(0), heads.hashOf(0))).not.toBe(0);
  });

  it('writes nothing of use when the last frame is damaged', () => {
    const footed = new FootedSegment(twoSegments());
    const at = footed.segment.validBytes - 1;
    footed.handle.write(Uint8Array.of(0xee), 0, 1, at);
    footed.write();
    expect(footed.read()).toBe('none');
  });
});
