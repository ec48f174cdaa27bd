import type { ProjectionCache } from '../../model/cache.ts';
import { MemoryCache } from '../../projections/caches/memory-cache.ts';
import { NoCache } from '../../projections/caches/no-cache.ts';

/** The cache that the option `cache` means. */
export function cacheOf(cache: 'memory' | 'none' | ProjectionCache): ProjectionCache {
  if (cache === 'memory') return new MemoryCache();
  return cache === 'none' ? new NoCache() : cache;
}
