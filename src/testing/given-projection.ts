import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import type { Projection } from '../projections/projection.ts';
import { differencesOf } from './difference.ts';
import { SpecFailure } from './spec-failure.ts';
import { SpecHost } from './spec-host.ts';

/** Entity to which the events are appended that say nothing else. */
const entityDefault = 'given:1';

/** An event for a projection to fold. Made by {@link happened}. */
export interface GivenEvent {
  readonly kind: AnyEventDefinition;
  readonly payload: unknown;
}

/** An event that a projection is given, with a payload that the compiler checks. */
export function happened<Payload, Input>(
  kind: EventDefinition<Payload, Input>,
  payload: Input,
): GivenEvent {
  return { kind, payload };
}

/** A projection that has been given events, in a store in memory. Made by `given`. */
export class GivenProjection<State> {
  readonly #host = new SpecHost();
  readonly #projection: Projection<State>;

  /** @internal */
  constructor(projection: Projection<State>, events: readonly GivenEvent[]) {
    this.#projection = projection;
    this.#append(events);
  }

  /** Appends more events. */
  when(...events: readonly GivenEvent[]): this {
    // What was projected before is folded on; a new process folds everything.
    this.#host.store.project(this.#projection, entityDefault);
    this.#append(events);
    return this;
  }

  /**
   * Expects the projection to be in this state, folded on and folded anew; `undefined` that there
   * is no event.
   *
   * @throws {SpecFailure}
   */
  expectState(expected: State | undefined): this {
    for (const { store } of [this.#host, this.#host.copy()]) {
      const actual = store.project(this.#projection, entityDefault);
      const differences = differencesOf(expected, actual, 'state');
      if (differences.length === 0) continue;
      const problem = `the projection '${this.#projection.name}' is in another state:`;
      throw new SpecFailure(problem, { expected, actual, differences });
    }
    return this;
  }

  #append(events: readonly GivenEvent[]): void {
    if (!Array.isArray(events)) throw new ArgumentTypeError('events', events, 'an array');
    for (const { kind, payload } of events) {
      this.#host.store.appendBatch([{ at: entityDefault, kind, payload }], { durable: false });
    }
  }
}
