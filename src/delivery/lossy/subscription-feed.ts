import type { IndexEntry } from '../../model/event.ts';
import type { LiveSource } from '../../model/event-source.ts';
import type { Timers } from '../../model/platform.ts';
import type { Region } from '../../model/region.ts';
import type { PullSource } from '../pull-iterator.ts';
import { type BeginReading, RegionReader } from '../region-reader.ts';
import type { Broadcast } from './broadcast.ts';

/** Events that a subscription has lost: it was read too slowly. */
export interface SubscriptionGap {
  /** How many events of the region were left out. */
  readonly dropped: number;
  /** Sequence of the first of them. */
  readonly from: number;
  /** Sequence of the last of them. */
  readonly to: number;
}

/** What a feed is made of. */
export interface FeedParts<Item extends IndexEntry> {
  readonly source: LiveSource;
  readonly timers: Timers;
  readonly broadcast: Broadcast;
  readonly region: Region;
  readonly begin: BeginReading<Item>;
  /** Events that may wait to be read. */
  readonly capacity: number;
  readonly signal: AbortSignal | undefined;
  readonly onGap: ((gap: SubscriptionGap) => void) | undefined;
}

/**
 * What a subscription reads from. It holds no events: the log is the buffer, and this is a place in
 * it. When more events of the region wait than `capacity`, it steps over the oldest.
 *
 * They are counted when somebody reads, and each at most once: one that nobody reads costs nothing.
 */
export class SubscriptionFeed<Item extends IndexEntry> implements PullSource<Item> {
  readonly source: LiveSource;
  readonly timers: Timers;
  readonly #parts: FeedParts<Item>;
  readonly #wakes = new Set<() => void>();
  #reader: RegionReader<Item>;
  #generation: number;
  /** Events of the region from the position up to `#counted`. */
  #pending = 0;
  #counted = 0;
  #dropped = 0;
  #closed = false;

  /** Begins with what becomes visible from now on. */
  constructor(parts: FeedParts<Item>) {
    this.#parts = parts;
    this.source = parts.source;
    this.timers = parts.timers;
    this.#generation = this.source.logGeneration;
    this.#reader = this.#readerFrom(this.source.nextSequence);
  }

  /** How many events were left out so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The sequence that is looked at next. */
  get position(): number {
    const { position } = this.#reader;
    // Who waits is not told of each event that is none of theirs.
    return this.#wakes.size === 0 ? position : Math.max(position, this.#parts.broadcast.seen);
  }

  get ended(): boolean {
    return this.#closed || this.#parts.signal?.aborted === true;
  }

  /** The next event, or `undefined` when there is none yet. */
  pull(): Item | undefined {
    if (this.ended) return undefined;
    this.#followLog();
    if (this.source.nextSequence - this.position > this.#parts.capacity) this.#dropOldest();
    const item = this.#reader.next();
    if (item !== undefined && item.sequence < this.#counted) this.#pending -= 1;
    return item;
  }

  wait(wake: () => void): () => void {
    const { broadcast, region, signal } = this.#parts;
    const reader = this.#reader;
    const stopWaiting = broadcast.wait({
      region,
      get position() {
        return reader.position;
      },
      passOver: (position) => this.#reader.seek(position),
      wake,
    });
    signal?.addEventListener('abort', wake);
    this.#wakes.add(wake);
    return () => {
      stopWaiting();
      signal?.removeEventListener('abort', wake);
      this.#wakes.delete(wake);
    };
  }

  /** Ends it. A second call does nothing. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#wakes]) wake();
  }

  #readerFrom(position: number): RegionReader<Item> {
    const { source, region, begin } = this.#parts;
    this.#counted = position;
    this.#pending = 0;
    return new RegionReader(source, region, begin, position);
  }

  /** A log that was read anew may hold other events in the same places: begins again at its end. */
  #followLog(): void {
    if (this.source.logGeneration === this.#generation) return;
    this.#generation = this.source.logGeneration;
    this.#reader = this.#readerFrom(this.source.nextSequence);
  }

  #dropOldest(): void {
    const { source, region, capacity, onGap } = this.#parts;
    const { nextSequence } = source;
    if (this.#counted < this.position) {
      this.#counted = this.position;
      this.#pending = 0;
    }
    if (this.#counted < nextSequence) {
      this.#pending += countOf(source.query(region, after(this.#counted)));
      this.#counted = nextSequence;
    }
    const excess = this.#pending - capacity;
    if (excess <= 0) return;
    let from = -1;
    let to = -1;
    for (const { sequence } of source.query(region, { ...after(this.position), limit: excess })) {
      if (from < 0) from = sequence;
      to = sequence;
    }
    this.#reader.seek(to + 1);
    this.#pending = capacity;
    this.#dropped += excess;
    onGap?.({ dropped: excess, from, to });
  }
}

function after(position: number): { after?: number } {
  return position === 0 ? {} : { after: position - 1 };
}

function countOf(entries: Iterable<unknown>): number {
  let count = 0;
  for (const _ of entries) count += 1;
  return count;
}
