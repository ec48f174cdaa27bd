import { assert } from '../model/assert.ts';
import type { FileHandle, SyncDone, SyncMode } from '../model/files.ts';
import { assertByteRange } from './byte-range.ts';
import type { MemoryFile } from './memory-file.ts';
import { systemCallFailure } from './system-call-failure.ts';

/** An open file of the disk in memory. */
export class MemoryFileHandle implements FileHandle {
  readonly #file: MemoryFile;
  readonly #writable: boolean;
  readonly #disk: DiskRoom;
  #closed = false;
  /** Failed syncs of the file that whoever has it open through this handle knows of. */
  #knownFailures: number;

  constructor(file: MemoryFile, writable: boolean, disk: DiskRoom) {
    this.#file = file;
    this.#writable = writable;
    this.#disk = disk;
    this.#knownFailures = file.failedSyncs;
  }

  write(bytes: Uint8Array, start: number, length: number, position: number): number {
    assertByteRange(bytes, start, length, position);
    if (!this.#writable) throw systemCallFailure('EBADF', 'write');
    const file = this.#opened('write');
    const growth = Math.max(0, position + length - file.sizeBytes);
    const missing = growth === 0 ? 0 : Math.max(0, growth - this.#disk.roomBytes());
    const fitting = length - missing;
    if (fitting <= 0 && length > 0) throw systemCallFailure('ENOSPC', 'write');
    file.write(bytes, start, fitting, position);
    return fitting;
  }

  read(bytes: Uint8Array, start: number, length: number, position: number): number {
    assertByteRange(bytes, start, length, position);
    return this.#opened('read').read(bytes, start, length, position);
  }

  truncate(sizeBytes: number): void {
    assert(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, 'a size is a whole number', {
      sizeBytes,
    });
    const file = this.#opened('ftruncate');
    if (!this.#writable) throw systemCallFailure('EINVAL', 'ftruncate');
    const growth = sizeBytes - file.sizeBytes;
    if (growth > 0 && growth > this.#disk.roomBytes())
      throw systemCallFailure('ENOSPC', 'ftruncate');
    file.truncate(sizeBytes);
  }

  size(): number {
    return this.#opened('fstat').sizeBytes;
  }

  sync(): void {
    this.#sync('fsync');
  }

  dataSync(): void {
    this.#sync('fdatasync');
  }

  /** The disk in memory syncs at once, and tells of it when the calling code is through. */
  beginSync(_mode: SyncMode, done: SyncDone): void {
    this.#opened('fsync');
    let failure: Error | undefined;
    try {
      this.#sync('fsync');
    } catch (cause) {
      failure = cause instanceof Error ? cause : undefined;
    }
    queueMicrotask(() => done(failure));
  }

  /** Makes of the file what a failed sync leaves: see {@link MemoryFile.abandonUnsynced}. */
  abandonUnsynced(): void {
    const file = this.#opened('fsync');
    file.abandonUnsynced();
    this.#knownFailures = file.failedSyncs;
  }

  close(): void {
    this.#closed = true;
    this.#disk.forget();
  }

  /** As on Linux, where each open file is told once of a failed sync, also through another one. */
  #sync(syscall: string): void {
    const file = this.#opened(syscall);
    file.sync();
    if (this.#knownFailures === file.failedSyncs) return;
    this.#knownFailures = file.failedSyncs;
    throw systemCallFailure('EIO', syscall);
  }

  #opened(syscall: string): MemoryFile {
    if (this.#closed) throw systemCallFailure('EBADF', syscall);
    return this.#file;
  }
}

/** What an open file asks of the disk it is on. */
export interface DiskRoom {
  /** How many bytes the files can still grow by. */
  readonly roomBytes: () => number;
  /** Told when the file is closed. */
  readonly forget: () => void;
}
