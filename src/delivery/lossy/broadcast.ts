import { assert } from '../../model/assert.ts';
import type { IndexEntry } from '../../model/event.ts';
import type { LiveSource } from '../../model/event-source.ts';
import { Region, type RegionSubject } from '../../model/region.ts';

/** One that waits for the next event of its region. */
export interface Waiter {
  readonly region: Region;
  /** It is through with everything before this sequence. */
  readonly position: number;
  /** There is nothing for it before this sequence. */
  passOver(position: number): void;
  /** There is something for it there, or nothing will come any more. Ends the waiting. */
  wake(): void;
}

/**
 * Tells those who wait what has become visible. However many they are, a store has one listener
 * while anybody waits and none otherwise, and each new event is looked at once: an append pays
 * nothing, and the turn behind it one comparison for each of them.
 */
export class Broadcast {
  readonly #source: LiveSource;
  readonly #waiting = new Set<Waiter>();
  readonly #listener = (): void => this.#look();
  #stop: (() => void) | undefined;
  #seen = 0;
  #generation = 0;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for the next event, all before being read. @returns what ends the waiting */
  wait(waiter: Waiter): () => void {
    assert(waiter.position >= this.#source.nextSequence, 'who waits has read all there is');
    if (this.#stop === undefined) {
      this.#seen = this.#source.nextSequence;
      this.#generation = this.#source.logGeneration;
      this.#stop = this.#source.onVisible(this.#listener);
    }
    this.#waiting.add(waiter);
    return () => this.#remove(waiter);
  }

  #remove(waiter: Waiter): void {
    if (!this.#waiting.delete(waiter) || this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    const { closed, logGeneration } = this.#source;
    if (closed || logGeneration !== this.#generation) {
      for (const waiter of [...this.#waiting]) this.#wake(waiter);
      return;
    }
    const { nextSequence } = this.#source;
    const options = this.#seen === 0 ? {} : { after: this.#seen - 1 };
    for (const entry of this.#source.query(Region.all(), options)) {
      this.#tell(entry);
      if (this.#waiting.size === 0) return;
    }
    this.#seen = nextSequence;
    for (const waiter of this.#waiting) waiter.passOver(nextSequence);
  }

  #tell({ sequence, entity, scope, kind, clock, lane }: IndexEntry): void {
    // Looked up once, not by each of those who wait.
    const subject: RegionSubject = { entity, scope, kind, clock, lane };
    for (const waiter of this.#waiting) {
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
