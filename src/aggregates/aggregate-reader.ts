import type { AnyMachineSnapshot } from 'xstate';
import type { StoredEvent } from '../model/event.ts';
import { Region } from '../model/region.ts';
import type { StoreReads } from '../store/store-reads.ts';
import type { AnyAggregateDefinition } from './definition.ts';
import { AggregateFold } from './fold.ts';
import { type FoldedState, StateCache } from './state-cache.ts';
import { MachineStepper } from './xstate-adapter.ts';

/** Which moment of an aggregate is asked for: up to this clock, or this sequence, included. */
export type Moment = { readonly clock: number } | { readonly sequence: number };

const nothing: FoldedState = { snapshot: undefined, clock: -1 };

/**
 * Folds the aggregates of one definition from what a store, or a follower of one, holds. Invariant:
 * a kept state is what a fold of the log would give.
 */
export class AggregateReader {
  readonly #store: StoreReads;
  readonly #definition: AnyAggregateDefinition;
  readonly #entitiesMax: number;
  #states: StateCache;
  #logGeneration: number;
  readonly stepper: MachineStepper;

  constructor(store: StoreReads, definition: AnyAggregateDefinition, entitiesMax: number) {
    this.#store = store;
    this.#definition = definition;
    this.#entitiesMax = entitiesMax;
    this.#states = new StateCache(entitiesMax);
    this.#logGeneration = store.logGeneration;
    this.stepper = new MachineStepper(definition.machine);
  }

  /** The folded state now: kept, brought up to the entity's last event, or folded anew. */
  current(entity: string): FoldedState {
    const head = this.#store.head(entity);
    if (head === undefined) return nothing;
    const kept = this.#keptOf(entity);
    if (kept?.clock === head.clock) return kept;
    // Folding on may change the kept context in place: it is kept again when that has succeeded.
    this.drop(entity);
    const fold = this.#fold(entity, kept);
    const region = Region.entity(entity).withClock({ from: fold.clock + 1, to: head.clock });
    for (const event of this.#store.events(region)) fold.take(event);
    const current = { snapshot: fold.result(), clock: fold.clock };
    this.keep(entity, current);
    return current;
  }

  /** The state as it was at the moment; `undefined` when the aggregate had not begun. */
  at(entity: string, moment: Moment): AnyMachineSnapshot | undefined {
    const fold = this.#fold(entity);
    for (const event of eventsUpTo(this.#store, entity, moment)) fold.take(event);
    return fold.result();
  }

  /** How many events of the entity no aggregate wrote. */
  foreign(entity: string): number {
    const fold = this.#fold(entity);
    for (const event of this.#store.events(Region.entity(entity))) fold.take(event);
    return fold.foreign;
  }

  /** Remembers the state of an entity after its event of this clock. */
  keep(entity: string, state: FoldedState): void {
    this.#states.keep(entity, state);
  }

  /** Forgets the state of an entity: it is folded anew when it is asked for. */
  drop(entity: string): void {
    this.#states.drop(entity);
  }

  #keptOf(entity: string): FoldedState | undefined {
    const { logGeneration } = this.#store;
    if (this.#logGeneration !== logGeneration) {
      // A follower reads another log by now, in which the same clock is another event.
      this.#states = new StateCache(this.#entitiesMax);
      this.#logGeneration = logGeneration;
    }
    return this.#states.find(entity);
  }

  #fold(entity: string, from?: FoldedState): AggregateFold {
    return new AggregateFold(this.#definition, this.stepper, entity, from);
  }
}

function* eventsUpTo(store: StoreReads, entity: string, moment: Moment): Generator<StoredEvent> {
  if ('clock' in moment) {
    yield* store.events(Region.entity(entity).withClock({ to: moment.clock }));
    return;
  }
  for (const event of store.events(Region.entity(entity))) {
    if (event.sequence > moment.sequence) return;
    yield event;
  }
}
