import type { Cursor } from '../delivery/cursor/cursor.ts';
import type { UnnamedCursorOptions } from '../delivery/cursor/cursor-options.ts';
import {
  broadcastCapacityDefault,
  LiveReads,
  type SubscribeOptions,
} from '../delivery/live-reads.ts';
import type { Subscription } from '../delivery/lossy/subscription.ts';
import type { QueryPlan } from '../indexes/query/query-plan.ts';
import type { CausalGraph } from '../inspect/causal-graph.ts';
import { ArgumentRangeError, ArgumentTypeError } from '../model/errors/argument-error.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { IndexEntry, StoredEvent } from '../model/event.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import { formatId } from '../model/event-id.ts';
import type { EntityHead, LiveSource, LogIdentity, QueryOptions } from '../model/event-source.ts';
import type { Platform } from '../model/platform.ts';
import { Region } from '../model/region.ts';
import { isEvent } from '../model/typed-event.ts';
import { type VerifyReport, verifyLog } from '../recovery/verify/verify.ts';
import type { ReadEngine } from './engine.ts';
import { type WalkOptions, walkAncestorsOf } from './read/ancestors.ts';
import { CausalLinks, causalGraphOf, causesOf } from './read/causality.ts';
import {
  entityHead,
  eventAt,
  eventOfKey,
  getEvent,
  queryEntries,
  queryEvents,
  queryPlan,
  rawFrame,
} from './read/read.ts';
import { checkKindOrDefinition } from './write/append-request.ts';

const graphEventsMax = 100_000;

/** What can be read of a store, whether this process writes it or only follows it. */
export abstract class StoreReads implements LiveSource {
  #engine: ReadEngine;
  #links: CausalLinks | undefined;
  #logGeneration = 0;
  /** @internal */
  protected readonly live: LiveReads;

  /** @internal */
  constructor(engine: ReadEngine, broadcastCapacity = broadcastCapacityDefault) {
    this.#engine = engine;
    const { timers } = engine.platform;
    this.live = new LiveReads({ source: this, timers, broadcastCapacity });
  }

  /**
   * Raised whenever another log is read from then on, in which a sequence or a clock may stand for
   * another event: what was folded before counts no more.
   */
  get logGeneration(): number {
    return this.#logGeneration;
  }

  /**
   * Reads another log from now on. Views of the one before keep what they have decoded.
   *
   * @internal
   */
  protected adopt(engine: ReadEngine): void {
    this.#engine.open = false;
    const { arrivals } = this.#engine.index;
    engine.index.arrivals = arrivals;
    arrivals.announce();
    this.#engine = engine;
    this.#links = undefined;
    this.#logGeneration += 1;
  }

  /**
   * The event with this id, or `undefined`.
   *
   * @throws {CorruptSegmentError} when its record on the disk is not what was written
   * @throws {StoreClosedError} {@link ArgumentTypeError}
   */
  get(eventId: string): StoredEvent | undefined {
    this.#requireOpen('get');
    return getEvent(this.#engine, eventId);
  }

  /**
   * The event of this sequence, or `undefined` when there are not as many.
   *
   * @throws {CorruptSegmentError} when its record on the disk is not what was written
   * @throws {StoreClosedError} {@link ArgumentTypeError} {@link ArgumentRangeError}
   */
  at(sequence: number): StoredEvent | undefined {
    this.#requireOpen('at');
    return eventAt(this.#engine, sequence);
  }

  /** The event that bears this idempotency key, or `undefined`. @throws {StoreClosedError} */
  findByKey(idempotencyKey: string): StoredEvent | undefined {
    this.#requireOpen('findByKey');
    return eventOfKey(this.#engine, idempotencyKey);
  }

  /**
   * Entries of the region in the order of their sequences, without their payloads. Sees the events
   * that are there when the iteration begins. @throws {StoreClosedError}
   */
  query(region: Region, options?: QueryOptions): Iterable<IndexEntry> {
    this.#requireOpen('query');
    return queryEntries(this.#engine, region, options);
  }

  /**
   * Events of the region in the order of their sequences, each checked against its checksum.
   *
   * @throws {CorruptSegmentError} when a record on the disk is not what was written
   * @throws {StoreClosedError} also while iterating, when the store is closed meanwhile
   */
  events(region: Region, options?: QueryOptions): Iterable<StoredEvent> {
    this.#requireOpen('events');
    return queryEvents(this.#engine, region, options);
  }

  /** Entries of one entity: `query(Region.entity(entity))`. */
  stream(entity: string, options?: QueryOptions): Iterable<IndexEntry> {
    return this.query(Region.entity(entity), options);
  }

  /** Entries emitted in a scope. */
  byScope(scope: string, options?: QueryOptions): Iterable<IndexEntry> {
    return this.query(Region.all().withScope(scope), options);
  }

  /** Entries of a kind; none when the definition was never used in this store. */
  byKind(kind: number | AnyEventDefinition, options?: QueryOptions): Iterable<IndexEntry> {
    this.#requireOpen('byKind');
    checkKindOrDefinition(kind);
    const number = typeof kind === 'number' ? kind : this.#engine.kinds.find(kind.name);
    const region = number === undefined ? Region.all() : Region.all().withKind(number);
    const entries = this.query(region, options);
    // A definition that was never used has no kind in this store.
    return number === undefined ? [] : entries;
  }

  /**
   * Events of a definition, each with its payload in the definition's shape: see `isEvent`. None
   * when the definition was never used in this store.
   *
   * ```ts
   * for (const { payload } of store.eventsOf(Moved, Region.namespace('player'))) print(payload.x);
   * ```
   *
   * @throws {FutureEventVersionError} {@link UpcastFailedError} while iterating
   * @throws {BatpakError} what `events` throws
   */
  eventsOf<Payload, Input>(
    definition: EventDefinition<Payload, Input>,
    region: Region = Region.all(),
    options?: QueryOptions,
  ): Iterable<StoredEvent & { readonly payload: Payload }> {
    this.#requireOpen('eventsOf');
    checkKindOrDefinition(definition);
    const kind = this.#engine.kinds.find(definition.name);
    const events = this.events(kind === undefined ? region : region.withKind(kind), options);
    return { [Symbol.iterator]: () => typedEvents(kind === undefined ? [] : events, definition) };
  }

  /**
   * How `query` and `events` would find the region's events now: by which view, why, and how many
   * are looked at. It makes no view. @throws {StoreClosedError}
   */
  explain(region: Region, options?: QueryOptions): QueryPlan {
    this.#requireOpen('explain');
    return queryPlan(this.#engine, region, options);
  }

  /**
   * The bytes of the event's frame as they stand in its segment, checked against their checksum, in
   * a buffer of their own; `undefined` when there is no such event.
   *
   * @throws {CorruptSegmentError} {@link StoreClosedError} {@link ArgumentTypeError}
   */
  readRaw(eventId: string): Uint8Array | undefined {
    this.#requireOpen('readRaw');
    return rawFrame(this.#engine, eventId);
  }

  /**
   * The event and those of its entity and lane before it, newest first, each checked against the
   * hash that the one after it links to. None when there is no such event.
   *
   * @param options a number is the limit
   * @throws {AncestryBrokenError} while iterating, where the chain can't be followed further
   * @throws {CorruptSegmentError} {@link StoreClosedError} {@link ArgumentTypeError}
   */
  walkAncestors(eventId: string, options?: number | WalkOptions): Iterable<StoredEvent> {
    this.#requireOpen('walkAncestors');
    return walkAncestorsOf(this.#engine, eventId, options);
  }

  /** The event that this one names as its cause: one, or none where this store has none. */
  causes(eventId: string): Iterable<IndexEntry> {
    this.#requireOpen('causes');
    return causesOf(this.#engine, eventId);
  }

  /**
   * Events that name this one as their cause, oldest first. The id need not be of this store. The
   * first call reads all frames once, 0.5 to 2 µs an event, and later ones those that are new.
   */
  effects(eventId: string): Iterable<IndexEntry> {
    this.#requireOpen('effects');
    return this.#causalLinks().effects(eventId);
  }

  /** Events of a conversation, oldest first: those with this correlation id. As `effects`. */
  correlated(correlationId: string): Iterable<IndexEntry> {
    this.#requireOpen('correlated');
    return this.#causalLinks().correlated(correlationId);
  }

  /**
   * What caused what among the region's events, and which belong together, as plain data;
   * `causalGraphToMermaid` and `causalGraphToDot` draw it.
   *
   * @param limit most events, the oldest first, 1 to 100 000. @default 1000
   */
  causalGraph(region: Region, limit = 1000): CausalGraph {
    this.#requireOpen('causalGraph');
    if (!Number.isInteger(limit) || limit < 1 || limit > graphEventsMax) {
      throw new ArgumentRangeError('limit', limit, `an integer 1..${graphEventsMax}`);
    }
    return causalGraphOf(this.#engine, region, limit);
  }

  /** Where a lane of an entity stands: clock and sequence of its last event, or `undefined`. */
  head(entity: string, lane = 0): EntityHead | undefined {
    this.#requireOpen('head');
    return entityHead(this.#engine, entity, lane);
  }

  /** The name bound to a kind in this store, or `undefined`. */
  nameOf(kind: number): string | undefined {
    if (typeof kind !== 'number') throw new ArgumentTypeError('kind', kind, 'a number');
    return this.#engine.kinds.nameOf(kind);
  }

  /**
   * Reads every segment from the disk again and checks checksums, order, content hashes and chains.
   *
   * A chain shows that nothing inside an entity's history was changed, removed or reordered. It
   * can't show that its newest events, or a whole entity, were removed.
   *
   * @throws {StorageError} when a file can't be read at all; damage is in the report
   */
  verify(region: Region = Region.all()): VerifyReport {
    this.#requireOpen('verify');
    if (!(region instanceof Region)) throw new ArgumentTypeError('region', region, 'a Region');
    const { platform, segments, salt, index } = this.#engine;
    return verifyLog({ files: platform.files, segments, salt, index }, region);
  }

  /** Which log this is. The same value in every process that reads it. */
  get identity(): LogIdentity {
    return { storeId: formatId(this.#engine.storeId, 0), epoch: this.epochOf() };
  }

  /** Whether it was closed. What was read before stays readable. */
  get closed(): boolean {
    return !this.#engine.open;
  }

  /** The sequence that the next event to become visible will have. */
  get nextSequence(): number {
    return this.#engine.index.count;
  }

  /** Sequence of the last event that is known to survive power loss, or `undefined`. */
  abstract durableThrough(): number | undefined;

  /** Epoch of the log, as in `identity`, without making its text. @internal */
  get epoch(): number {
    return this.epochOf();
  }

  /** Where the store takes time and chance from. @internal */
  get platform(): Platform {
    return this.#engine.platform;
  }

  /** @internal */
  protected abstract epochOf(): number;

  /**
   * Calls the listener a moment after events have become visible, once for all that came in the
   * same turn of the event loop, and when the store is closed; never from inside a write. It must
   * not throw. The returned function ends it.
   *
   * @throws {StoreClosedError} {@link ArgumentTypeError}
   */
  onVisible(listener: () => void): () => void {
    this.#requireOpen('onVisible');
    if (typeof listener !== 'function') {
      throw new ArgumentTypeError('listener', listener, 'a function');
    }
    return this.#engine.index.arrivals.listen(listener);
  }

  /**
   * Events of the region from now on, for who would rather lose some than wait: when more than
   * `broadcastCapacity` of them are unread, the oldest are left out and told of. See
   * {@link Subscription}. @throws {StoreClosedError} {@link ArgumentTypeError}
   */
  subscribeLossy(
    region: Region,
    options: SubscribeOptions & { readonly read: 'entries' },
  ): Subscription<IndexEntry>;
  subscribeLossy(region: Region, options?: SubscribeOptions): Subscription<StoredEvent>;
  subscribeLossy(region: Region, options: SubscribeOptions = {}): Subscription<IndexEntry> {
    this.#requireOpen('subscribeLossy');
    return this.live.subscribe(region, options);
  }

  /**
   * Every event of the region, in order, from the first on unless `from` says otherwise: none is
   * skipped or handed out twice for as long as the cursor lives. See {@link Cursor}. Under a
   * `name`, which a follower can't give, it goes on where its last checkpoint was.
   *
   * @throws {StoreClosedError} {@link ArgumentTypeError} {@link ArgumentRangeError}
   */
  cursorGuaranteed(
    region: Region,
    options: UnnamedCursorOptions & { readonly read: 'entries' },
  ): Cursor<IndexEntry>;
  cursorGuaranteed(region: Region, options?: UnnamedCursorOptions): Cursor<StoredEvent>;
  cursorGuaranteed(region: Region, options: UnnamedCursorOptions = {}): Cursor<IndexEntry> {
    this.#requireOpen('cursorGuaranteed');
    return this.live.cursor(region, options);
  }

  /** How many events there are. Sequences that were lost to damage are not counted. */
  get eventCount(): number {
    return this.#engine.index.eventCount;
  }

  #causalLinks(): CausalLinks {
    this.#links ??= new CausalLinks(this.#engine);
    return this.#links;
  }

  /** The parts of the log that is read now. @internal */
  protected get reading(): ReadEngine {
    return this.#engine;
  }

  #requireOpen(operation: string): void {
    if (!this.#engine.open) throw new StoreClosedError(operation);
  }
}

function* typedEvents<Payload, Input>(
  events: Iterable<StoredEvent>,
  definition: EventDefinition<Payload, Input>,
): Generator<StoredEvent & { readonly payload: Payload }> {
  for (const event of events) if (isEvent(event, definition)) yield event;
}
