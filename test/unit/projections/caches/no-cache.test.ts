import { describe, expect, it } from 'vitest';
import { NoCache } from '../../../../src/projections/caches/no-cache.ts';

describe('NoCache', () => {
  it('says that nothing lasts', () => {
    expect(new NoCache().capabilities).toEqual({ durable: false, prefetch: false });
  });
});
