import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { IndexEntry, StoredEvent } from '../model/event.ts';
import type { LiveSource } from '../model/event-source.ts';
import type { Region } from '../model/region.ts';
import { Cursor } from './cursor/cursor.ts';
import {
  beginningOf,
  type CursorOptions,
  checkCursorOptions,
  checkOptions,
  checkRead,
  checkRegion,
  checkSignal,
  type DeliveryRead,
} from './cursor/cursor-options.ts';
import type { NamedCursors } from './cursor/named-cursors.ts';
import type { ReadingHost } from './delivery-host.ts';
import { Broadcast } from './lossy/broadcast.ts';
import { Subscription } from './lossy/subscription.ts';
import { SubscriptionFeed, type SubscriptionGap } from './lossy/subscription-feed.ts';
import { type BeginReading, RegionReader, readEntries, readEvents } from './region-reader.ts';

/** What a subscription may be given. */
export interface SubscribeOptions {
  /** `entries` leaves payloads unread. @default 'events' */
  readonly read?: DeliveryRead;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal;
  /** Told of events that were left out, just before the event that follows them. */
  readonly onGap?: (gap: SubscriptionGap) => void;
}

/** Most events that a subscription may fall behind by default. */
export const broadcastCapacityDefault = 8192;

/** Opens the subscriptions and cursors of a store, or of a follower of one. */
export class LiveReads {
  readonly #host: ReadingHost;
  readonly #broadcast: Broadcast;

  constructor(host: ReadingHost) {
    this.#host = host;
    this.#broadcast = new Broadcast(host.source);
  }

  /** @throws {ArgumentTypeError} */
  subscribe(region: Region, options: SubscribeOptions): Subscription<StoredEvent | IndexEntry> {
    checkRegion(region);
    checkOptions(options, ['read', 'signal', 'onGap']);
    checkRead(options.read);
    checkSignal(options.signal);
    const { read, signal, onGap } = options;
    if (onGap !== undefined && typeof onGap !== 'function') {
      throw new ArgumentTypeError('onGap', onGap, 'a function');
    }
    const { source, timers, broadcastCapacity: capacity } = this.#host;
    const begin: BeginReading<IndexEntry> = read === 'entries' ? readEntries : readEvents;
    const broadcast = this.#broadcast;
    const parts = { source, timers, broadcast, region, begin, capacity, signal, onGap };
    const feed = new SubscriptionFeed<IndexEntry>(parts);
    return new Subscription<IndexEntry>(feed, () => feed.pull());
  }

  /**
   * A cursor, which has a name only where `named` is given.
   *
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} and what `NamedCursors.open` throws
   */
  cursor(
    region: Region,
    options: CursorOptions,
    named?: NamedCursors,
  ): Cursor<StoredEvent | IndexEntry> {
    checkRegion(region);
    checkCursorOptions(options);
    const { name, read, signal } = options;
    const { source, timers } = this.#host;
    const from = beginningOf(source, options.from);
    if (name !== undefined && named === undefined) {
      throw new ArgumentTypeError('name', name, 'left out: a follower writes nothing');
    }
    const kept = name === undefined ? undefined : named?.open(name, region, from);
    const reader = readerOf(source, region, read, kept?.position ?? from);
    return new Cursor<IndexEntry>({ source, timers, region, reader, kept, signal });
  }
}

/** A reader of events or of entries. */
export function readerOf(
  source: LiveSource,
  region: Region,
  read: DeliveryRead | undefined,
  position: number,
): RegionReader<IndexEntry> {
  const begin: BeginReading<IndexEntry> = read === 'entries' ? readEntries : readEvents;
  return new RegionReader(source, region, begin, position);
}
