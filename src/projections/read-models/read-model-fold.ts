import type { StoredEvent } from '../../model/event.ts';
import { versionPrefix } from '../cache-key.ts';
import type { CachedStates } from '../cached-states.ts';
import { type KindsRead, kindsRead, readFor, takes } from '../fold.ts';
import { isYoung } from '../freshness.ts';
import type { ProjectionSource } from '../projection-source.ts';
import type { ReadModelDefinition } from './read-model-definition.ts';

/** Events folded between two times that the state is put into the cache. */
export const keepEveryEvents = 65_536;

/** Events folded between two looks at the clock. */
const eventsPerLook = 64;

/** Sequences passed over between two such looks, however few of them are of the region. */
const sequencesPerLook = 65_536;

/** How far a read model has come. */
export interface BuildProgress {
  /** Sequences that are behind it. */
  readonly done: number;
  /** Sequences that there are. */
  readonly total: number;
}

interface Folded<State> {
  state: State;
  /** Sequence up to which events are folded in, -1 before the first. */
  watermark: number;
  foldedAtUs: number;
  unkept: number;
  /** Whether it was ever complete: a build that was cut short is not. */
  complete: boolean;
  readonly generation: number;
}

/** The state of one version of a read model, as far as it was folded. */
export class ReadModelFold<State> {
  readonly definition: ReadModelDefinition<State>;
  readonly #source: ProjectionSource;
  readonly #cached: CachedStates;
  readonly #key: Uint8Array;
  #folded: Folded<State> | undefined;

  constructor(
    source: ProjectionSource,
    cached: CachedStates,
    definition: ReadModelDefinition<State>,
  ) {
    this.definition = definition;
    this.#source = source;
    this.#cached = cached;
    this.#key = versionPrefix('read-model', definition.name, definition.version);
  }

  /** Whether it has been complete, now or in another process. */
  get complete(): boolean {
    return this.#current().complete;
  }

  /** How far it has come. */
  get progress(): BuildProgress {
    return { done: this.#current().watermark + 1, total: this.#source.nextSequence };
  }

  /** The state with every event in it, or one that was folded at most so long ago. */
  state(staleUs: number): State {
    const folded = this.#current();
    const moved = folded.watermark < this.#source.nextSequence - 1;
    const serves =
      !moved ||
      (staleUs >= 0 &&
        folded.complete &&
        isYoung(folded.foldedAtUs, this.#source.nowUs(), staleUs));
    if (!serves) {
      this.step(Number.POSITIVE_INFINITY);
      if (folded.unkept >= keepEveryEvents) this.keep();
    }
    if (!folded.complete) this.finish();
    return folded.state;
  }

  /**
   * Folds on until the time of the steady clock, or to the end: then it returns `true`. A fold that
   * throws drops the state, which may be half-changed.
   */
  step(untilMs: number): boolean {
    const { definition } = this;
    const source = this.#source;
    const folded = this.#current();
    const { nextSequence } = source;
    const kinds = kindsRead(source, definition);
    do {
      const { watermark } = folded;
      // Without an end to its time all is read at once.
      const most =
        untilMs === Number.POSITIVE_INFINITY ? untilMs : watermark + 1 + sequencesPerLook;
      const end = Math.min(nextSequence, most);
      const events = readFor(source, definition, definition.region, kinds, watermark, end);
      if (!this.#foldEvents(folded, events, kinds, untilMs)) return false;
      // What is not of the region is passed over as well.
      folded.watermark = Math.max(folded.watermark, end - 1);
      if (end === nextSequence) break;
    } while (source.elapsedMs() < untilMs);
    if (folded.watermark < nextSequence - 1) return false;
    folded.foldedAtUs = source.nowUs();
    return true;
  }

  /** @returns false when the time was over before the events were */
  #foldEvents(
    folded: Folded<State>,
    events: Iterable<StoredEvent>,
    kinds: KindsRead | undefined,
    untilMs: number,
  ): boolean {
    const { definition } = this;
    let count = 0;
    try {
      for (const event of events) {
        if (kinds === undefined || takes(kinds, definition, event)) {
          folded.state = definition.apply(folded.state, event);
        }
        folded.watermark = event.sequence;
        count += 1;
        if (count % eventsPerLook === 0 && this.#source.elapsedMs() >= untilMs) {
          folded.unkept += count;
          return false;
        }
      }
    } catch (cause) {
      this.#folded = undefined;
      throw cause;
    }
    folded.unkept += count;
    return true;
  }

  /** Events folded since the state was last put into the cache. */
  get unkept(): number {
    return this.#current().unkept;
  }

  /** Marks the state as one that may be served. */
  finish(): void {
    const folded = this.#current();
    folded.complete = true;
    folded.unkept += 1;
  }

  /** Puts the state into the cache, if its events are durable. */
  keep(): void {
    const folded = this.#folded;
    if (folded === undefined || folded.unkept === 0 || folded.watermark < 0) return;
    if (folded.generation !== this.#source.logGeneration) return;
    const { state, watermark, foldedAtUs, complete } = folded;
    const meta = { watermark, cachedAtUs: foldedAtUs };
    // What a state of an entity was changed at tells of a read model whether it was complete.
    const kept = { state, changedAt: complete ? 0 : -1, meta };
    if (this.#cached.write(this.#key, this.definition.name, kept)) folded.unkept = 0;
  }

  /** Drops the state, from the cache as well. */
  forget(): void {
    this.#folded = undefined;
    this.#cached.forget(this.#key);
  }

  #current(): Folded<State> {
    const { logGeneration: generation } = this.#source;
    if (this.#folded?.generation === generation) return this.#folded;
    const folded = this.#fromCache() ?? {
      state: this.definition.initial(),
      watermark: -1,
      foldedAtUs: 0,
      unkept: 0,
      complete: false,
      generation,
    };
    this.#folded = folded;
    return folded;
  }

  #fromCache(): Folded<State> | undefined {
    const kept = this.#cached.read(this.#key, this.#source.nextSequence - 1);
    if (kept === undefined) return undefined;
    const { watermark, cachedAtUs } = kept.meta;
    return {
      // It was encoded from a state of this very name and version, and is whole.
      state: kept.state as State,
      watermark,
      foldedAtUs: cachedAtUs,
      unkept: 0,
      complete: kept.changedAt === 0,
      generation: this.#source.logGeneration,
    };
  }
}
