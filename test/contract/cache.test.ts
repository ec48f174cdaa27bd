import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCache, MemoryCache, NoCache } from 'batpak';
import { LmdbCache } from 'batpak/lmdb';
import { describe, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { lmdbMissing } from '../support/lmdb-missing.ts';
import { cacheContract } from './cache.ts';

cacheContract(
  'no cache',
  () => ({ cache: new NoCache(), reopen: () => new NoCache(), dispose: () => undefined }),
  false,
);

cacheContract('memory', () => {
  const cache = new MemoryCache();
  return {
    cache,
    reopen: () => {
      cache.close();
      return new MemoryCache();
    },
    dispose: () => cache.close(),
  };
});

cacheContract('files in memory', () => {
  const options = { directory: '/cache', platform: memoryPlatform() };
  const cache = new FileCache(options);
  return {
    cache,
    reopen: () => {
      cache.close();
      return new FileCache(options);
    },
    dispose: () => cache.close(),
  };
});

cacheContract('files on the disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-cache-'));
  const cache = new FileCache({ directory });
  return {
    cache,
    reopen: () => {
      cache.close();
      return new FileCache({ directory });
    },
    dispose: () => {
      cache.close();
      rmSync(directory, { recursive: true });
    },
  };
});

const missing = await lmdbMissing();
if (missing === undefined) {
  cacheContract('lmdb', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'batpak-lmdb-'));
    const cache = await LmdbCache.open({ directory });
    return {
      cache,
      reopen: () => {
        cache.close();
        return LmdbCache.open({ directory });
      },
      dispose: () => {
        cache.close();
        rmSync(directory, { recursive: true });
      },
    };
  });
} else {
  describe('cache contract: lmdb', () => {
    it.skip(`is not run: ${missing}`, () => undefined);
  });
}
