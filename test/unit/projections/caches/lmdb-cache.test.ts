import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LmdbCache, type LmdbCacheOptions } from '../../../../src/projections/caches/lmdb-cache.ts';
import { lmdbMissing } from '../../../support/lmdb-missing.ts';

const MiB = 1024 * 1024;
const meta = { watermark: 1, cachedAtUs: 1 };
const key = (index: number) => Uint8Array.of(1, index >>> 8, index & 255);
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'batpak-lmdb-'));
});
afterEach(() => {
  vi.doUnmock('lmdb');
  rmSync(directory, { recursive: true });
});

describe.skipIf((await lmdbMissing()) !== undefined)('LmdbCache', () => {
  it('grows when its map is full', async () => {
    const cache = await LmdbCache.open({ directory, cacheMapSizeBytes: MiB });
    const value = new Uint8Array(100_000).fill(3);
    for (let index = 0; index < 60; index += 1) cache.put(key(index), value, meta);
    cache.sync();
    for (let index = 0; index < 60; index += 1) {
      expect(cache.get(key(index))?.value.length).toBe(value.length);
    }
    cache.close();
  });

  it('is open once in a process for a directory, whatever it is called', async () => {
    const cache = await LmdbCache.open({ directory });
    for (const same of [
      directory,
      `${directory}/`,
      `${directory}/../${directory.split('/').at(-1)}`,
    ]) {
      await expect(LmdbCache.open({ directory: same })).rejects.toMatchObject({
        code: 'BATPAK_CACHE_IN_USE',
      });
    }
    cache.close();
    const again = await LmdbCache.open({ directory });
    again.close();
  });

  it('makes its directory, and answers what waits to be written', async () => {
    const cache = await LmdbCache.open({ directory: join(directory, 'deep', 'er') });
    cache.put(key(1), Uint8Array.of(1), meta);
    expect([...(cache.get(key(1))?.value ?? [])]).toEqual([1]);
    cache.sync();
    cache.put(key(1), Uint8Array.of(2), meta);
    expect([...(cache.get(key(1))?.value ?? [])]).toEqual([2]);
    cache.close();
  });

  it('refuses a key that lmdb can not have', async () => {
    const cache = await LmdbCache.open({ directory });
    for (const length of [0, 1979]) {
      expect(() => cache.put(new Uint8Array(length), Uint8Array.of(1), meta)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'key' }),
      );
    }
    cache.close();
  });

  it('tells that a directory can not be opened, and can be asked again', async () => {
    const file = new URL(import.meta.url).pathname;
    for (let round = 0; round < 2; round += 1) {
      await expect(LmdbCache.open({ directory: file })).rejects.toMatchObject({
        code: 'BATPAK_CACHE_UNAVAILABLE',
        packageName: 'lmdb',
      });
    }
  });
});

describe('LmdbCache.open', () => {
  it('refuses wrong options', async () => {
    const wrong: readonly [unknown, string, string][] = [
      [undefined, 'TYPE', 'options'],
      [{}, 'TYPE', 'directory'],
      [{ directory: '' }, 'TYPE', 'directory'],
      [{ directory: 'x', mapSize: 1 }, 'TYPE', 'options.mapSize'],
      [{ directory: 'x', cacheMapSizeBytes: '1' }, 'TYPE', 'cacheMapSizeBytes'],
      [{ directory: 'x', cacheMapSizeBytes: 131_071 }, 'RANGE', 'cacheMapSizeBytes'],
      [{ directory: 'x', cacheMapSizeBytes: 2 ** 44 + 1 }, 'RANGE', 'cacheMapSizeBytes'],
      [{ directory: 'x', cacheMapSizeBytes: 200_000.5 }, 'RANGE', 'cacheMapSizeBytes'],
    ];
    for (const [options, code, field] of wrong) {
      await expect(LmdbCache.open(options as LmdbCacheOptions)).rejects.toMatchObject({
        code: `BATPAK_ARGUMENT_${code}`,
        field,
      });
    }
  });

  it('says which package is missing when it is not installed', async () => {
    vi.doMock('lmdb', () => {
      throw new Error("Cannot find package 'lmdb'");
    });
    await expect(LmdbCache.open({ directory })).rejects.toMatchObject({
      code: 'BATPAK_CACHE_UNAVAILABLE',
      packageName: 'lmdb',
    });
  });
});
