import type { IndexEntry, StoredEvent } from './event.ts';
import type { Region } from './region.ts';

/** How a query is paged. */
export interface QueryOptions {
  /** Only events after this sequence (before it, when reversed). */
  readonly after?: number;
  /** At most so many events. */
  readonly limit?: number;
  /** Newest first. @default false */
  readonly reverse?: boolean;
}

/** What reads events: a store, as projections and aggregates see it. */
export interface EventSource {
  /** Entries of the region in the order of their sequences. */
  query(region: Region, options?: QueryOptions): Iterable<IndexEntry>;
  /** Events of the region, payload and all, in the order of their sequences. */
  events(region: Region, options?: QueryOptions): Iterable<StoredEvent>;
  /**
   * Clock and sequence of the last event in a lane of the entity (0 unless told otherwise), or
   * `undefined` when it has none.
   */
  head(entity: string, lane?: number): EntityHead | undefined;
}

/** Where an entity stands. */
export interface EntityHead {
  /** Clock of its last event. */
  readonly clock: number;
  /** Sequence of its last event. */
  readonly sequence: number;
}
