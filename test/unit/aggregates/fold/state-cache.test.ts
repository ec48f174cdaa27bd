import { describe, expect, it } from 'vitest';
import { nothingPending } from '../../../../src/aggregates/effects/pending.ts';
import { plainReport } from '../../../../src/aggregates/fold/fold-report.ts';
import { StateCache } from '../../../../src/aggregates/fold/state-cache.ts';

const at = (clock: number) => ({
  snapshot: undefined,
  clock,
  report: plainReport,
  pending: nothingPending,
});

describe('a state cache', () => {
  it('keeps the newest state of an entity until it is dropped', () => {
    const cache = new StateCache(2);
    expect(cache.find('a')).toBeUndefined();
    cache.keep('a', at(0));
    cache.keep('a', at(1));
    expect(cache.find('a')).toEqual(at(1));
    cache.drop('a');
    expect(cache.find('a')).toBeUndefined();
    cache.drop('a');
  });

  it('lets the least recently found or kept go first', () => {
    const cache = new StateCache(2);
    cache.keep('a', at(0));
    cache.keep('b', at(0));
    cache.find('a');
    cache.keep('c', at(0));
    expect([cache.find('a'), cache.find('b'), cache.find('c')]).toEqual([at(0), undefined, at(0)]);
    cache.keep('a', at(1));
    cache.keep('d', at(0));
    expect([cache.find('a'), cache.find('c')]).toEqual([at(1), undefined]);
  });
});
