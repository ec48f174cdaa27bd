import type { CachedValue, CacheMeta } from 'batpak';
import { MemoryCache } from '../../src/projections/caches/memory-cache.ts';

/** A cache that lasts, in memory, and does what a test tells it to: it fails, or it lies. */
export class FailingCache extends MemoryCache {
  override readonly capabilities = { durable: true, prefetch: false };
  /** Names of the operations that fail. */
  readonly fails = new Set<string>();
  /** What is answered instead of what was put. */
  lie: ((cached: CachedValue | undefined, key: Uint8Array) => CachedValue | undefined) | undefined;
  puts = 0;
  gets = 0;
  syncs = 0;

  override get(key: Uint8Array): CachedValue | undefined {
    this.#may('get');
    this.gets += 1;
    const cached = super.get(key);
    return this.lie === undefined || key.length === 1 ? cached : this.lie(cached, key);
  }
  override put(key: Uint8Array, value: Uint8Array, meta: CacheMeta): void {
    this.#may('put');
    if (key.length > 1) this.puts += 1;
    super.put(key, value, meta);
  }
  override deletePrefix(prefix: Uint8Array): number {
    this.#may('deletePrefix');
    return super.deletePrefix(prefix);
  }
  override sync(): void {
    this.#may('sync');
    this.syncs += 1;
  }
  override close(): void {
    this.#may('close');
  }

  #may(operation: string): void {
    if (this.fails.has(operation)) throw new Error(`${operation} fails`);
  }
}

/** A logger that keeps what it is told. */
export class ToldLogger {
  readonly told: string[] = [];
  readonly facts: Readonly<Record<string, unknown>>[] = [];

  warn(facts: Readonly<Record<string, unknown>>, message: string): void {
    this.facts.push(facts);
    this.told.push(message);
  }
  error(facts: Readonly<Record<string, unknown>>, message: string): void {
    this.warn(facts, message);
  }
}
