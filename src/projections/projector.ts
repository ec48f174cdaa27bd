import { Region } from '../model/region.ts';
import { entityKey } from './cache-key.ts';
import type { CachedStates } from './cached-states.ts';
import { type Folding, foldOn } from './fold.ts';
import { type Freshness, isYoung, staleUsMax } from './freshness.ts';
import type { Projection } from './projection.ts';
import type { ProjectionSource } from './projection-source.ts';
import { type Slot, StateSlots } from './state-slots.ts';

const slotsMaxByDefault = 10_000;

/** Events that a state is ahead of the cache before it is put there while it is in memory. */
export const cacheEveryEvents = 64;

/** A state that has changed, see `projectIfChanged`. */
export interface ProjectionChange<State> {
  /** `undefined` when the entity has no event that the projection reads any more. */
  readonly state: Readonly<State> | undefined;
  /** What to ask with the next time: the sequence of the last event that changed the state. */
  readonly since: number | undefined;
}

/**
 * States of entities, kept in memory and in the cache. An entity that has not moved costs a
 * look-up; one that has is folded on from where it stood.
 *
 * A state goes to the cache when it leaves memory, when it is 64 events ahead of what is there, and
 * at a flush; never before its events are durable.
 */
export class Projector {
  readonly #source: ProjectionSource;
  readonly #cached: CachedStates;
  readonly #slots: StateSlots;
  #generation: number;

  constructor(source: ProjectionSource, cached: CachedStates, slotsMax = slotsMaxByDefault) {
    this.#source = source;
    this.#cached = cached;
    this.#slots = new StateSlots(slotsMax, (slot) => this.#putIn(slot));
    this.#generation = source.logGeneration;
  }

  /** The entity's state, or `undefined` when it has no event that the projection reads. */
  project<State>(
    projection: Projection<State>,
    entity: string,
    freshness?: Freshness,
  ): Readonly<State> | undefined {
    const slot = this.#slotOf(projection, entity, staleUsMax(freshness));
    return slot === undefined || slot.changedAt < 0 ? undefined : stateOf(slot, projection);
  }

  /** The state, unless it is the one that was changed by the event of the sequence `since`. */
  projectIfChanged<State>(
    projection: Projection<State>,
    entity: string,
    since: number | undefined,
    freshness?: Freshness,
  ): ProjectionChange<State> | undefined {
    const slot = this.#slotOf(projection, entity, staleUsMax(freshness));
    if (slot === undefined || slot.changedAt < 0) {
      return since === undefined ? undefined : { state: undefined, since: undefined };
    }
    if (slot.changedAt === since) return undefined;
    return { state: stateOf(slot, projection), since: slot.changedAt };
  }

  /** Puts every state whose events are durable into the cache. */
  flush(): void {
    this.#matchGeneration();
    for (const slot of this.#slots.values()) this.#putIn(slot);
  }

  #slotOf(projection: Projection<unknown>, entity: string, staleUs: number): Slot | undefined {
    this.#matchGeneration();
    const head = this.#source.head(entity);
    if (head === undefined) return undefined;
    const { sequence } = head;
    const slot = this.#slots.find(projection, entity);
    if (slot?.watermark === sequence) {
      // A look-up ends here; the state may be due for the cache since its events are durable.
      if (slot.unkept >= cacheEveryEvents) this.#putIn(slot);
      return slot;
    }
    const known = slot ?? this.#fromCache(projection, entity, sequence);
    if (known !== undefined && this.#serves(known, sequence, staleUs)) {
      if (known !== slot) this.#slots.keep(known);
      return known;
    }
    return this.#folded(projection, entity, sequence, known);
  }

  #serves(slot: Slot, sequence: number, staleUs: number): boolean {
    if (slot.watermark === sequence) return true;
    return staleUs >= 0 && isYoung(slot.foldedAtUs, this.#source.nowUs(), staleUs);
  }

  #folded(
    projection: Projection<unknown>,
    entity: string,
    sequence: number,
    known: Slot | undefined,
  ): Slot {
    const from = projection.incremental ? known : undefined;
    const folding: Folding<unknown> = {
      state: from === undefined ? projection.initial() : from.state,
      changedAt: from?.changedAt ?? -1,
      count: 0,
    };
    const region = Region.entity(entity).withLane(0);
    foldOn(this.#source, projection, region, from?.watermark ?? -1, folding);
    // Only now, as a fold that throws leaves everything as it was.
    const slot: Slot = known ?? { ...blank, projection, entity };
    slot.watermark = sequence;
    slot.state = folding.state;
    slot.changedAt = folding.changedAt;
    slot.foldedAtUs = this.#source.nowUs();
    slot.unkept += folding.count;
    this.#slots.keep(slot);
    if (slot.unkept >= cacheEveryEvents) this.#putIn(slot);
    return slot;
  }

  #fromCache(projection: Projection<unknown>, entity: string, sequence: number): Slot | undefined {
    const key = entityKey(projection.name, projection.version, entity);
    const kept = this.#cached.read(key, sequence);
    if (kept === undefined) return undefined;
    const { state, changedAt, meta } = kept;
    const { watermark, cachedAtUs } = meta;
    return { projection, entity, watermark, changedAt, foldedAtUs: cachedAtUs, state, unkept: 0 };
  }

  #putIn(slot: Slot): void {
    if (slot.unkept === 0 || slot.changedAt < 0) return;
    // Looked at here as well: a state that waits for its events must not slow its look-up.
    if (slot.watermark > (this.#source.durableThrough() ?? -1)) return;
    const { projection, entity, state, changedAt, watermark, foldedAtUs } = slot;
    const { name, version } = projection;
    const meta = { watermark, cachedAtUs: foldedAtUs };
    const kept = { state, changedAt, meta };
    if (this.#cached.write(entityKey(name, version, entity), name, kept)) slot.unkept = 0;
  }

  /** Another log may give the same sequence to another event. */
  #matchGeneration(): void {
    const { logGeneration: generation } = this.#source;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#slots.clear();
  }
}

const blank = { watermark: -1, changedAt: -1, foldedAtUs: 0, state: undefined, unkept: 0 };

// A slot is found by its projection, whose own fold made the state.
function stateOf<State>(slot: Slot, _projection: Projection<State>): State {
  return slot.state as State;
}
