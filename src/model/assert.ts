import { describeValue } from './describe-value.ts';

/** A broken promise of our own code. Never caught: the state it found is not to be trusted. */
export class AssertionFailure extends Error {
  readonly code = 'BATPAK_ASSERTION';
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(what: string, facts: Readonly<Record<string, unknown>>) {
    const told = Object.entries(facts).map(([name, fact]) => `${name} ${describeValue(fact)}`);
    super(`${what} does not hold${told.length === 0 ? '' : `: ${told.join(', ')}`}`);
    this.facts = facts;
  }

  /** Name of the class. */
  override get name(): string {
    return 'AssertionFailure';
  }
}

/** Throws {@link AssertionFailure} unless the condition holds. `what` states the invariant. */
export function assert(
  condition: boolean,
  what: string,
  facts: Readonly<Record<string, unknown>> = {},
): asserts condition {
  if (!condition) throw new AssertionFailure(what, facts);
}

/** The end of an exhaustive `switch`: the compiler rejects it while a case is missing. */
export function unreachable(value: never): never {
  throw new AssertionFailure('every case is handled', { value });
}

/** The value, which the caller knows to be there; an assertion failure when it is not. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionFailure(what, {});
  return value;
}
