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
  /** It is worth trying again after so many milliseconds. */
  retry,
  /** It goes on when a condition is met. */
  pending,
  /** It was given up, and nothing has happened. */
  cancelled,
  /** What became of several attempts. */
  batch,
  /** The same with another value: of an `ok`, and of each in a `batch`. */
  map,
  /** What follows on success, in place of an `ok`, and of each in a `batch`. */
  andThen,
  /** The same with another error: of an `err`, and of each in a `batch`. */
  mapErr,
  /** What follows on failure, in place of an `err`, and of each in a `batch`. */
  orElse,
  /** An outcome of outcomes as one. */
  flatten,
  /**
   * Both as a pair, or the worse of them: `err`, `cancelled`, `retry`, `pending`, in this order. A
   * `batch` goes with another pair by pair, as far as the shorter reaches, and with an `ok` each.
   */
  zip,
  /** `ok` with every value, or the worst as `zip` ranks them; batches are looked into. */
  joinAll,
  /** The first `ok`, or what is nearest to one; batches are looked into. Throws for none at all. */
  joinAny,
  /** Whether nothing can become of it any more. */
  isFinal,
  /** Whether a wait condition is met. */
  isMet,
  /** All that has to be undone, what was done last coming first. */
  compensationsOf,
});
