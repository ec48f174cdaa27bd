import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type {
  FileHandle,
  FileStatus,
  Files,
  OpenMode,
  SyncDone,
  SyncMode,
} from '../model/files.ts';
import { assertByteRange } from './byte-range.ts';
import { systemCallFailure } from './system-call-failure.ts';

const fileMode = 0o600;
const directoryMode = 0o700;

// Windows has no O_NOFOLLOW; a symbolic link takes a privilege to make there.
const noFollow = constants.O_NOFOLLOW ?? 0;

const flagsOf: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow,
  write: constants.O_RDWR | noFollow,
};

/** The real file system, through the synchronous calls of `node:fs`. */
export class NodeFiles implements Files {
  absolute(path: string): string {
    return resolve(path);
  }

  makeDirectory(path: string): void {
    // One at a time: the recursive form of Node 20 does not return where no directory can be made,
    // such as in /proc, and doesn't tell which parents have a name to sync.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const parent = dirname(path);
    if (statSync(parent, { throwIfNoEntry: false }) === undefined) this.makeDirectory(parent);
    mkdirSync(path, { mode: directoryMode });
    this.syncDirectory(parent);
  }

  list(directory: string): string[] {
    return readdirSync(directory);
  }

  stat(path: string): FileStatus | undefined {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const type = typeOf(stats);
    const stamp = `${stats.dev}:${stats.ino}:${stats.mtimeMs}:${stats.ctimeMs}`;
    return { type, sizeBytes: type === 'file' ? stats.size : 0, stamp };
  }

  open(path: string, mode: OpenMode): FileHandle {
    try {
      return new NodeFileHandle(openSync(path, flagsOf[mode], fileMode));
    } catch (cause) {
      // O_EXCL answers EEXIST to a symbolic link before O_NOFOLLOW is looked at.
      if (mode === 'create' && this.stat(path)?.type === 'symlink') {
        throw systemCallFailure('ELOOP', 'open', path);
      }
      throw cause;
    }
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
  }

  link(existing: string, name: string): void {
    linkSync(existing, name);
  }

  remove(path: string): void {
    unlinkSync(path);
  }

  syncDirectory(directory: string): void {
    // Windows can't open a directory to sync it; NTFS journals the names by itself.
    if (process.platform === 'win32') return;
    const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

class NodeFileHandle implements FileHandle {
  readonly #descriptor: number;
  /** Syncs that the system has not answered yet: the descriptor is theirs too. */
  #syncsRunning = 0;
  // Looked at by every call: the system gives a closed number to the next file at once, and a call
  // with the old one would then succeed on the wrong file.
  #closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array, start: number, length: number, position: number): number {
    assertByteRange(bytes, start, length, position);
    return writeSync(this.#open('write'), bytes, start, length, position);
  }

  read(bytes: Uint8Array, start: number, length: number, position: number): number {
    assertByteRange(bytes, start, length, position);
    const descriptor = this.#open('read');
    let done = 0;
    // One call reads at most 2 GiB, so that only a call that reads nothing tells the end.
    while (done < length) {
      const count = readSync(descriptor, bytes, start + done, length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#open('ftruncate'), sizeBytes);
  }

  size(): number {
    return fstatSync(this.#open('fstat')).size;
  }

  sync(): void {
    fsyncSync(this.#open('fsync'));
  }

  dataSync(): void {
    fdatasyncSync(this.#open('fdatasync'));
  }

  beginSync(mode: SyncMode, done: SyncDone): void {
    const descriptor = this.#open('fsync');
    this.#syncsRunning += 1;
    const answer = (failure: NodeJS.ErrnoException | null): void => {
      this.#syncsRunning -= 1;
      const closeFailure = this.#closeLate();
      done(failure ?? closeFailure);
    };
    if (mode === 'data') fdatasync(descriptor, answer);
    else fsync(descriptor, answer);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#syncsRunning === 0) closeSync(this.#descriptor);
  }

  /** Frees the descriptor that a sync had kept from being closed. @returns why it could not */
  #closeLate(): Error | undefined {
    if (!this.#closed || this.#syncsRunning > 0) return undefined;
    try {
      closeSync(this.#descriptor);
      return undefined;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    }
  }

  #open(syscall: string): number {
    if (this.#closed) throw systemCallFailure('EBADF', syscall);
    return this.#descriptor;
  }
}

function typeOf(stats: Stats): FileStatus['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
