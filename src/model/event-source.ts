import type { IndexEntry, StoredEvent } from './event.ts';
import type { Region } from './region.ts';

/** How a query is paged. */
export interface QueryOptions {
  /**
   * Where reading begins: behind this sequence, which is not read itself. Forwards only events of
   * higher sequences, reversed only of lower ones.
   */
  readonly after?: number;
  /**
   * Where reading ends: at this sequence, which is not read itself. Forwards only events of lower
   * sequences, reversed only of higher ones. Together with `after` all between the two.
   */
  readonly before?: number;
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

/** Which log is read, and how often it has begun anew. */
export interface LogIdentity {
  /** Id of the store: the text of a UUIDv7, given when it was made. */
  readonly storeId: string;
  /**
   * Raised at each opening after an unclean end, and at each restart of the writer. An event that
   * was not durable under an earlier epoch may be another one, or none, under this.
   */
  readonly epoch: number;
}

/** A source of events that goes on: what subscriptions, cursors and watchers read. */
export interface LiveSource extends EventSource {
  readonly identity: LogIdentity;
  /** Whether it was closed: nothing more is read of it. */
  readonly closed: boolean;
  /**
   * Raised whenever another log is read from then on, in which a sequence or a clock may stand for
   * another event: by a follower whose `refresh` says `rebuilt`. Not kept over a reopening.
   */
  readonly logGeneration: number;
  /** The sequence that the next event to become visible will have. */
  readonly nextSequence: number;
  /** Sequence of the last event that would survive power loss, or `undefined` when none would. */
  durableThrough(): number | undefined;
  /**
   * Calls the listener a moment after events have become visible, once for all that came in the
   * same turn, and when the store is closed. Never from inside a write. The returned function ends
   * it.
   */
  onVisible(listener: () => void): () => void;
}

/** Where an entity stands. */
export interface EntityHead {
  /** Clock of its last event. */
  readonly clock: number;
  /** Sequence of its last event. */
  readonly sequence: number;
}
