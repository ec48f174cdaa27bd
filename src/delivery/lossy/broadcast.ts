import { assert } from '../../model/assert.ts';
import type { IndexEntry } from '../../model/event.ts';
import type { LiveSource } from '../../model/event-source.ts';
import { Region, type RegionSubject } from '../../model/region.ts';

/** One that waits for the next event of its region. */
export interface Waiter {
  readonly region: Region;
  /** It is through with everything before this sequence. */
  readonly position: number;
  /** There is nothing for it before this sequence. Told when the waiting ends. */
  passOver(position: number): void;
  /** There is something for it there, or nothing will come any more. Ends the waiting. */
  wake(): void;
}

/**
 * Tells those who wait what has become visible. However many they are, a store has one listener
 * while anybody waits and none otherwise, and each new event is looked at once: an append pays
 * nothing, and the turn behind it one look for those who wait for its entity alone, and one
 * comparison for each who waits for more than one entity.
 */
export class Broadcast {
  readonly #source: LiveSource;
  /** Those whose region is of one entity, by that entity. */
  readonly #ofEntity = new Map<string, Set<Waiter>>();
  /** Those whose region may be of several. */
  readonly #others = new Set<Waiter>();
  readonly #listener = (): void => this.#look();
  #stop: (() => void) | undefined;
  #waiting = 0;
  #seen = 0;
  #generation = 0;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** There is nothing before this sequence for anybody who waits. */
  get seen(): number {
    return this.#seen;
  }

  /** Waits for the next event, all before being read. @returns what ends the waiting */
  wait(waiter: Waiter): () => void {
    assert(waiter.position >= this.#source.nextSequence, 'who waits has read all there is');
    if (this.#stop === undefined) {
      this.#seen = this.#source.nextSequence;
      this.#generation = this.#source.logGeneration;
      this.#stop = this.#source.onVisible(this.#listener);
    }
    this.#place(waiter.region).add(waiter);
    this.#waiting += 1;
    return () => {
      if (this.#remove(waiter) && waiter.position < this.#seen) waiter.passOver(this.#seen);
    };
  }

  /** Where the waiters for such a region are. */
  #place({ entityMatch }: Region): Set<Waiter> {
    if (entityMatch.mode !== 'exact') return this.#others;
    const known = this.#ofEntity.get(entityMatch.text);
    if (known !== undefined) return known;
    const made = new Set<Waiter>();
    this.#ofEntity.set(entityMatch.text, made);
    return made;
  }

  /** @returns whether it waited */
  #remove(waiter: Waiter): boolean {
    const { entityMatch } = waiter.region;
    const place = this.#place(waiter.region);
    const waited = place.delete(waiter);
    if (entityMatch.mode === 'exact' && place.size === 0) this.#ofEntity.delete(entityMatch.text);
    if (!waited) return false;
    this.#waiting -= 1;
    if (this.#waiting === 0) {
      this.#stop?.();
      this.#stop = undefined;
    }
    return true;
  }

  #look(): void {
    const { closed, logGeneration } = this.#source;
    if (closed || logGeneration !== this.#generation) {
      const waiting = [...this.#others];
      for (const place of this.#ofEntity.values()) waiting.push(...place);
      for (const waiter of waiting) this.#wake(waiter);
      return;
    }
    const { nextSequence } = this.#source;
    const options = this.#seen === 0 ? {} : { after: this.#seen - 1 };
    for (const entry of this.#source.query(Region.all(), options)) {
      this.#tell(entry);
      if (this.#waiting === 0) return;
    }
    this.#seen = nextSequence;
  }

  #tell(entry: IndexEntry): void {
    const { entity } = entry;
    const ofEntity = this.#ofEntity.get(entity);
    if (ofEntity === undefined && this.#others.size === 0) return;
    const { sequence, scope, kind, clock, lane } = entry;
    // Looked up once, not by each of those who wait.
    const subject: RegionSubject = { entity, scope, kind, clock, lane };
    if (ofEntity !== undefined) this.#tellAll(ofEntity, sequence, subject);
    this.#tellAll(this.#others, sequence, subject);
  }

  #tellAll(waiting: ReadonlySet<Waiter>, sequence: number, subject: RegionSubject): void {
    for (const waiter of waiting) {
      if (waiter.position > sequence || !waiter.region.matches(subject)) continue;
      waiter.passOver(sequence);
      this.#wake(waiter);
    }
  }

  #wake(waiter: Waiter): void {
    this.#remove(waiter);
    waiter.wake();
  }
}
