import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';

/**
 * How current a state must be. `'consistent'`: every event that is visible is in it. `maxStaleMs`:
 * a state that was kept will do, even if events have come since, when it was folded no longer ago
 * than so many milliseconds of the wall clock. It is the same wherever the state was kept.
 */
export type Freshness = 'consistent' | { readonly maxStaleMs: number };

/**
 * Most microseconds that may have passed since a kept state was folded; -1: it must be current.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when it is no freshness
 */
export function staleUsMax(freshness: Freshness | undefined): number {
  if (freshness === undefined || freshness === 'consistent') return -1;
  if (typeof freshness !== 'object' || freshness === null) {
    throw new ArgumentTypeError('freshness', freshness, "'consistent' or { maxStaleMs }");
  }
  checkKeys('freshness', freshness, ['maxStaleMs']);
  const { maxStaleMs } = freshness;
  const field = 'freshness.maxStaleMs';
  if (typeof maxStaleMs !== 'number') throw new ArgumentTypeError(field, maxStaleMs, 'a number');
  if (!(maxStaleMs >= 0)) throw new ArgumentRangeError(field, maxStaleMs, 'a number from 0');
  return maxStaleMs * 1000;
}

/** Whether a state that was folded then may be answered now. A clock that fell back says no. */
export function isYoung(foldedAtUs: number, nowUs: number, staleUs: number): boolean {
  const age = nowUs - foldedAtUs;
  return age >= 0 && age <= staleUs;
}
