import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { IndexEntry, StoredEvent } from '../../model/event.ts';
import type {
  EntityHead,
  LiveSource,
  LogIdentity,
  QueryOptions,
} from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import type { ProjectionSource } from '../../projections/projection-source.ts';
import type { ReadEngine } from '../engine.ts';

/** What projections take of a store's reads. */
export interface ProjectedReads extends LiveSource {
  at(sequence: number): StoredEvent | undefined;
}

/** A store as its projections see it, whichever log it reads now. */
export class StoreProjectionSource implements ProjectionSource {
  readonly #reads: ProjectedReads;
  readonly #engine: () => ReadEngine;

  constructor(reads: ProjectedReads, engine: () => ReadEngine) {
    this.#reads = reads;
    this.#engine = engine;
  }

  get logGeneration(): number {
    return this.#reads.logGeneration;
  }
  get closed(): boolean {
    return !this.#engine().open;
  }
  get identity(): LogIdentity {
    return this.#reads.identity;
  }
  get nextSequence(): number {
    return this.#engine().index.count;
  }

  requireOpen(operation: string): void {
    if (!this.#engine().open) throw new StoreClosedError(operation);
  }
  durableThrough(): number | undefined {
    return this.#reads.durableThrough();
  }
  onVisible(listener: () => void): () => void {
    return this.#reads.onVisible(listener);
  }
  query(region: Region, options?: QueryOptions): Iterable<IndexEntry> {
    return this.#reads.query(region, options);
  }
  events(region: Region, options?: QueryOptions): Iterable<StoredEvent> {
    return this.#reads.events(region, options);
  }
  head(entity: string, lane?: number): EntityHead | undefined {
    return this.#reads.head(entity, lane);
  }
  kindNamed(name: string): number | undefined {
    return this.#engine().kinds.find(name);
  }
  idAt(sequence: number): string | undefined {
    return this.#reads.at(sequence)?.eventId;
  }
  lostBefore(sequence: number): number {
    return this.#engine().index.holes.lostBefore(sequence);
  }
  nowUs(): number {
    return this.#engine().platform.clock.nowUs();
  }
  elapsedMs(): number {
    return this.#engine().platform.clock.elapsedMs();
  }
  soon(callback: () => void): void {
    this.#engine().platform.timers.soon(callback);
  }
}
