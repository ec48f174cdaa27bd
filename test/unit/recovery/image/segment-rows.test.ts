import { describe, expect, it } from 'vitest';
import { decodeChunk } from '../../../../src/codec/index/column-chunk.ts';
import { ColumnPage } from '../../../../src/indexes/columns.ts';
import {
  joinPairs,
  lastFrameOf,
  makeChunk,
  pageRanges,
  pairsIn,
  rowsOf,
} from '../../../../src/recovery/image/segment-rows.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

const log = () => new ForgedLog().segment().event('a').event('b').segment().event('a').clean();

describe('rows of a segment', () => {
  it('go up to those of the next one, or to the last', () => {
    const forged = log();
    const { segments, index } = recoverLog(forged.write(), forged.directory, 1);
    expect(segments.all.map((segment) => rowsOf(segments, segment, index.count))).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 3 },
    ]);
  });

  it('are divided by the borders of pages', () => {
    expect(pageRanges({ from: 5, to: 5 })).toEqual([]);
    expect(pageRanges({ from: 5, to: 65_536 })).toEqual([{ from: 5, to: 65_536 }]);
    expect(pageRanges({ from: 65_535, to: 131_073 })).toEqual([
      { from: 65_535, to: 65_536 },
      { from: 65_536, to: 131_072 },
      { from: 131_072, to: 131_073 },
    ]);
  });

  it('are made a chunk, and known by the frame of the last event', () => {
    const forged = log();
    const files = forged.write();
    const { segments, index } = recoverLog(files, forged.directory, 1);
    const { bytes, summary } = makeChunk(index, { from: 1, to: 3 }, 77, forgedSalt);
    expect(summary).toMatchObject({ firstSequence: 1, count: 2, at: 77 });
    expect(summary.startUs).toBe(index.columns.timestampUs(1));
    const page = new ColumnPage();
    decodeChunk(bytes, page, 0);
    expect([...page.clock.subarray(0, 2)]).toEqual([0, 1]);
    const [first] = segments.all;
    if (first === undefined) throw new Error('there is a segment');
    const frame = lastFrameOf(files, index, first, { from: 0, to: 2 }, forgedSalt);
    expect(frame).toMatchObject({
      offset: index.columns.offset(1),
      length: index.columns.length(1),
    });
    expect(lastFrameOf(files, index, first, { from: 0, to: 2 }, 1)).toBeUndefined();
    expect(lastFrameOf(files, index, first, { from: 0, to: 0 }, forgedSalt)?.length).toBe(0);
  });
});

describe('pairs of hashes and sequences', () => {
  it('are found by their sequences, and joined', () => {
    const pairs = Uint32Array.of(11, 0, 12, 4, 13, 9);
    expect([...pairsIn(pairs, { from: 1, to: 9 })]).toEqual([12, 4]);
    expect([...pairsIn(pairs, { from: 0, to: 10 })]).toEqual([...pairs]);
    expect([...pairsIn(pairs, { from: 5, to: 9 })]).toEqual([]);
    expect([...joinPairs([Uint32Array.of(1, 2), Uint32Array.of(), Uint32Array.of(3, 4)])]).toEqual([
      1, 2, 3, 4,
    ]);
  });
});
