import { pageRows } from '../columns.ts';

const low16 = 0xffff;

/**
 * The rows of one full page of the columns, sorted by an id that they bear (kind, scope or stream):
 * 2 bytes a row, and 8 for each id that occurs. Rows of holes are left out. It never changes, as a
 * full page doesn't.
 */
export class PagePostings {
  /** Ids that occur, ascending. An id's place among them is its slot. */
  readonly ids: Uint32Array;
  /** By slot, where the rows of the id begin; at the end, how many rows there are. */
  readonly starts: Uint32Array;
  /** Rows, id by id, those of one id in ascending order. */
  readonly rows: Uint16Array;

  private constructor(ids: Uint32Array, starts: Uint32Array, rows: Uint16Array) {
    this.ids = ids;
    this.starts = starts;
    this.rows = rows;
  }

  /**
   * @param ids the column: by row, its id
   * @param lengths by row, bytes of its frame; 0 in a hole
   */
  static of(ids: Uint16Array | Uint32Array, lengths: Uint32Array): PagePostings {
    let rows = rowsWithEvents(lengths);
    // Radix sort, 16 bits at a time and stable: ids beyond 65 535 are rare and cost a second pass.
    let idMax = 0;
    for (const row of rows) idMax = Math.max(idMax, ids[row] ?? 0);
    rows = sortedBy(ids, rows, 0);
    if (idMax > low16) rows = sortedBy(ids, rows, 16);
    const slots = slotCount(ids, rows);
    const found = new Uint32Array(slots);
    const starts = new Uint32Array(slots + 1);
    let slot = -1;
    for (let at = 0; at < rows.length; at += 1) {
      const id = ids[rows[at] ?? 0] ?? 0;
      if (slot >= 0 && found[slot] === id) continue;
      slot += 1;
      found[slot] = id;
      starts[slot] = at;
    }
    starts[slots] = rows.length;
    return new PagePostings(found, starts, rows);
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.ids.byteLength + this.starts.byteLength + this.rows.byteLength;
  }

  /** The id's slot, or -1. */
  slotOf(id: number): number {
    const { ids } = this;
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low < ids.length && ids[low] === id ? low : -1;
  }

  /** Where the rows of a slot begin. */
  start(slot: number): number {
    return this.starts[slot] ?? 0;
  }

  /** Where the rows of a slot end. */
  end(slot: number): number {
    return this.starts[slot + 1] ?? 0;
  }
}

/** The first place from `start` up to `end` whose row is not before this one, or `end`. */
export function firstFrom(rows: Uint16Array, start: number, end: number, row: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowsWithEvents(lengths: Uint32Array): Uint16Array {
  const rows = new Uint16Array(pageRows);
  let count = 0;
  for (let row = 0; row < pageRows; row += 1) {
    if (lengths[row] === 0) continue;
    rows[count] = row;
    count += 1;
  }
  return count === pageRows ? rows : rows.slice(0, count);
}

function sortedBy(ids: Uint16Array | Uint32Array, rows: Uint16Array, shift: number): Uint16Array {
  const nexts = new Uint32Array(low16 + 2);
  for (const row of rows) {
    const after = (((ids[row] ?? 0) >>> shift) & low16) + 1;
    nexts[after] = (nexts[after] ?? 0) + 1;
  }
  for (let digit = 1; digit < nexts.length; digit += 1) {
    nexts[digit] = (nexts[digit] ?? 0) + (nexts[digit - 1] ?? 0);
  }
  const sorted = new Uint16Array(rows.length);
  for (const row of rows) {
    const digit = ((ids[row] ?? 0) >>> shift) & low16;
    const to = nexts[digit] ?? 0;
    sorted[to] = row;
    nexts[digit] = to + 1;
  }
  return sorted;
}

/** How many ids occur in rows that are sorted by them. */
function slotCount(ids: Uint16Array | Uint32Array, rows: Uint16Array): number {
  let count = 0;
  let before = -1;
  for (const row of rows) {
    const id = ids[row] ?? 0;
    if (id !== before) count += 1;
    before = id;
  }
  return count;
}
