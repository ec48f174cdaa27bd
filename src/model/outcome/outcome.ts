import type { BatpakError } from '../errors/batpak-error.ts';
import type { Compensation } from './compensation.ts';
import type { WaitCondition } from './wait-condition.ts';

/**
 * What became of an attempt, as a value: told apart by `type`. `retry` and `pending` can still
 * become something else, and so can a `batch` of them; `ok`, `err` and `cancelled` are final.
 */
export type Outcome<Value, Failure = BatpakError> =
  | { readonly type: 'ok'; readonly value: Value }
  | Failed<Failure>
  | { readonly type: 'retry'; readonly afterMs: number; readonly reason: string }
  | Pending
  | { readonly type: 'cancelled'; readonly reason: string }
  | { readonly type: 'batch'; readonly outcomes: readonly Outcome<Value, Failure>[] };

/** It failed. */
export interface Failed<Failure> {
  readonly type: 'err';
  readonly error: Failure;
  /** What has to be undone because of it. */
  readonly compensation?: Compensation;
}

/** Nobody knows yet. */
export interface Pending {
  readonly type: 'pending';
  readonly waitingFor: WaitCondition;
  /** By which whoever waits finds the attempt again. */
  readonly resumeToken?: string;
}

/** It succeeded with a value. */
export function ok<Value>(value: Value): Outcome<Value, never> {
  return { type: 'ok', value };
}

/** It failed, for the reason the error gives; `compensation` says what has to be undone. */
export function err<Failure>(error: Failure, compensation?: Compensation): Outcome<never, Failure> {
  return compensation === undefined ? { type: 'err', error } : { type: 'err', error, compensation };
}

/** It is worth trying again after so many milliseconds. */
export function retry(afterMs: number, reason: string): Outcome<never, never> {
  return { type: 'retry', afterMs, reason };
}

/** It goes on when the condition is met. */
export function pending(waitingFor: WaitCondition, resumeToken?: string): Outcome<never, never> {
  return resumeToken === undefined
    ? { type: 'pending', waitingFor }
    : { type: 'pending', waitingFor, resumeToken };
}

/** It was given up, and nothing has happened. */
export function cancelled(reason: string): Outcome<never, never> {
  return { type: 'cancelled', reason };
}

/** What became of several attempts. */
export function batch<Value, Failure>(
  outcomes: readonly Outcome<Value, Failure>[],
): Outcome<Value, Failure> {
  return { type: 'batch', outcomes };
}
