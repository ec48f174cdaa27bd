import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { StreamCandidates, usesPostings } from '../../../../src/indexes/query/stream-candidates.ts';
import { madeIndex } from '../../../support/random-index.ts';

const { index, rows } = madeIndex(4, pageRows + 500, false);
const bounds = { from: 0, to: index.count };

function taken(candidates: Pick<StreamCandidates, 'next'>, most: number): number[] {
  const into = new Uint32Array(most);
  return [...into.subarray(0, candidates.next(into, most))];
}

describe('StreamCandidates', () => {
  it('goes no further back than is asked for', () => {
    const stream = index.entities.find('order') ?? -1;
    const newest = index.heads.sequence(stream);
    const candidates = new StreamCandidates(index, stream, bounds, true, undefined);
    expect(taken(candidates, 2)).toEqual([newest, index.columns.previous(newest)]);
  });

  it('takes full pages from postings and the rest from links', () => {
    const stream = index.entities.find('order') ?? -1;
    index.views.entities.policy = 'always';
    expect(usesPostings(index, bounds)).toBe(true);
    expect(usesPostings(index, { from: pageRows, to: index.count })).toBe(false);
    const candidates = new StreamCandidates(index, stream, bounds, false, { from: 5 });
    const all: number[] = [];
    for (let chunk = taken(candidates, 999); chunk.length > 0; chunk = taken(candidates, 999)) {
      all.push(...chunk);
    }
    const clocks = all.map((sequence) => rows[sequence]?.clock);
    expect(clocks.slice(-1)).toEqual([index.heads.clock(stream)]);
    expect(all.at(-1)).toBe(index.heads.sequence(stream));
  });
});
