import { assert } from '../model/assert.ts';
import { Arrivals } from './arrivals.ts';
import { EventColumns, type EventRow, pageRows } from './columns.ts';
import { EntityHeads } from './entity-heads.ts';
import { EventIds } from './event-ids.ts';
import { HoleTable } from './hole-table.ts';
import { defaultKeyRetention, KeyIndex, type KeyRetention } from './key-index.ts';
import { StreamTable } from './stream-table.ts';
import { TextTable } from './text-table.ts';
import { IndexViews } from './views/index-views.ts';

/** What the index takes of an event: its row, and where the keys it is found by lie. */
export interface IndexedEvent extends EventRow {
  /** Bytes that hold the 16-byte id at `idAt`. */
  idBytes: Uint8Array;
  idAt: number;
  /** Bytes that hold the digest of the idempotency key at `keyAt`; `undefined` without a key. */
  keyBytes: Uint8Array | undefined;
  keyAt: number;
  /** Bytes that hold the event hash at `hashAt`; `undefined` without a hash chain. */
  hash: Uint8Array | undefined;
  hashAt: number;
}

/**
 * Everything a store knows of its events in memory. Events enter in the order of their sequences,
 * and only when their bytes are in the file: what is in the index is visible.
 */
export class EventIndex {
  readonly columns: EventColumns = new EventColumns();
  /** What queries skip rows by. */
  readonly views: IndexViews = new IndexViews(this.columns);
  /** Entities, each lane of which is a stream with a number of its own. */
  readonly entities: StreamTable = new StreamTable();
  readonly scopes: TextTable = new TextTable();
  readonly heads: EntityHeads = new EntityHeads();
  /** Sequences without an event: they count as visible, and are never handed out again. */
  readonly holes: HoleTable = new HoleTable();
  readonly ids: EventIds;
  /** By kind, 1 when an event bears it. */
  readonly kinds: Uint8Array = new Uint8Array(0x10000);
  readonly keys: KeyIndex;
  /** Who is told when events become visible; an index that replaces another takes over its own. */
  arrivals: Arrivals = new Arrivals();

  /** @param seed 32 random bits for the tables of ids */
  constructor(seed: number, retention: KeyRetention = defaultKeyRetention) {
    this.ids = new EventIds(this.columns, seed);
    this.keys = new KeyIndex(seed, retention);
  }

  /** The sequence that the next event gets: how many events are visible, holes included. */
  get count(): number {
    return this.columns.count;
  }

  /** How many events are visible, holes not included. */
  get eventCount(): number {
    return this.columns.count - this.holes.total;
  }

  /**
   * Whether there are more holes than events, and many. Rows of holes are nothing in memory, but a
   * file that keeps the index has bytes for each.
   */
  get sparse(): boolean {
    return this.holes.total > this.eventCount + pageRows;
  }

  /** Makes the next event visible. */
  push(event: IndexedEvent): void {
    const sequence = this.columns.count;
    const { entityId, clock } = event;
    const previous = this.heads.sequence(entityId);
    const before = this.heads.clock(entityId);
    // Facts are gathered only for a failure: an object for each event would cost 50 ns.
    if (clock !== before + 1 && !this.mayJump(previous, clock - before - 1)) {
      assert(false, 'clocks of an entity are dense', { sequence, clock });
    }
    this.#enter(event, sequence, previous);
  }

  /**
   * Makes the next event visible, whose clock another program gave: it is higher than the one
   * before, and may leave out any number.
   */
  pushForeign(event: IndexedEvent): void {
    const sequence = this.columns.count;
    const { entityId, clock } = event;
    assert(clock > this.heads.clock(entityId), 'clocks of an entity rise', { sequence, clock });
    this.#enter(event, sequence, this.heads.sequence(entityId));
  }

  #enter(event: IndexedEvent, sequence: number, previous: number): void {
    this.columns.push(event, previous);
    this.kinds[event.kind] = 1;
    this.heads.advance(event.entityId, sequence, event.clock, event.hash, event.hashAt);
    this.ids.insert(event.idBytes, event.idAt, sequence, event.timestampUs);
    this.keys.advance(sequence);
    const key = event.keyBytes;
    if (key !== undefined) this.keys.insert(key, event.keyAt, sequence);
    this.arrivals.announce();
  }

  /**
   * Passes over sequences whose events are lost. `offset` is where the record lies that says so.
   * Clocks of an entity may jump over a hole, by no more than the hole is long.
   */
  pushHole(count: number, offset: number): void {
    this.holes.add(this.columns.count, count);
    this.columns.pushHoles(count, offset);
  }

  /** Whether an entity's clock may leave out so many between the event `previous` and the next. */
  mayJump(previous: number, clocks: number): boolean {
    if (clocks < 0 || this.holes.total === 0) return false;
    const before = previous < 0 ? 0 : this.holes.lostBefore(previous);
    return this.holes.lostBefore(this.columns.count) - before >= clocks;
  }
}
