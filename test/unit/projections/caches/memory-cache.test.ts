import { describe, expect, it } from 'vitest';
import {
  MemoryCache,
  type MemoryCacheOptions,
} from '../../../../src/projections/caches/memory-cache.ts';

const meta = { watermark: 1, cachedAtUs: 1 };
const key = (name: string) => new TextEncoder().encode(name);
/** What an entry of a key of one byte and a value of 100 costs. */
const entryBytes = 1 + 100 + 16 + 128;
const value = new Uint8Array(100);

describe('MemoryCache', () => {
  it('keeps as many bytes as it may, and drops what was used longest ago', () => {
    const cache = new MemoryCache({ maxBytes: 2 * entryBytes });
    cache.put(key('a'), value, meta);
    cache.put(key('b'), value, meta);
    expect(cache.bytes).toBe(2 * entryBytes);
    cache.get(key('a'));
    cache.put(key('c'), value, meta);
    expect(['a', 'b', 'c'].map((name) => cache.get(key(name)) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(cache.bytes).toBe(2 * entryBytes);
  });

  it('keeps nothing that is larger than all of it, nor what was there before', () => {
    const cache = new MemoryCache({ maxBytes: entryBytes });
    cache.put(key('a'), value, meta);
    cache.put(key('a'), new Uint8Array(101), meta);
    expect([cache.get(key('a')), cache.bytes]).toEqual([undefined, 0]);
  });

  it('counts a value that replaces another, and those that are deleted', () => {
    const cache = new MemoryCache();
    cache.put(key('a'), new Uint8Array(5000), meta);
    cache.put(key('a'), value, meta);
    expect(cache.bytes).toBe(entryBytes);
    cache.deletePrefix(key('a'));
    expect(cache.bytes).toBe(0);
  });

  it('refuses a bound that is none', () => {
    for (const maxBytes of [0, -1, 0.5, Number.NaN, 2 ** 36 + 1]) {
      expect(() => new MemoryCache({ maxBytes })).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'maxBytes' }),
      );
    }
    for (const options of [null, 5, { maxBytes: '1' }, { bytes: 1 }]) {
      expect(() => new MemoryCache(options as MemoryCacheOptions)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE' }),
      );
    }
  });
});
