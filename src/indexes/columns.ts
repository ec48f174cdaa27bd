import { assert, defined } from '../model/assert.ts';

/**
 * What is known of every event without reading its frame, as columns of typed arrays addressed by
 * sequence: 34 bytes an event and no object. Full pages never change again, but for the place of
 * an event that was moved.
 *
 * A page is full in memory, or still with its {@link PageSource}, which gives it when it is first
 * touched. Only the last page may be in memory in part: see {@link EventColumns.extend}.
 */

const pageBits = 16;
/** Rows of a page. */
export const pageRows: number = 1 << pageBits;
const pageMask = pageRows - 1;

/** Sequences are kept in 32 bits, the last value of which means none. */
export const eventCountMax = 0xffff_fffe;

/** The rows of up to 65 536 events, addressed by the lower 16 bits of their sequences. */
export class ColumnPage {
  readonly kind = new Uint16Array(pageRows);
  readonly entity = new Uint32Array(pageRows);
  readonly scope = new Uint32Array(pageRows);
  readonly clock = new Uint32Array(pageRows);
  readonly offset = new Uint32Array(pageRows);
  readonly length = new Uint32Array(pageRows);
  readonly timestampUs = new Float64Array(pageRows);
  /** How many sequences back the entity's event before this one lies; 0 for its first. */
  readonly distance = new Uint32Array(pageRows);
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

/** Where the rows are that are not in memory. */
export interface PageSource {
  /**
   * Puts the rows of a page into it, from the row `from` on.
   *
   * @returns false when they are not what was written
   */
  fill(pageNumber: number, page: ColumnPage, from: number): boolean;
  /**
   * Columns that hold the same rows, made anew from the frames.
   *
   * @throws {CorruptSegmentError} when the frames are not what was written either
   */
  rebuild(): EventColumns;
}

/** Append-only columns over all events of a store. */
export class EventColumns {
  readonly #pages: (ColumnPage | undefined)[] = [];
  /** Time of the first event of each page: what a search by time needs of pages not in memory. */
  readonly #pageStartsUs: number[] = [];
  #source: PageSource | undefined;
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
    if (at === 0) {
      this.#pages.push(new ColumnPage());
      this.#pageStartsUs.push(row.timestampUs);
    }
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

  /**
   * Adds rows of sequences without an event, all of them with the same offset. Whole pages of them
   * are one page, so that a gap of billions takes no more memory than a gap of a few.
   */
  pushHoles(count: number, offset: number): void {
    const end = this.#count + count;
    assert(end <= eventCountMax, 'an index holds at most 2^32 - 2 events');
    let whole: ColumnPage | undefined;
    while (this.#count < end) {
      const at = this.#count & pageMask;
      const rows = Math.min(pageRows - at, end - this.#count);
      if (rows === pageRows) {
        whole ??= holePage(offset);
        this.#pages.push(whole);
      } else if (at === 0) this.#pages.push(holePage(offset, rows));
      else this.#page(this.#count).offset.fill(offset, at, at + rows);
      if (at === 0) this.#pageStartsUs.push(0);
      this.#count += rows;
    }
  }

  /**
   * Adds rows up to `count` that stay with the source until they are touched. A last page that is
   * in memory in part is filled now.
   *
   * @param startsUs times of the first events of the pages that begin in those rows
   * @returns false when the last page could not be filled; nothing was added then
   */
  extend(count: number, source: PageSource, startsUs: readonly number[]): boolean {
    const pages = Math.ceil(count / pageRows);
    assert(count >= this.#count, 'columns only grow', { count });
    assert(this.#pages.length + startsUs.length === pages, 'each new page has a start', { count });
    const from = this.#count & pageMask;
    const last = from === 0 ? undefined : this.#pages.at(-1);
    if (last !== undefined && !source.fill(this.#pages.length - 1, last, from)) return false;
    for (const startUs of startsUs) {
      this.#pages.push(undefined);
      this.#pageStartsUs.push(startUs);
    }
    this.#source = source;
    this.#count = count;
    return true;
  }

  /** Puts every page into memory now. */
  loadAll(): void {
    for (const [pageNumber, page] of this.#pages.entries()) {
      if (page === undefined) this.#load(pageNumber);
    }
  }

  /** Time of the first event of a page, without loading it. */
  pageStartUs(pageNumber: number): number {
    return this.#pageStartsUs[pageNumber] ?? 0;
  }

  /** The page with the sequence's row, in memory. */
  pageOf(sequence: number): ColumnPage {
    return this.#page(sequence);
  }

  /** Notes that the frame of an event was written again, at this offset of the next segment. */
  move(sequence: number, offset: number): void {
    this.#page(sequence).offset[sequence & pageMask] = offset;
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
  /** Whether the sequence has no event: a GAP record stands for it. */
  isHole(sequence: number): boolean {
    return this.length(sequence) === 0;
  }
  timestampUs(sequence: number): number {
    return this.#page(sequence).timestampUs[sequence & pageMask] ?? 0;
  }
  /** Sequence of the entity's event before this one, or -1. */
  previous(sequence: number): number {
    const distance = this.#page(sequence).distance[sequence & pageMask] ?? 0;
    return distance === 0 ? -1 : sequence - distance;
  }

  #page(sequence: number): ColumnPage {
    return this.#pages[sequence >>> pageBits] ?? this.#load(sequence >>> pageBits);
  }

  #load(pageNumber: number): ColumnPage {
    assert(pageNumber < this.#pages.length, 'the event is in the index', { pageNumber });
    const source = defined(this.#source, 'a page that is not in memory has a source');
    const page = new ColumnPage();
    if (source.fill(pageNumber, page, 0)) {
      this.#pages[pageNumber] = page;
      return page;
    }
    const rebuilt = source.rebuild();
    for (const [number, known] of this.#pages.entries()) {
      this.#pages[number] = known ?? rebuilt.#page(number * pageRows);
    }
    return defined(this.#pages[pageNumber], 'all pages are in memory now');
  }
}

/** A page whose first rows are of holes: all fields are 0 but for where the GAP record lies. */
function holePage(offset: number, rows = pageRows): ColumnPage {
  const page = new ColumnPage();
  page.offset.fill(offset, 0, rows);
  return page;
}
