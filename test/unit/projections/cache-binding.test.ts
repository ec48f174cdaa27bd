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

  it('is compared with each log that a reader comes upon', () => {
    const list = new ProjectedList();
    list.append('a', 1);
    const cache = new MemoryCache();
    const voided: string[] = [];
    const binding = new CacheBinding(list, cache, (reason) => void voided.push(reason), 'me');
    expect(binding.check()).toBe(true);
    binding.cover(0);
    cache.put(anyKey, Uint8Array.of(1), meta);
    expect(binding.check()).toBe(true);
    list.idPrefix = 'other';
    list.logGeneration += 1;
    expect(binding.check()).toBe(true);
    expect(voided).toEqual(['of a log that has gone on in another way']);
    expect(cache.get(anyKey)).toBeUndefined();
  });

  it('of a reader gives way to a writer, and to the next reader', () => {
    const list = new ProjectedList();
    list.append('a', 1);
    const cache = new MemoryCache();
    const bindingOf = (owner?: string) =>
      new CacheBinding(list, cache, () => undefined, ...(owner === undefined ? [] : [owner]));
    const [first, second] = [bindingOf('first'), bindingOf('second')];
    expect([first.check(), second.check()]).toEqual([true, true]);
    first.cover(0);
    cache.put(anyKey, Uint8Array.of(1), meta);
    expect([second.check(), first.check(), first.foreign]).toEqual([true, false, true]);
    expect(cache.get(anyKey)).toBeDefined();
    const writer = bindingOf();
    expect(writer.check()).toBe(true);
    expect(cache.get(anyKey)).toBeUndefined();
    writer.cover(0);
    cache.put(anyKey, Uint8Array.of(2), meta);
    expect([second.check(), first.check(), bindingOf('third').check()]).toEqual([
      false,
      false,
      false,
    ]);
    expect([writer.check(), cache.get(anyKey) !== undefined]).toEqual([true, true]);
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
