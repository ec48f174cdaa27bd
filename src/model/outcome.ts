import type { BatpakError } from './errors/batpak-error.ts';

/**
 * What became of an attempt, as a value: told apart by `type`. `retry` and `pending` can still
 * become something else; the others are final.
 */
export type Outcome<Value> =
  | { readonly type: 'ok'; readonly value: Value }
  | { readonly type: 'err'; readonly error: BatpakError }
  | { readonly type: 'retry'; readonly afterMs: number; readonly reason: string }
  | { readonly type: 'pending'; readonly waitingFor: string }
  | { readonly type: 'cancelled'; readonly reason: string }
  | { readonly type: 'batch'; readonly outcomes: readonly Outcome<Value>[] };

/** It succeeded with a value. */
export function ok<Value>(value: Value): Outcome<Value> {
  return { type: 'ok', value };
}

/** It failed, for the reason the error gives. */
export function err<Value = never>(error: BatpakError): Outcome<Value> {
  return { type: 'err', error };
}
