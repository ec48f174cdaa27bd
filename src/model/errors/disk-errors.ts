import { BatpakError } from './batpak-error.ts';

/** What the operating system said of a failed call. */
export interface SystemFailure {
  /** The system's own code, such as `EACCES`. */
  readonly systemCode: string;
  /** The call that failed, such as `open`. */
  readonly operation: string;
  readonly path: string;
}

/**
 * The disk refused to take more (`ENOSPC`, `EDQUOT`, `EFBIG`). What was half-written is cut off
 * again: nothing was stored, the store stays ready, and the call can be made again.
 */
export class DiskFullError extends BatpakError implements SystemFailure {
  readonly code = 'BATPAK_DISK_FULL';
  override get retryable(): boolean {
    return true;
  }
  readonly systemCode: string;
  readonly operation: string;
  readonly path: string;

  constructor(failure: SystemFailure, cause: unknown) {
    super(
      `${failure.path} takes no more bytes (${failure.systemCode}). ` +
        'Nothing was stored; free space and try again.',
      { cause },
    );
    this.systemCode = failure.systemCode;
    this.operation = failure.operation;
    this.path = failure.path;
  }
}

/** A call to the file system failed in a way that says nothing good of what is on the disk. */
export class StorageError extends BatpakError implements SystemFailure {
  readonly code = 'BATPAK_STORAGE';
  readonly systemCode: string;
  readonly operation: string;
  readonly path: string;

  constructor(failure: SystemFailure, cause: unknown) {
    super(`${failure.operation} of ${failure.path} failed with ${failure.systemCode}`, { cause });
    this.systemCode = failure.systemCode;
    this.operation = failure.operation;
    this.path = failure.path;
  }
}

/** Events were written but could not be made durable. */
export class SyncFailedError extends BatpakError {
  readonly code = 'BATPAK_SYNC_FAILED';
  /** Nobody can say whether what the sync covered would survive power loss. */
  readonly outcome = 'unknown';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} was written but could not be synced: power loss may or may not undo it.`, {
      cause,
    });
    this.path = path;
  }
}

/**
 * The writer gave up: it failed more often than `writer.restartPolicy` allows, or could not be
 * restarted. Reads go on; writing needs the store opened again. `cause` is the failure.
 */
export class WriterDeadError extends BatpakError {
  readonly code = 'BATPAK_WRITER_DEAD';

  constructor(cause: unknown) {
    super(
      'The writer stopped after a failure of the disk. Reads go on; open the store again to write.',
      { cause },
    );
  }
}

/**
 * A write failed in a way that leaves the segment untrustworthy. Writing goes on in a new one, if
 * `writer.restartPolicy` allows it; else the calls after this one throw {@link WriterDeadError}.
 */
export class WriteFailedError extends BatpakError {
  readonly code = 'BATPAK_WRITE_FAILED';
  override get retryable(): boolean {
    return this.outcome === 'not stored';
  }
  /**
   * `not stored`: what was half-written is void. `unknown`: it could not be cut off, and the writer
   * is dead; after the next opening the events are there whole or not at all.
   */
  readonly outcome: 'not stored' | 'unknown';
  readonly path: string;

  constructor(outcome: WriteFailedError['outcome'], path: string, cause: unknown) {
    const known = outcome === 'not stored';
    const fate = known
      ? 'The events are not stored; try again.'
      : 'Nobody knows whether the events are stored; open the store again to see.';
    super(`Writing to ${path} failed. ${fate}`, { cause });
    this.outcome = outcome;
    this.path = path;
  }
}
