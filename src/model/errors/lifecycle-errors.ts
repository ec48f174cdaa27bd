import { BatpakError } from './batpak-error.ts';

/** The store was closed; what needs the disk can't be answered any more. */
export class StoreClosedError extends BatpakError {
  readonly code = 'BATPAK_STORE_CLOSED';
  /** What was asked for. */
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation} needs an open store, but this one was closed. Open it again.`);
    this.operation = operation;
  }
}

/** A write was asked for from inside another one: by an inspector, a schema or a machine. */
export class NestedWriteError extends BatpakError {
  readonly code = 'BATPAK_NESTED_WRITE';
  /** What was asked for. */
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation} was called while the store was writing. Call it when that call is over.`);
    this.operation = operation;
  }
}

/** Who holds the directory, as the lock file says. */
export interface LockHolder {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly hostname: string;
  /** Drawn anew by each opening, so that a holder recognises its own lock. */
  readonly nonce: string;
}

/** Another process, or another store of this one, has the directory open for writing. */
export class StoreLockedError extends BatpakError {
  readonly code = 'BATPAK_STORE_LOCKED';
  override get retryable(): boolean {
    return true;
  }
  readonly path: string;
  /** `undefined` when the lock file can't be read as one. */
  readonly holder: LockHolder | undefined;

  constructor(path: string, holder: LockHolder | undefined, detail: string) {
    const who = holder ? `process ${holder.pid} on ${holder.hostname}` : 'an unknown holder';
    super(`${path} is held by ${who}: ${detail}`);
    this.path = path;
    this.holder = holder;
  }
}

/** An option of `openStore` has a wrong type, is out of range, or isn't known. */
export class ConfigurationError extends BatpakError {
  readonly code = 'BATPAK_CONFIGURATION';
  /** Path of the option, such as `sync.everyNEvents`. */
  readonly field: string;
  readonly value: unknown;
  /** What the option takes. */
  readonly expected: string;

  constructor(field: string, value: unknown, expected: string, got: string) {
    super(`${field} must be ${expected}, got ${got}`);
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}
