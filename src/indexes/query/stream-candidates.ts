import { assert } from '../../model/assert.ts';
import type { ClockRange } from '../../model/region.ts';
import { pageRows } from '../columns.ts';
import type { EventIndex } from '../event-index.ts';
import { firstFrom } from '../views/page-postings.ts';
import type { Bounds, Candidates } from './candidates.ts';

const pageBits = Math.log2(pageRows);
const pageMask = pageRows - 1;

/**
 * The events of one stream. The columns link them backwards, from the newest on, and no further
 * than is asked for. Forwards they come from the postings of the full pages and, behind those, from
 * the links; without postings all of them are gathered by the links first, 4 bytes an event.
 */
export class StreamCandidates implements Candidates {
  readonly #index: EventIndex;
  readonly #streamId: number;
  readonly #from: number;
  readonly #to: number;
  readonly #reverse: boolean;
  readonly #clockFrom: number;
  readonly #clockTo: number;
  /** The newest event that is not looked at yet by the links; -1 at the end. */
  #newest: number;
  /** Next page whose postings are taken, and the first that has none. */
  #page: number;
  readonly #pageEnd: number;
  #rows: Uint16Array = new Uint16Array(0);
  #at = 0;
  #end = 0;
  #pageStart = 0;
  /** What the links gave, oldest first, at the end of the array; which of them comes next. */
  #gathered: Uint32Array | undefined;
  #next = 0;

  constructor(
    index: EventIndex,
    streamId: number,
    { from, to }: Bounds,
    reverse: boolean,
    clock: ClockRange | undefined,
  ) {
    this.#index = index;
    this.#streamId = streamId;
    this.#from = from;
    this.#to = to;
    this.#reverse = reverse;
    this.#clockFrom = clock?.from ?? 0;
    this.#clockTo = clock?.to ?? Number.POSITIVE_INFINITY;
    this.#newest = index.heads.sequence(streamId);
    this.#page = from >>> pageBits;
    const fullPages = to >>> pageBits;
    const usable = !reverse && usesPostings(index, { from, to });
    this.#pageEnd = usable ? fullPages : this.#page;
  }

  next(into: Uint32Array, most: number): number {
    if (this.#reverse) return this.#backwards(into, most);
    while (this.#at === this.#end && this.#page < this.#pageEnd) this.#openPage();
    if (this.#at < this.#end) {
      const count = Math.min(most, this.#end - this.#at);
      for (let index = 0; index < count; index += 1) {
        into[index] = this.#pageStart + (this.#rows[this.#at + index] ?? 0);
      }
      this.#at += count;
      return count;
    }
    return this.#forwards(into, most);
  }

  refused(): void {
    // What was stepped over is owed already.
  }

  #openPage(): void {
    const { columns, views } = this.#index;
    const page = this.#page;
    this.#page += 1;
    const postings = views.entities.make(page);
    const slot = postings.slotOf(this.#streamId);
    if (slot < 0) return;
    const { rows } = postings;
    this.#pageStart = page * pageRows;
    const first = Math.max(0, this.#from - this.#pageStart);
    const start = firstFrom(rows, postings.start(slot), postings.end(slot), first);
    const end = postings.end(slot);
    if (start === end) return;
    // Clocks rise with sequences: a page before the range is skipped, and none behind it opened.
    const lastClock = columns.clock(this.#pageStart + (rows[end - 1] ?? 0));
    if (lastClock < this.#clockFrom) return;
    if (columns.clock(this.#pageStart + (rows[start] ?? 0)) > this.#clockTo) {
      this.#page = this.#pageEnd;
      this.#newest = -1;
      return;
    }
    this.#rows = rows;
    this.#at = start;
    this.#end = end;
  }

  #forwards(into: Uint32Array, most: number): number {
    this.#gathered ??= this.#gather(Math.max(this.#from, this.#pageEnd * pageRows));
    const gathered = this.#gathered;
    const first = this.#next;
    const count = Math.min(most, gathered.length - first);
    for (let index = 0; index < count; index += 1) into[index] = gathered[first + index] ?? 0;
    this.#next = first + count;
    return count;
  }

  /** All events from `from` on, put into an array from its end, as links lead backwards. */
  #gather(from: number): Uint32Array {
    this.#skipNewer();
    const { columns } = this.#index;
    let sequence = this.#newest;
    // No two events of a stream have one clock, or one sequence.
    const most = sequence < from ? 0 : Math.min(columns.clock(sequence), sequence - from) + 1;
    const gathered = new Uint32Array(most);
    let first = most;
    // Each event is in another cache line of each column: what isn't asked for isn't looked at.
    const clockFrom = this.#clockFrom;
    for (; sequence >= from; sequence = columns.previous(sequence)) {
      if (clockFrom > 0 && columns.clock(sequence) < clockFrom) break;
      first -= 1;
      gathered[first] = sequence;
    }
    assert(first >= 0, 'a stream has no more events than its clock has counted', { first });
    this.#next = first;
    // Even where each is given: a step takes some 10 ns, as it waits for memory, a posting two.
    this.#index.views.entities.oweByAll(most - first);
    return gathered;
  }

  #backwards(into: Uint32Array, most: number): number {
    this.#skipNewer();
    const { columns } = this.#index;
    let count = 0;
    let sequence = this.#newest;
    for (; count < most && sequence >= this.#from; sequence = columns.previous(sequence)) {
      if (this.#clockFrom > 0 && columns.clock(sequence) < this.#clockFrom) {
        sequence = -1;
        break;
      }
      into[count] = sequence;
      count += 1;
    }
    this.#newest = sequence;
    return count;
  }

  /** Moves from the head to the newest event before `to` and within the clocks. */
  #skipNewer(): void {
    const { columns, views } = this.#index;
    const to = this.#to;
    let sequence = this.#newest;
    if (sequence >= to) {
      const found = this.#newestBefore(to);
      if (found !== undefined) sequence = found;
    }
    let steps = 0;
    while (sequence >= to || (sequence >= 0 && columns.clock(sequence) > this.#clockTo)) {
      sequence = columns.previous(sequence);
      steps += 1;
    }
    if (steps > 0) views.entities.oweByAll(steps);
    this.#newest = sequence;
  }

  /** The newest event before `to` by the postings; `undefined` when they don't tell. */
  #newestBefore(to: number): number | undefined {
    const { views } = this.#index;
    const row = to & pageMask;
    for (let page = to >>> pageBits; page >= 0; page -= 1) {
      const postings = views.entities.of(page);
      if (postings === undefined) return undefined;
      const slot = postings.slotOf(this.#streamId);
      if (slot < 0) continue;
      const start = postings.start(slot);
      const end = postings.end(slot);
      const place = page === to >>> pageBits ? firstFrom(postings.rows, start, end, row) : end;
      if (place > start) return page * pageRows + (postings.rows[place - 1] ?? 0);
    }
    return -1;
  }
}

/** Whether events of a stream are taken forwards from postings: each full page has them. */
export function usesPostings({ views }: EventIndex, { from, to }: Bounds): boolean {
  const firstPage = from >>> pageBits;
  const endPage = to >>> pageBits;
  return firstPage < endPage && views.entities.covers(firstPage, endPage);
}
