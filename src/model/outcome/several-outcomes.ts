import { ArgumentRangeError } from '../errors/argument-error.ts';
import { map } from './each-outcome.ts';
import { batch, type Outcome, ok } from './outcome.ts';

type OutcomeType = Outcome<unknown>['type'];

/** What counts first when all must succeed: what can't become a success any more. */
const worstFirst: readonly OutcomeType[] = ['err', 'cancelled', 'retry', 'pending', 'batch', 'ok'];

/** What counts first when one is enough: the nearer to success, the better. */
const bestFirst: readonly OutcomeType[] = ['ok', 'pending', 'retry', 'cancelled', 'err'];

/**
 * Both, as a pair. When one of them is no success it is the answer, the worse one if both are:
 * `err`, `cancelled`, `retry`, `pending`, in this order; of two alike the first. A `batch` goes
 * with another one pair by pair, as far as the shorter reaches, and with an `ok` each.
 */
export function zip<Left, Right, Failure, Further = Failure>(
  left: Outcome<Left, Failure>,
  right: Outcome<Right, Further>,
): Outcome<readonly [Left, Right], Failure | Further> {
  if (left.type === 'ok') return map(right, (value) => [left.value, value] as const);
  if (right.type === 'ok') return map(left, (value) => [value, right.value] as const);
  if (left.type === 'batch') {
    return right.type === 'batch' ? batch(pairsOf(left.outcomes, right.outcomes)) : right;
  }
  if (right.type === 'batch') return left;
  return worstFirst.indexOf(right.type) < worstFirst.indexOf(left.type) ? right : left;
}

/**
 * All of them, as one: `ok` with every value, in order, when each has succeeded; else the worst of
 * them, as {@link zip} ranks them. What is in a `batch` counts one by one. `ok` of `[]` for none.
 */
export function joinAll<Value, Failure>(
  outcomes: readonly Outcome<Value, Failure>[],
): Outcome<readonly Value[], Failure> {
  const values: Value[] = [];
  let worst: Exclude<Single<Value, Failure>, { type: 'ok' }> | undefined;
  for (const outcome of singles(outcomes)) {
    if (outcome.type === 'ok') values.push(outcome.value);
    else if (worst === undefined || rank(worstFirst, outcome) < rank(worstFirst, worst)) {
      worst = outcome;
    }
  }
  return worst ?? ok(values);
}

/**
 * One of them: the first `ok`, or else what is nearest to one: `pending`, `retry`, `cancelled`,
 * `err`, in this order; of two alike the first, but the last `err`, as that of the last attempt.
 * What is in a `batch` counts one by one.
 *
 * @throws {ArgumentRangeError} when there is none
 */
export function joinAny<Value, Failure>(
  outcomes: readonly Outcome<Value, Failure>[],
): Outcome<Value, Failure> {
  let best: Single<Value, Failure> | undefined;
  for (const outcome of singles(outcomes)) {
    const better = best === undefined || rank(bestFirst, outcome) < rank(bestFirst, best);
    if (better || (outcome.type === 'err' && best?.type === 'err')) best = outcome;
  }
  if (best === undefined) throw new ArgumentRangeError('outcomes', outcomes, 'at least one');
  return best;
}

type Single<Value, Failure> = Exclude<Outcome<Value, Failure>, { type: 'batch' }>;

function pairsOf<Left, Right, Failure, Further>(
  left: readonly Outcome<Left, Failure>[],
  right: readonly Outcome<Right, Further>[],
): Outcome<readonly [Left, Right], Failure | Further>[] {
  const pairs: Outcome<readonly [Left, Right], Failure | Further>[] = [];
  for (const [index, first] of left.entries()) {
    const second = right[index];
    if (second === undefined) break;
    pairs.push(zip(first, second));
  }
  return pairs;
}

function* singles<Value, Failure>(
  outcomes: readonly Outcome<Value, Failure>[],
): Generator<Single<Value, Failure>> {
  for (const outcome of outcomes) {
    if (outcome.type === 'batch') yield* singles(outcome.outcomes);
    else yield outcome;
  }
}

function rank(order: readonly OutcomeType[], { type }: { readonly type: OutcomeType }): number {
  return order.indexOf(type);
}
