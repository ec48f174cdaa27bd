import type { QueryOptions, StoredEvent } from 'batpak';
import type { EntityHead, LogIdentity } from '../../src/model/event-source.ts';
import type { Region } from '../../src/model/region.ts';
import type { ProjectionSource } from '../../src/projections/projection-source.ts';
import { someKind } from './store-host.ts';

interface Listed {
  readonly entity: string;
  readonly kind: number;
  readonly clock: number;
  readonly sequence: number;
  readonly payload: unknown;
}

/** Events in memory, as projections read them. Counts how many of them were read. */
export class ProjectedList implements ProjectionSource {
  readonly logged: Listed[] = [];
  readonly kinds = new Map<string, number>();
  readCount = 0;
  entryCount = 0;
  logGeneration = 0;
  readonly closed = false;
  identity: LogIdentity = { storeId: 'store', epoch: 1 };
  /** How many events are durable; all of them unless it is set. */
  durableEvents: number | undefined;
  /** Put before the ids of events, so that another log has others. */
  idPrefix = 'id';
  lost = 0;
  timeUs = 1_000_000;
  readonly #listeners = new Set<() => void>();

  append(entity: string, payload: unknown, kind = someKind): void {
    const clock = this.of(entity).length;
    this.logged.push({ entity, kind, clock, sequence: this.logged.length, payload });
    for (const listener of this.#listeners) listener();
  }

  /** Payloads of an entity. */
  of(entity: string): unknown[] {
    return this.logged.filter((event) => event.entity === entity).map(({ payload }) => payload);
  }

  get listening(): number {
    return this.#listeners.size;
  }
  get nextSequence(): number {
    return this.logged.length;
  }
  requireOpen(): void {
    // A list is never closed.
  }
  durableThrough(): number | undefined {
    const count = this.durableEvents ?? this.logged.length;
    return count === 0 ? undefined : count - 1;
  }
  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  *query(region: Region, options?: QueryOptions): Iterable<StoredEvent> {
    for (const event of this.#matching(region, options)) {
      this.entryCount += 1;
      yield event;
    }
  }
  *events(region: Region, options?: QueryOptions): Iterable<StoredEvent> {
    for (const event of this.#matching(region, options)) {
      this.readCount += 1;
      yield event;
    }
  }
  head(entity: string): EntityHead | undefined {
    return this.logged.filter((event) => event.entity === entity).at(-1);
  }
  kindNamed(name: string): number | undefined {
    return this.kinds.get(name);
  }
  idAt(sequence: number): string | undefined {
    return sequence < this.logged.length ? `${this.idPrefix} ${sequence}` : undefined;
  }
  lostBefore(): number {
    return this.lost;
  }
  nowUs(): number {
    return this.timeUs;
  }
  elapsedMs(): number {
    return this.timeUs / 1000;
  }
  soon(callback: () => void): void {
    queueMicrotask(callback);
  }

  *#matching(
    region: Region,
    { after = -1, before = Number.POSITIVE_INFINITY }: QueryOptions = {},
  ): Iterable<StoredEvent> {
    for (const event of this.logged.slice(after + 1, before)) {
      if (!region.matches({ ...event, scope: 'default' })) continue;
      // Folds of these tests ask for nothing else.
      yield event as unknown as StoredEvent;
    }
  }
}
