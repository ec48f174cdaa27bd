import { equalBytes, readU32, writeU32 } from '../../codec/bytes.ts';
import { checksum } from '../../codec/frame.ts';
import { hashOf } from '../../codec/hash-chain.ts';
import type {
  CacheCapabilities,
  CachedValue,
  CacheMeta,
  ProjectionCache,
} from '../../model/cache.ts';
import { ArgumentTypeError, checkKeys } from '../../model/errors/argument-error.ts';
import { CacheDamagedError } from '../../model/errors/cache-errors.ts';
import type { Files } from '../../model/files.ts';
import type { Platform } from '../../model/platform.ts';
import { nodePlatform } from '../../platform/node-platform.ts';
import { systemCallFailure } from '../../platform/system-call-failure.ts';
import { systemCodeOf, translateSystemError } from '../../platform/system-error.ts';
import { joinEntry, splitEntry } from './cache-entry.ts';

/** `FBPC` and the version of the layout. */
const magic = 0x46425043;
const layoutVersion = 1;
/** Magic, version, checksum of all that follows, length of the key. */
const headBytes = 16;
const suffix = '.fbpc';
const temporarySuffix = '.new';
const entryBytesMax = 1024 * 1024 * 1024;

/** What {@link FileCache} takes. */
export interface FileCacheOptions {
  /** Directory of the cache, for itself alone; made when it is missing. Not the store's own. */
  readonly directory: string;
  /** The outside world, for tests. @default nodePlatform() */
  readonly platform?: Platform;
}

/**
 * Keeps each state in a file of its own. A file is replaced whole or not at all, and checked when
 * it is read; `sync` makes those that were put since the last one durable.
 *
 * There is no bound: a directory has a file for each entity and version of a projection that was
 * ever kept, those of versions that nobody asks for any more included. To make room, drop all of it
 * while no store has it open: what is asked for is folded again.
 *
 * ```ts
 * new FileCache({ directory: './cache' }).deletePrefix(new Uint8Array(0));
 * ```
 */
export class FileCache implements ProjectionCache {
  /** Lasts; nothing is fetched ahead. */
  readonly capabilities: CacheCapabilities = Object.freeze({ durable: true, prefetch: false });
  readonly #files: Files;
  readonly #directory: string;
  /** Names of files that were put and not synced. */
  readonly #dirty = new Set<string>();
  #open = true;

  /**
   * @throws {ArgumentTypeError} when an option is wrong
   * @throws {StorageError} when the directory can't be made
   */
  constructor(options: FileCacheOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentTypeError('options', options, 'an object with a directory');
    }
    checkKeys('options', options, ['directory', 'platform']);
    const { directory, platform = nodePlatform() } = options;
    if (typeof directory !== 'string' || directory.length === 0 || directory.includes('\0')) {
      throw new ArgumentTypeError('directory', directory, 'the path of a directory');
    }
    this.#files = platform.files;
    this.#directory = this.#files.absolute(directory);
    this.#translated('mkdir', this.#directory, () => this.#files.makeDirectory(this.#directory));
  }

  /**
   * @throws {CacheDamagedError} when the file is not what was put; it is removed
   * @throws {StorageError} when it can't be read, or a symbolic link bears its name
   */
  get(key: Uint8Array): CachedValue | undefined {
    if (!this.#open) return undefined;
    const path = this.#pathOf(nameOf(key));
    return this.#translated('read', path, () => {
      const bytes = this.#read(path);
      if (bytes === undefined) return undefined;
      const found = this.#checked(path, bytes);
      // Two keys of one hash: as good as never, and then the other one is not there.
      const same = found.key.length === key.length;
      return same && equalBytes(found.key, 0, key, 0, key.length) ? found.cached : undefined;
    });
  }

  /** @throws {DiskFullError} {@link StorageError}; what was there before stays */
  put(key: Uint8Array, value: Uint8Array, meta: CacheMeta): void {
    if (!this.#open) return;
    const name = nameOf(key);
    const path = this.#pathOf(name);
    this.#translated('write', path, () => this.#replace(path, fileOf(key, joinEntry(value, meta))));
    this.#dirty.add(name);
  }

  /** Reads every file of the directory for its key. @throws {StorageError} */
  deletePrefix(prefix: Uint8Array): number {
    if (!this.#open) return 0;
    let count = 0;
    this.#translated('delete', this.#directory, () => {
      for (const name of this.#files.list(this.#directory)) {
        if (!name.endsWith(suffix)) continue;
        const path = this.#pathOf(name);
        if (this.#files.stat(path)?.type !== 'file' || !this.#begins(path, prefix)) continue;
        this.#files.remove(path);
        this.#dirty.delete(name);
        count += 1;
      }
    });
    return count;
  }

  /** Syncs each file that was put since, and the directory. @throws {StorageError} */
  sync(): void {
    if (!this.#open) return;
    for (const name of this.#dirty) {
      const path = this.#pathOf(name);
      this.#translated('fsync', path, () => {
        if (this.#files.stat(path)?.type === 'file') this.#syncFile(path);
      });
      this.#dirty.delete(name);
    }
    this.#translated('fsync', this.#directory, () => this.#files.syncDirectory(this.#directory));
  }

  /** Does nothing. */
  prefetch(): void {
    // There is nothing to do.
  }

  /** What was put stays on the disk. */
  close(): void {
    this.#open = false;
    this.#dirty.clear();
  }

  #pathOf(name: string): string {
    return `${this.#directory}/${name}`;
  }

  #translated<Result>(operation: string, path: string, call: () => Result): Result {
    try {
      return call();
    } catch (cause) {
      if (systemCodeOf(cause) === undefined) throw cause;
      throw translateSystemError(operation, path, cause);
    }
  }

  #read(path: string): Uint8Array | undefined {
    const status = this.#files.stat(path);
    if (status === undefined) return undefined;
    if (status.type !== 'file') throw systemCallFailure('ELOOP', 'open', path);
    const handle = this.#files.open(path, 'read');
    try {
      const size = handle.size();
      if (size > entryBytesMax) return new Uint8Array(0);
      const bytes = new Uint8Array(size);
      const count = handle.read(bytes, 0, size, 0);
      return bytes.subarray(0, count);
    } finally {
      handle.close();
    }
  }

  #checked(path: string, bytes: Uint8Array): { key: Uint8Array; cached: CachedValue } {
    const keyLength = bytes.length < headBytes ? 0 : readU32(bytes, 12);
    const keyEnd = headBytes + keyLength;
    const whole =
      bytes.length >= keyEnd &&
      bytes.length >= headBytes &&
      readU32(bytes, 0) === magic &&
      readU32(bytes, 4) === layoutVersion &&
      readU32(bytes, 8) === checksum(bytes, 12, bytes.length, 0);
    const cached = whole ? splitEntry(bytes.subarray(keyEnd)) : undefined;
    if (cached === undefined) {
      this.#files.remove(path);
      throw new CacheDamagedError(path, 'the checksum or the length is wrong');
    }
    return { key: bytes.subarray(headBytes, keyEnd), cached };
  }

  /** Whether the key of a file begins so; what is damaged begins with everything. */
  #begins(path: string, prefix: Uint8Array): boolean {
    const bytes = this.#read(path);
    if (bytes === undefined || bytes.length < headBytes) return true;
    if (readU32(bytes, 8) !== checksum(bytes, 12, bytes.length, 0)) return true;
    const fits = readU32(bytes, 12) >= prefix.length;
    return fits && equalBytes(bytes, headBytes, prefix, 0, prefix.length);
  }

  #replace(path: string, bytes: Uint8Array): void {
    const files = this.#files;
    // A rename would put an end to the link; whoever made it meant something else by it.
    if (files.stat(path)?.type === 'symlink') throw systemCallFailure('ELOOP', 'open', path);
    const temporary = `${path}${temporarySuffix}`;
    if (files.stat(temporary) !== undefined) files.remove(temporary);
    const handle = files.open(temporary, 'create');
    try {
      let written = 0;
      while (written < bytes.length) {
        const count = handle.write(bytes, written, bytes.length - written, written);
        if (count === 0) throw systemCallFailure('EIO', 'write', temporary);
        written += count;
      }
    } finally {
      handle.close();
    }
    files.rename(temporary, path);
  }

  #syncFile(path: string): void {
    const handle = this.#files.open(path, 'write');
    try {
      handle.sync();
    } finally {
      handle.close();
    }
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(hashOf(key, 0, key.length)).toString('hex', 0, 20) + suffix;
}

function fileOf(key: Uint8Array, entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headBytes + key.length + entry.length);
  writeU32(bytes, 0, magic);
  writeU32(bytes, 4, layoutVersion);
  writeU32(bytes, 12, key.length);
  bytes.set(key, headBytes);
  bytes.set(entry, headBytes + key.length);
  writeU32(bytes, 8, checksum(bytes, 12, bytes.length, 0));
  return bytes;
}
