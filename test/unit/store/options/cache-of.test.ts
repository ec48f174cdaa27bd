import { describe, expect, it } from 'vitest';
import { MemoryCache } from '../../../../src/projections/caches/memory-cache.ts';
import { NoCache } from '../../../../src/projections/caches/no-cache.ts';
import { cacheOf } from '../../../../src/store/options/cache-of.ts';

describe('cacheOf', () => {
  it('makes the cache that a word stands for, and takes one as it is', () => {
    expect(cacheOf('memory')).toBeInstanceOf(MemoryCache);
    expect(cacheOf('none')).toBeInstanceOf(NoCache);
    const own = new MemoryCache();
    expect(cacheOf(own)).toBe(own);
  });
});
