import type { Files } from '../../src/model/files.ts';
import {
  acquireDirectoryLock,
  type DirectoryLock,
  type DirectoryLockOptions,
} from '../../src/platform/directory-lock.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import type { MemoryProcess, MemoryProcessOptions } from '../../src/platform/memory-process.ts';

/** A process of a {@link LockHost} that may take the lock. */
export interface LockTaker {
  readonly process: MemoryProcess;
  /** Acquires the lock of the host's directory, through `files` when they are given. */
  acquire(options?: DirectoryLockOptions, files?: Files): DirectoryLock;
}

/** A host in memory with a directory to lock, and processes that see each other. */
export class LockHost {
  readonly files: MemoryFiles;
  readonly directory = '/store';
  readonly #running = new Map<number, string>();
  #pid: number;

  /** `lastPid`: the processes get the pids after it, and nonces of their own. */
  constructor(files = new MemoryFiles(), lastPid = 0) {
    this.files = files;
    this.#pid = lastPid;
    files.makeDirectory(this.directory);
    files.syncDirectory('/');
  }

  /** Starts a process with a pid of its own. */
  start(options: MemoryProcessOptions = {}): LockTaker {
    this.#pid += 1;
    const platform = memoryPlatform({
      files: this.files,
      seed: this.#pid,
      process: {
        pid: this.#pid,
        startTime: `start-${this.#pid}`,
        running: this.#running,
        ...options,
      },
    });
    return {
      process: platform.process,
      acquire: (lockOptions, files = this.files) =>
        acquireDirectoryLock(this.directory, { ...platform, files }, lockOptions),
    };
  }

  /** Leaves the lock of a process behind that has ended. */
  leaveStaleLock(): DirectoryLock {
    const { process, acquire } = this.start();
    const lock = acquire();
    process.end();
    return lock;
  }

  /** The names in the directory, sorted. */
  names(): string[] {
    return this.files.list(this.directory).sort();
  }
}

/** Whether the lock still holds. */
export function holds(lock: DirectoryLock): boolean {
  try {
    lock.verify();
    return true;
  } catch {
    return false;
  }
}
