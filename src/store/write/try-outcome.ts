import { DiskFullError } from '../../model/errors/disk-errors.ts';
import { VisibilityFenceActiveError } from '../../model/errors/fence-errors.ts';
import { BatchFailedError, ExpectationFailedError } from '../../model/errors/write-errors.ts';
import { err, type Outcome } from '../../model/outcome/outcome.ts';

/** Milliseconds after which an attempt that was held back is worth repeating. */
export const retryAfterMs = 10;

/** An attempt that was held back, and why. */
export function retryLater(reason: string): Outcome<never> {
  return { type: 'retry', afterMs: retryAfterMs, reason };
}

/** An attempt that an open visibility fence keeps out. */
export function keptOut(): Outcome<never> {
  return { type: 'cancelled', reason: 'a visibility fence is open' };
}

/**
 * The answer that a failure of a write is to those who ask for one: `err` for a failed `expected`,
 * `retry` for a full disk, `cancelled` for an open fence; `undefined` when it is to be thrown.
 */
export function answerOf(failure: unknown): Outcome<never> | undefined {
  const cause = failure instanceof BatchFailedError ? failure.cause : failure;
  if (cause instanceof VisibilityFenceActiveError) return keptOut();
  if (cause instanceof DiskFullError) return retryLater(cause.message);
  if (!(cause instanceof ExpectationFailedError)) return undefined;
  return err(failure instanceof BatchFailedError ? failure : cause);
}
