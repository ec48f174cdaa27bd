import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import type { EventSource } from '../model/event-source.ts';
import { Region } from '../model/region.ts';

/** How events of an entity are folded into a state. */
export interface Projection<State> {
  readonly name: string;
  /** Raise it when `apply` changes: states of another version are never used. */
  readonly version: number;
  /** The state of an entity before its first event. */
  readonly initial: () => State;
  /** The state after an event. Returns a new state, and leaves the old one as it was. */
  readonly apply: (state: State, event: StoredEvent) => State;
}

/**
 * Defines a projection: a pure fold over the events of one entity.
 *
 * ```ts
 * const moves = defineProjection({
 *   name: 'moves', version: 1, initial: () => 0, apply: (count) => count + 1,
 * });
 * store.project(moves, 'player:alice');
 * ```
 *
 * @throws {ArgumentTypeError} when a part is missing or of the wrong type
 */
export function defineProjection<State>(projection: Projection<State>): Projection<State> {
  checkProjection(projection);
  const { name, version, initial, apply } = projection;
  return Object.freeze({ name, version, initial, apply });
}

/** @throws {ArgumentTypeError} when it is no projection */
export function checkProjection(projection: unknown): void {
  if (typeof projection !== 'object' || projection === null) {
    throw new ArgumentTypeError('projection', projection, 'what defineProjection returned');
  }
  const { name, version, initial, apply }: Partial<Projection<unknown>> = projection;
  if (typeof name !== 'string' || name.length === 0) {
    throw new ArgumentTypeError('name', name, 'a text that is not empty');
  }
  if (!Number.isInteger(version)) throw new ArgumentTypeError('version', version, 'an integer');
  if (typeof initial !== 'function') throw new ArgumentTypeError('initial', initial, 'a function');
  if (typeof apply !== 'function') throw new ArgumentTypeError('apply', apply, 'a function');
}

/** A state, and the clock of the last event that is folded into it. */
interface Slot {
  readonly clock: number;
  readonly state: unknown;
}

/**
 * States of entities as last projected, for one store. An entity that has not moved costs a
 * look-up; one that has is folded on from where it stood. Bounded: the oldest fold goes first.
 */
export class ProjectionSlots {
  readonly #slotsMax: number;
  readonly #numbers = new WeakMap<object, number>();
  #projections = 0;
  /** By number of the projection and entity, folded longest ago first. */
  readonly #slots = new Map<string, Slot>();

  constructor(slotsMax: number) {
    this.#slotsMax = slotsMax;
  }

  /** The entity's state now, or `undefined` when it has no event. */
  project<State>(
    source: EventSource,
    projection: Projection<State>,
    entity: string,
  ): State | undefined {
    const head = source.head(entity);
    if (head === undefined) return undefined;
    const key = `${this.#numberOf(projection)} ${entity}`;
    const slot = this.#slots.get(key);
    if (slot?.clock === head.clock) return slotState(slot, projection);
    const from = slot === undefined ? 0 : slot.clock + 1;
    const region = Region.entity(entity).withLane(0).withClock({ from, to: head.clock });
    let state = slot === undefined ? projection.initial() : slotState(slot, projection);
    for (const event of source.events(region)) state = projection.apply(state, event);
    this.#keep(key, { clock: head.clock, state });
    return state;
  }

  #numberOf(projection: object): number {
    const known = this.#numbers.get(projection);
    if (known !== undefined) return known;
    this.#projections += 1;
    this.#numbers.set(projection, this.#projections);
    return this.#projections;
  }

  #keep(key: string, slot: Slot): void {
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    if (this.#slots.size <= this.#slotsMax) return;
    for (const oldest of this.#slots.keys()) {
      this.#slots.delete(oldest);
      return;
    }
  }
}

// A slot is found by its projection, whose own fold made the state.
function slotState<State>(slot: Slot, _projection: Projection<State>): State {
  return slot.state as State;
}
