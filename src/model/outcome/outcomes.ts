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
  retry,
  pending,
  cancelled,
  batch,
  map,
  andThen,
  mapErr,
  orElse,
  flatten,
  zip,
  joinAll,
  joinAny,
  isFinal,
  isMet,
  compensationsOf,
});
