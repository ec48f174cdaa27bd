import type {
  CacheCapabilities,
  CachedValue,
  CacheMeta,
  ProjectionCache,
} from '../../model/cache.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { joinEntry, splitEntry } from './cache-entry.ts';

const MiB = 1024 * 1024;
const bytesMaxMax = 2 ** 36;

/** What an entry costs beside its bytes: the map's slot and the heads of two objects. */
const overheadBytes = 128;

/** What {@link MemoryCache} takes. */
export interface MemoryCacheOptions {
  /**
   * Most bytes of keys and values, with 128 for each entry, 1 to 2^36. What was used longest ago
   * goes first. @default 32 MiB
   */
  readonly maxBytes?: number;
}

/** Keeps states in memory, as bytes, until they are too many or the cache is closed. */
export class MemoryCache implements ProjectionCache {
  /** Nothing lasts, nothing is fetched ahead. */
  readonly capabilities: CacheCapabilities = Object.freeze({ durable: false, prefetch: false });
  readonly #bytesMax: number;
  /** Entries by the key as text of one character a byte, used longest ago first. */
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;
  #open = true;

  /** @throws {ArgumentTypeError} {@link ArgumentRangeError} when the bound is none */
  constructor(options: MemoryCacheOptions = {}) {
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentTypeError('options', options, 'an object');
    }
    checkKeys('options', options, ['maxBytes']);
    const { maxBytes = 32 * MiB } = options;
    if (typeof maxBytes !== 'number') throw new ArgumentTypeError('maxBytes', maxBytes, 'a number');
    if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > bytesMaxMax) {
      throw new ArgumentRangeError('maxBytes', maxBytes, `an integer 1..${bytesMaxMax}`);
    }
    this.#bytesMax = maxBytes;
  }

  /** Bytes that are kept, with what each entry costs. At most `maxBytes`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The value, which becomes the one that is dropped last. */
  get(key: Uint8Array): CachedValue | undefined {
    const text = textOf(key);
    const entry = this.#entries.get(text);
    if (entry === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    return splitEntry(entry);
  }

  /** Keeps a copy; one that is larger than the whole cache is not kept. */
  put(key: Uint8Array, value: Uint8Array, meta: CacheMeta): void {
    if (!this.#open) return;
    const text = textOf(key);
    this.#drop(text);
    const entry = joinEntry(value, meta);
    if (costOf(text, entry) > this.#bytesMax) return;
    this.#entries.set(text, entry);
    this.#bytes += costOf(text, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#drop(oldest);
    }
  }

  /** Looks at every key. */
  deletePrefix(prefix: Uint8Array): number {
    const start = textOf(prefix);
    let count = 0;
    for (const text of this.#entries.keys()) {
      if (!text.startsWith(start)) continue;
      this.#drop(text);
      count += 1;
    }
    return count;
  }

  /** Does nothing. */
  sync(): void {
    // Does nothing: memory doesn't survive.
  }
  /** Does nothing. */
  prefetch(): void {
    // Does nothing: it is in memory.
  }

  /** Drops everything. */
  close(): void {
    this.#open = false;
    this.#entries.clear();
    this.#bytes = 0;
  }

  #drop(text: string): void {
    const entry = this.#entries.get(text);
    if (entry === undefined) return;
    this.#entries.delete(text);
    this.#bytes -= costOf(text, entry);
  }
}

function costOf(text: string, entry: Uint8Array): number {
  return text.length + entry.length + overheadBytes;
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
