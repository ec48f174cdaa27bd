import type { RootDatabase } from 'lmdb';
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
import { CacheInUseError, CacheUnavailableError } from '../../model/errors/cache-errors.ts';
import { nodePlatform } from '../../platform/node-platform.ts';
import { joinEntry, splitEntry } from './cache-entry.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const mapSizeMax = 2 ** 44;
const pageBytes = 4 * KiB;

/** A transaction waits for the disk, 150 µs and more: so many entries or bytes share one. */
const pendingEntriesMax = 256;
const pendingBytesMax = MiB;

/** Longest key that lmdb takes. */
const keyBytesMax = 1978;

/** What {@link LmdbCache.open} takes. */
export interface LmdbCacheOptions {
  /** Directory of the cache, for itself alone; made when it is missing. Not the store's own. */
  readonly directory: string;
  /**
   * Bytes of the memory map to begin with, 128 KiB to 2^44. A map that is full grows by itself, so
   * that this bounds nothing; growing costs a remap. @default 64 MiB
   */
  readonly cacheMapSizeBytes?: number;
}

type Database = RootDatabase<Uint8Array, Uint8Array>;

// LMDB may open an environment once in a process: which directories are open.
const openDirectories = new Set<string>();

/**
 * Keeps states in an LMDB environment. What was put is written in groups, at the latest by `sync`
 * and `close`; reading sees it at once.
 */
export class LmdbCache implements ProjectionCache {
  /** Lasts, and can be fetched ahead. */
  readonly capabilities: CacheCapabilities = Object.freeze({ durable: true, prefetch: true });
  readonly #directory: string;
  readonly #database: Database;
  /** What waits to be written, by the key as text of one character a byte. */
  readonly #pending = new Map<string, Uint8Array>();
  #pendingBytes = 0;
  #open = true;

  private constructor(directory: string, database: Database) {
    this.#directory = directory;
    this.#database = database;
  }

  /**
   * Opens the cache in a directory, once in a process.
   *
   * ```ts
   * import { LmdbCache } from 'batpak/lmdb';
   * const cache = await LmdbCache.open({ directory: './cache' });
   * const store = openStore({ dataDir: './data', cache });
   * ```
   *
   * @throws {CacheUnavailableError} when the optional package `lmdb` isn't installed or can't start
   * @throws {CacheInUseError} when this process has it open
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} when an option is wrong
   */
  static async open(options: LmdbCacheOptions): Promise<LmdbCache> {
    const { directory, mapSize } = checkOptions(options);
    const { open } = await load();
    if (openDirectories.has(directory)) throw new CacheInUseError(directory);
    openDirectories.add(directory);
    try {
      const database: Database = open({
        path: directory,
        noSubdir: false,
        mapSize,
        keyEncoding: 'binary',
        encoding: 'binary',
      });
      return new LmdbCache(directory, database);
    } catch (cause) {
      openDirectories.delete(directory);
      throw new CacheUnavailableError('lmdb', `${directory} can't be opened with lmdb`, cause);
    }
  }

  /** The value, also one that waits to be written. */
  get(key: Uint8Array): CachedValue | undefined {
    if (!this.#open) return undefined;
    const bytes = this.#pending.size === 0 ? undefined : this.#pending.get(textOf(key));
    const entry = bytes ?? this.#database.getBinary(key);
    return entry === undefined ? undefined : splitEntry(entry);
  }

  /** Keeps a copy; the 256th, or a MiB of them, are written. Throws what lmdb throws. */
  put(key: Uint8Array, value: Uint8Array, meta: CacheMeta): void {
    if (!this.#open) return;
    if (key.length === 0 || key.length > keyBytesMax) {
      throw new ArgumentRangeError('key', key.length, `of 1..${keyBytesMax} bytes`);
    }
    const entry = joinEntry(value, meta);
    this.#pending.set(textOf(key), entry);
    this.#pendingBytes += entry.length;
    if (this.#pending.size >= pendingEntriesMax || this.#pendingBytes >= pendingBytesMax) {
      this.#write();
    }
  }

  /** Walks the keys that begin so, in one transaction. */
  deletePrefix(prefix: Uint8Array): number {
    if (!this.#open) return 0;
    this.#write();
    const end = successorOf(prefix);
    const database = this.#database;
    return database.transactionSync(() => {
      const range = { start: prefix.length === 0 ? new Uint8Array(1) : prefix };
      const keys = [...database.getKeys(end === undefined ? range : { ...range, end })];
      for (const key of keys) database.removeSync(key);
      return keys.length;
    });
  }

  /** Writes what waits, in one transaction that is on the disk when it returns. */
  sync(): void {
    if (this.#open) this.#write();
  }

  /** Reads the pages of the keys in a thread of lmdb's own. */
  prefetch(keys: readonly Uint8Array[]): void {
    if (!this.#open || keys.length === 0) return;
    // What fails ahead of its time fails again, and is told, when it is asked for.
    this.#database.prefetch([...keys]).catch(() => undefined);
  }

  /** Writes what waits. The directory can be opened again. */
  close(): void {
    if (!this.#open) return;
    try {
      this.#write();
    } finally {
      this.#open = false;
      this.#pending.clear();
      openDirectories.delete(this.#directory);
      // Everything is written: nothing is left that could fail and matter.
      this.#database.close().catch(() => undefined);
    }
  }

  #write(): void {
    if (this.#pending.size === 0) return;
    const database = this.#database;
    database.transactionSync(() => {
      for (const [text, entry] of this.#pending) {
        database.putSync(Buffer.from(text, 'latin1'), entry);
      }
    });
    this.#pending.clear();
    this.#pendingBytes = 0;
  }
}

async function load(): Promise<typeof import('lmdb')> {
  try {
    return await import('lmdb');
  } catch (cause) {
    throw new CacheUnavailableError('lmdb', "the optional package 'lmdb' can't be loaded", cause);
  }
}

function checkOptions(options: LmdbCacheOptions): { directory: string; mapSize: number } {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with a directory');
  }
  checkKeys('options', options, ['directory', 'cacheMapSizeBytes']);
  const { directory, cacheMapSizeBytes = 64 * MiB } = options;
  if (typeof directory !== 'string' || directory.length === 0 || directory.includes('\0')) {
    throw new ArgumentTypeError('directory', directory, 'the path of a directory');
  }
  const field = 'cacheMapSizeBytes';
  if (typeof cacheMapSizeBytes !== 'number') {
    throw new ArgumentTypeError(field, cacheMapSizeBytes, 'a number');
  }
  const inRange = cacheMapSizeBytes >= 128 * KiB && cacheMapSizeBytes <= mapSizeMax;
  if (!Number.isInteger(cacheMapSizeBytes) || !inRange) {
    const expected = `an integer ${128 * KiB}..${mapSizeMax}`;
    throw new ArgumentRangeError(field, cacheMapSizeBytes, expected);
  }
  const mapSize = Math.ceil(cacheMapSizeBytes / pageBytes) * pageBytes;
  return { directory: nodePlatform().files.absolute(directory), mapSize };
}

/** The first key behind all that begin with the prefix; `undefined` when nothing can be. */
function successorOf(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return undefined;
  const successor = Uint8Array.prototype.slice.call(prefix, 0, length);
  successor[length - 1] = (successor[length - 1] ?? 0) + 1;
  return successor;
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
