import { assert, defined } from '../model/assert.ts';

/**
 * What is known of every event without reading its frame, as columns of typed arrays addressed by
 * sequence: 34 bytes an event and no object. Full pages never change again.
 */

const pageBits = 16;
const pageSize = 1 << pageBits;
const pageMask = pageSize - 1;

/** Sequences are kept in 32 bits, the last value of which means none. */
export const eventCountMax = 0xffff_fffe;

class Page {
  readonly kind = new Uint16Array(pageSize);
  readonly entity = new Uint32Array(pageSize);
  readonly scope = new Uint32Array(pageSize);
  readonly clock = new Uint32Array(pageSize);
  readonly offset = new Uint32Array(pageSize);
  readonly length = new Uint32Array(pageSize);
  readonly timestampUs = new Float64Array(pageSize);
  /** How many sequences back the entity's event before this one lies; 0 for its first. */
  readonly distance = new Uint32Array(pageSize);
}

/** The row of one event, ids being those of the index's own tables. */
export interface EventRow {
  kind: number;
  entityId: number;
  scopeId: number;
  clock: number;
  /** First byte of the frame in its segment. */
  offset: number;
  /** Bytes of the frame. */
  length: number;
  timestampUs: number;
}

/** Append-only columns over all events of a store. */
export class EventColumns {
  readonly #pages: Page[] = [];
  #count = 0;

  /** How many events there are; the next one gets this sequence. */
  get count(): number {
    return this.#count;
  }

  /** Adds the row of the next sequence; `previous` is the entity's event before it, or -1. */
  push(row: EventRow, previous: number): void {
    const sequence = this.#count;
    assert(sequence < eventCountMax, 'an index holds at most 2^32 - 2 events');
    const at = sequence & pageMask;
    if (at === 0) this.#pages.push(new Page());
    const page = this.#page(sequence);
    page.kind[at] = row.kind;
    page.entity[at] = row.entityId;
    page.scope[at] = row.scopeId;
    page.clock[at] = row.clock;
    page.offset[at] = row.offset;
    page.length[at] = row.length;
    page.timestampUs[at] = row.timestampUs;
    page.distance[at] = previous < 0 ? 0 : sequence - previous;
    this.#count = sequence + 1;
  }

  kind(sequence: number): number {
    return this.#page(sequence).kind[sequence & pageMask] ?? 0;
  }
  entityId(sequence: number): number {
    return this.#page(sequence).entity[sequence & pageMask] ?? 0;
  }
  scopeId(sequence: number): number {
    return this.#page(sequence).scope[sequence & pageMask] ?? 0;
  }
  clock(sequence: number): number {
    return this.#page(sequence).clock[sequence & pageMask] ?? 0;
  }
  offset(sequence: number): number {
    return this.#page(sequence).offset[sequence & pageMask] ?? 0;
  }
  length(sequence: number): number {
    return this.#page(sequence).length[sequence & pageMask] ?? 0;
  }
  timestampUs(sequence: number): number {
    return this.#page(sequence).timestampUs[sequence & pageMask] ?? 0;
  }
  /** Sequence of the entity's event before this one, or -1. */
  previous(sequence: number): number {
    const distance = this.#page(sequence).distance[sequence & pageMask] ?? 0;
    return distance === 0 ? -1 : sequence - distance;
  }

  #page(sequence: number): Page {
    return defined(this.#pages[sequence >>> pageBits], 'the event is in the index');
  }
}
