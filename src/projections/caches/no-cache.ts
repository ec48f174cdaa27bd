import type { CacheCapabilities, CachedValue, ProjectionCache } from '../../model/cache.ts';

/** Keeps nothing: `cache: 'none'` of `openStore`. */
export class NoCache implements ProjectionCache {
  /** Nothing lasts, nothing is fetched ahead. */
  readonly capabilities: CacheCapabilities = Object.freeze({ durable: false, prefetch: false });

  /** Always `undefined`. */
  get(): CachedValue | undefined {
    return undefined;
  }
  /** Does nothing. */
  put(): void {
    // Keeps nothing.
  }
  /** Always 0. */
  deletePrefix(): number {
    return 0;
  }
  /** Does nothing. */
  sync(): void {
    // Nothing is there to be made durable.
  }
  /** Does nothing. */
  prefetch(): void {
    // There is nothing to do.
  }
  /** Does nothing. */
  close(): void {
    // There is nothing to do.
  }
}
