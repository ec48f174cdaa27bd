import { BatpakError } from './batpak-error.ts';

/** A write outside of the open visibility fence, or an answer that only its end can give. */
export class VisibilityFenceActiveError extends BatpakError {
  readonly code = 'BATPAK_VISIBILITY_FENCE_ACTIVE';
  override get retryable(): boolean {
    return true;
  }
  /** What was asked for. */
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation} has to wait for the open visibility fence: commit or cancel it first.`);
    this.operation = operation;
  }
}

/** The visibility fence has come to its end: it takes nothing more. */
export class VisibilityFenceNotActiveError extends BatpakError {
  readonly code = 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE';
  /** What was asked for. */
  readonly operation: string;
  /** State of the fence's machine: `committed`, `cancelled` or `failed`. */
  readonly state: string;

  constructor(operation: string, state: string) {
    super(
      `${operation} needs an open visibility fence, but this one is ${state}. Begin a new one.`,
    );
    this.operation = operation;
    this.state = state;
  }
}

/** The visibility fence was cancelled: nothing that was staged in it was stored. */
export class VisibilityFenceCancelledError extends BatpakError {
  readonly code = 'BATPAK_VISIBILITY_FENCE_CANCELLED';
  /** Why: by its owner, or because the store was closed or its writer has stopped. */
  readonly reason: 'cancelled' | 'store closed' | 'writer stopped';

  constructor(reason: VisibilityFenceCancelledError['reason']) {
    super(`the visibility fence has ended (${reason}): nothing staged in it was stored.`);
    this.reason = reason;
  }
}
