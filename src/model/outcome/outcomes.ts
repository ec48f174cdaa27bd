import { andThen, compensationsOf, flatten, isFinal, map, mapErr, orElse } from './each-outcome.ts';
import { batch, cancelled, pending, retry } from './outcome.ts';
import { joinAll, joinAny, zip } from './several-outcomes.ts';
import { isMet } from './wait-condition.ts';

/**
 * What can be done with outcomes. `ok` and `err` are exported by themselves; to take an outcome
 * apart, `switch` over its `type`, or match it with ts-pattern.
 *
 * ```ts
 * const stored = store.tryAppend('a', Moved, { x: 1 });
 * const clock = outcomes.map(stored, (receipt) => receipt.clock);
 * ```
 */
export const outcomes = Object.freeze({
  /** It can be tried again after so many milliseconds. */
  retry,
  /** It waits for something. */
  pending,
  /** It was given up. */
  cancelled,
  /** Several of them. */
  batch,
  /** The value made another. */
  map,
  /** What follows from the value: an outcome of its own. */
  andThen,
  /** The error made another. */
  mapErr,
  /** What takes the place of an error. */
  orElse,
  /** An outcome of an outcome as one. */
  flatten,
  /** Two as one, with both values. */
  zip,
  /** All of them, or the first that is no success. */
  joinAll,
  /** The first success, or none. */
  joinAny,
  /** Whether it can become nothing else. */
  isFinal,
  /** Whether what it waits for is there. */
  isMet,
  /** What is to be undone when a part of it failed. */
  compensationsOf,
});
