import type { Compensation } from './compensation.ts';
import { batch, err, type Failed, type Outcome, ok } from './outcome.ts';

/** The same with another value: of an `ok`, and of each in a `batch`. The rest stays as it is. */
export function map<Value, Failure, Other>(
  outcome: Outcome<Value, Failure>,
  change: (value: Value) => Other,
): Outcome<Other, Failure> {
  return andThen(outcome, (value) => ok(change(value)));
}

/**
 * What follows on success: the answer of `next` in place of an `ok`, and of each in a `batch`. The
 * rest stays as it is.
 */
export function andThen<Value, Failure, Other, Further = Failure>(
  outcome: Outcome<Value, Failure>,
  next: (value: Value) => Outcome<Other, Further>,
): Outcome<Other, Failure | Further> {
  switch (outcome.type) {
    case 'ok':
      return next(outcome.value);
    case 'batch':
      return batch(outcome.outcomes.map((each) => andThen(each, next)));
    default:
      return outcome;
  }
}

/** The same with another error: of an `err`, and of each in a `batch`. Its compensation stays. */
export function mapErr<Value, Failure, Other>(
  outcome: Outcome<Value, Failure>,
  change: (error: Failure) => Other,
): Outcome<Value, Other> {
  return recovered(outcome, ({ error, compensation }) => err(change(error), compensation));
}

/**
 * What follows on failure: the answer of `recover` in place of an `err`, and of each in a `batch`.
 * The rest stays as it is.
 */
export function orElse<Value, Failure, Other, Further = Failure>(
  outcome: Outcome<Value, Failure>,
  recover: (error: Failure) => Outcome<Other, Further>,
): Outcome<Value | Other, Further> {
  return recovered<Value | Other, Failure, Further>(outcome, ({ error }) => recover(error));
}

/** An outcome of outcomes as one: `andThen` with what is inside. */
export function flatten<Value, Failure, Further = Failure>(
  outcome: Outcome<Outcome<Value, Further>, Failure>,
): Outcome<Value, Failure | Further> {
  return andThen(outcome, (inner) => inner);
}

/** Whether nothing can become of it any more: of a `batch`, when none of its outcomes can. */
export function isFinal(outcome: Outcome<unknown, unknown>): boolean {
  if (outcome.type === 'batch') return outcome.outcomes.every(isFinal);
  return outcome.type === 'ok' || outcome.type === 'err' || outcome.type === 'cancelled';
}

/** All that has to be undone, what was done last coming first. */
export function compensationsOf(outcome: Outcome<unknown, unknown>): readonly Compensation[] {
  if (outcome.type === 'batch') return outcome.outcomes.toReversed().flatMap(compensationsOf);
  if (outcome.type !== 'err' || outcome.compensation === undefined) return [];
  return [outcome.compensation];
}

function recovered<Value, Failure, Further>(
  outcome: Outcome<Value, Failure>,
  recover: (failed: Failed<Failure>) => Outcome<Value, Further>,
): Outcome<Value, Further> {
  switch (outcome.type) {
    case 'err':
      return recover(outcome);
    case 'batch':
      return batch(outcome.outcomes.map((each) => recovered(each, recover)));
    default:
      return outcome;
  }
}
