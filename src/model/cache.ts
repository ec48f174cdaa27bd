/** What is told of a cached value beside its bytes. */
export interface CacheMeta {
  /** Sequence up to which events are folded into the value, 0 to 2^53 - 1. */
  readonly watermark: number;
  /** When the value was made, in microseconds since 1970. */
  readonly cachedAtUs: number;
}

/** What a cache answers. The bytes belong to whoever asked. */
export interface CachedValue {
  readonly value: Uint8Array;
  readonly meta: CacheMeta;
}

/** What a cache can do. */
export interface CacheCapabilities {
  /** Whether values are there again after the process has ended. */
  readonly durable: boolean;
  /** Whether {@link ProjectionCache.prefetch} does anything. */
  readonly prefetch: boolean;
}

/**
 * Where states of projections are kept beside the log. Nothing depends on it: a cache that throws,
 * forgets or answers wrongly costs a warning and a replay. Keys and values are bytes; the store
 * checks what it gets back, so that a cache needs no checksums for the store's sake.
 */
export interface ProjectionCache {
  readonly capabilities: CacheCapabilities;
  /** The value that was put last under the key, or `undefined`. Throws when it is damaged. */
  get(key: Uint8Array): CachedValue | undefined;
  /** Keeps a copy of the value. What is kept may be lost before the next {@link sync}. */
  put(key: Uint8Array, value: Uint8Array, meta: CacheMeta): void;
  /** Forgets every key that begins with the prefix; the empty one is all. @returns how many */
  deletePrefix(prefix: Uint8Array): number;
  /** What was put survives power loss when it returns, if the cache is durable at all. */
  sync(): void;
  /** Says which keys will be asked for soon. Returns at once. */
  prefetch(keys: readonly Uint8Array[]): void;
  /** Frees what is held. Afterwards the cache knows nothing and keeps nothing. */
  close(): void;
}

/** Most bytes of a key that the store asks for. */
export const cacheKeyBytesMax = 1900;
