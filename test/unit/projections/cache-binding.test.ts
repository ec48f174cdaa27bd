import { describe, expect, it } from 'vitest';
import { CacheBinding } from '../../../src/projections/cache-binding.ts';
import { MemoryCache } from '../../../src/projections/caches/memory-cache.ts';
import { ProjectedList } from '../../support/projected-list.ts';

const anyKey = Uint8Array.of(1);
const meta = { watermark: 0, cachedAtUs: 0 };

describe('CacheBinding', () => {
  it('says nothing of a cache that is empty, and voids one that no log is known of', () => {
    const list = new ProjectedList();
    const cache = new MemoryCache();
    const voided: string[] = [];
    const check = () => new CacheBinding(list, cache, (reason) => void voided.push(reason)).check();
    check();
    expect(voided).toEqual([]);
    cache.put(anyKey, Uint8Array.of(1), meta);
    check();
    expect(voided).toEqual(['of no known log']);
    expect(cache.get(anyKey)).toBeUndefined();
  });

  it('looks once', () => {
    const list = new ProjectedList();
    list.append('a', 1);
    const cache = new MemoryCache();
    const binding = new CacheBinding(list, cache, () => undefined);
    binding.check();
    cache.put(anyKey, Uint8Array.of(1), meta);
    binding.check();
    expect(cache.get(anyKey)).toBeDefined();
  });
});
