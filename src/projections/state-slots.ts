import type { Projection } from './projection.ts';

/** A state in memory. One object for each entity and projection, changed as the entity moves. */
export interface Slot {
  readonly projection: Projection<unknown>;
  readonly entity: string;
  /** Sequence up to which the entity's events are folded in. */
  watermark: number;
  /** Sequence of the last event that was applied, -1 when there was none. */
  changedAt: number;
  foldedAtUs: number;
  state: unknown;
  /** Events folded since the state was last put into the cache. */
  unkept: number;
}

/** States in memory by projection and entity. Bounded: the one folded longest ago goes first. */
export class StateSlots {
  readonly #slotsMax: number;
  readonly #evicted: (slot: Slot) => void;
  #byProjection = new WeakMap<object, Map<string, Slot>>();
  /** Slots, folded longest ago first. */
  readonly #order = new Set<Slot>();
  // Callers ask by one projection many times: its map is at hand. A key of both as one text would
  // be a new text to hash at each look-up, which takes ten times as long as the look-up.
  #lastProjection: object | undefined;
  #lastSlots: Map<string, Slot> | undefined;

  /** `evicted` is told of each state that leaves because there are too many. */
  constructor(slotsMax: number, evicted: (slot: Slot) => void) {
    this.#slotsMax = slotsMax;
    this.#evicted = evicted;
  }

  /** The states, folded longest ago first. */
  values(): Iterable<Slot> {
    return this.#order;
  }

  find(projection: object, entity: string): Slot | undefined {
    return this.#slotsOf(projection).get(entity);
  }

  /** Keeps the slot, as the one folded last. */
  keep(slot: Slot): void {
    this.#slotsOf(slot.projection).set(slot.entity, slot);
    this.#order.delete(slot);
    this.#order.add(slot);
    if (this.#order.size <= this.#slotsMax) return;
    for (const oldest of this.#order) {
      this.#order.delete(oldest);
      this.#slotsOf(oldest.projection).delete(oldest.entity);
      this.#evicted(oldest);
      return;
    }
  }

  clear(): void {
    this.#byProjection = new WeakMap();
    this.#order.clear();
    this.#lastProjection = undefined;
    this.#lastSlots = undefined;
  }

  #slotsOf(projection: object): Map<string, Slot> {
    if (this.#lastSlots !== undefined && this.#lastProjection === projection) {
      return this.#lastSlots;
    }
    let slots = this.#byProjection.get(projection);
    if (slots === undefined) {
      slots = new Map();
      this.#byProjection.set(projection, slots);
    }
    this.#lastProjection = projection;
    this.#lastSlots = slots;
    return slots;
  }
}
