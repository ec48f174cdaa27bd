import { assert } from '../model/assert.ts';
import { EventColumns, type EventRow } from './columns.ts';
import { EntityHeads } from './entity-heads.ts';
import { IdIndex } from './id-index.ts';
import { TextTable } from './text-table.ts';

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
  readonly entities: TextTable = new TextTable();
  readonly scopes: TextTable = new TextTable();
  readonly heads: EntityHeads = new EntityHeads();
  readonly ids: IdIndex;
  readonly keys: IdIndex;

  /** @param seed 32 random bits for the tables of ids */
  constructor(seed: number) {
    this.ids = new IdIndex(seed);
    this.keys = new IdIndex(seed);
  }

  /** How many events are visible; the next one gets this sequence. */
  get count(): number {
    return this.columns.count;
  }

  /** Makes the next event visible. */
  push(event: IndexedEvent): void {
    const sequence = this.columns.count;
    const { entityId, clock } = event;
    const previous = this.heads.sequence(entityId);
    const before = previous < 0 ? -1 : this.columns.clock(previous);
    // Facts are gathered only for a failure: an object for each event would cost 50 ns.
    if (clock !== before + 1) assert(false, 'clocks of an entity are dense', { sequence, clock });
    this.columns.push(event, previous);
    this.heads.advance(entityId, sequence, clock, event.hash, event.hashAt);
    this.ids.insert(event.idBytes, event.idAt, sequence);
    const key = event.keyBytes;
    if (key !== undefined) this.keys.insert(key, event.keyAt, sequence);
  }
}
