import { pageRows } from '../columns.ts';
import type { HoleTable } from '../hole-table.ts';
import { firstFrom } from '../views/page-postings.ts';
import type { Bounds, Candidates } from './candidates.ts';
import type { IdPick } from './id-pick.ts';
import { choosePage, chosenRows } from './page-choice.ts';

const pageBits = Math.log2(pageRows);

/**
 * Page by page: the rows that the best postings of the page give, or all of its rows. Rows that
 * are looked at in vain are owed to the views that would have left them out.
 */
export class PageCandidates implements Candidates {
  readonly #holes: HoleTable;
  readonly #picks: readonly IdPick[];
  readonly #from: number;
  readonly #to: number;
  readonly #reverse: boolean;
  /** Next page to be opened. */
  #page: number;
  readonly #pageEnd: number;
  #pageStart = 0;
  /** Rows in ascending order; `undefined` for all rows of the page. */
  #rows: Uint16Array | undefined;
  /** What is still to come: rows, or places in `rows`, from `at` up to, not including, `end`. */
  #at = 0;
  #end = 0;

  constructor(holes: HoleTable, picks: readonly IdPick[], { from, to }: Bounds, reverse: boolean) {
    this.#holes = holes;
    this.#picks = picks;
    this.#from = from;
    this.#to = to;
    this.#reverse = reverse;
    const first = from >>> pageBits;
    const last = to === 0 ? 0 : (to - 1) >>> pageBits;
    const empty = from >= to;
    this.#page = reverse ? last : first;
    this.#pageEnd = empty ? this.#page : reverse ? first - 1 : last + 1;
  }

  next(into: Uint32Array, most: number): number {
    while (this.#at === this.#end) {
      this.#passHole();
      if (this.#page === this.#pageEnd) return 0;
      this.#open(this.#page);
      this.#page += this.#reverse ? -1 : 1;
    }
    const count = Math.min(most, this.#end - this.#at);
    if (this.#rows === undefined) this.#takeAll(into, count);
    else this.#takePosted(this.#rows, into, count);
    if (this.#reverse) this.#end -= count;
    else this.#at += count;
    return count;
  }

  refused(count: number): void {
    if (this.#rows !== undefined) return;
    const page = this.#pageStart >>> pageBits;
    for (const { view } of this.#picks) view.owe(page, count);
  }

  /** Goes on behind the pages that are all of one hole: there can be tens of thousands of them. */
  #passHole(): void {
    if (this.#holes.total < pageRows || this.#page === this.#pageEnd) return;
    const start = this.#page * pageRows;
    if (this.#reverse) {
      const before = this.#holes.startOf(start + pageRows - 1) - 1;
      if (before < start) this.#page = Math.max(this.#pageEnd, Math.floor(before / pageRows));
      return;
    }
    const behind = this.#holes.endOf(start);
    if (behind < start + pageRows) return;
    this.#page = Math.min(this.#pageEnd, Math.floor(behind / pageRows));
  }

  #open(page: number): void {
    const start = page * pageRows;
    const low = Math.max(0, this.#from - start);
    const high = Math.min(pageRows, this.#to - start);
    this.#pageStart = start;
    const { postings, slots } = choosePage(this.#picks, page, 'due');
    if (postings === undefined) {
      this.#rows = undefined;
      this.#at = low;
      this.#end = high;
      return;
    }
    const rows = chosenRows(postings, slots);
    this.#rows = rows;
    this.#at = firstFrom(rows, 0, rows.length, low);
    this.#end = firstFrom(rows, this.#at, rows.length, high);
  }

  #takeAll(into: Uint32Array, count: number): void {
    if (this.#reverse) {
      const last = this.#pageStart + this.#end - 1;
      for (let index = 0; index < count; index += 1) into[index] = last - index;
      return;
    }
    const first = this.#pageStart + this.#at;
    for (let index = 0; index < count; index += 1) into[index] = first + index;
  }

  #takePosted(rows: Uint16Array, into: Uint32Array, count: number): void {
    const start = this.#pageStart;
    if (this.#reverse) {
      const last = this.#end - 1;
      for (let index = 0; index < count; index += 1)
        into[index] = start + (rows[last - index] ?? 0);
      return;
    }
    const first = this.#at;
    for (let index = 0; index < count; index += 1) into[index] = start + (rows[first + index] ?? 0);
  }
}
