export { LmdbCache, type LmdbCacheOptions } from '../projections/caches/lmdb-cache.ts';
