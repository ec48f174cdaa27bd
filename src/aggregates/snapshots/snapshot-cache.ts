/** What is told of a cached value beside its bytes. */
export interface SnapshotMeta {
  /** Sequence of the event that led to the state. */
  readonly watermark: number;
  /** When it was put there, in microseconds since 1970. */
  readonly cachedAtUs: number;
}

/**
 * Where states of aggregates are kept beside the log: the part of a projection cache that they
 * need. Nothing depends on it: a cache that throws, forgets or answers wrongly costs a replay.
 */
export interface SnapshotCache {
  /** The value that was put last under the key, or `undefined`. */
  get(key: Uint8Array): { readonly value: Uint8Array } | undefined;
  /** Keeps a copy of the value. */
  put(key: Uint8Array, value: Uint8Array, meta: SnapshotMeta): void;
}

/** How states of aggregates are kept beside the log. */
export interface SnapshotOptions {
  /** Where, such as the cache of the store's projections. */
  readonly cache: SnapshotCache;
  /** A state is put there about every so many events of its aggregate, from 1. @default 100 */
  readonly everyEvents?: number;
  /** Called with what the cache throws, and when a state is none that can be stored. */
  readonly onError?: (cause: unknown) => void;
}
