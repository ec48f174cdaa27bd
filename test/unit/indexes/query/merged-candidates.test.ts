import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { MergedCandidates } from '../../../../src/indexes/query/merged-candidates.ts';
import { StreamCandidates } from '../../../../src/indexes/query/stream-candidates.ts';
import { madeIndex } from '../../../support/random-index.ts';

const { index, rows } = madeIndex(4, pageRows + 500, false);
const bounds = { from: 0, to: index.count };

function taken(candidates: Pick<StreamCandidates, 'next'>, most: number): number[] {
  const into = new Uint32Array(most);
  return [...into.subarray(0, candidates.next(into, most))];
}

describe('MergedCandidates', () => {
  it('puts the lanes of an entity in one order', () => {
    const streams = index.entities.allOf('order');
    expect(streams).toHaveLength(3);
    for (const reverse of [false, true]) {
      const each = streams.map(
        (stream) => new StreamCandidates(index, stream, bounds, reverse, undefined),
      );
      const merged = taken(new MergedCandidates(each, reverse), 200);
      expect(merged).toHaveLength(200);
      expect(merged).toEqual([...merged].sort((a, b) => (reverse ? b - a : a - b)));
      expect(new Set(merged.map((sequence) => rows[sequence]?.lane)).size).toBe(3);
    }
  });
});
