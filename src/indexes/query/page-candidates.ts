import { pageRows } from '../columns.ts';
import type { HoleTable } from '../hole-table.ts';
import { firstFrom } from '../views/page-postings.ts';
import { tileRows } from '../views/page-tiles.ts';
import type { Bounds, Candidates } from './candidates.ts';
import { choosePage, chosenRows, type RegionPicks } from './page-choice.ts';

const pageBits = Math.log2(pageRows);

/**
 * Page by page: the rows that the best postings of the page give, those of the tiles that may hold
 * some, or all of them. Rows that are looked at in vain are owed to the views that would have left
 * them out.
 */
export class PageCandidates implements Candidates {
  readonly #holes: HoleTable;
  readonly #picks: RegionPicks;
  readonly #from: number;
  readonly #to: number;
  readonly #reverse: boolean;
  /** Next page to be opened. */
  #page: number;
  readonly #pageEnd: number;
  #pageStart = 0;
  /** Rows in ascending order; `undefined` for rows one behind the other. */
  #rows: Uint16Array | undefined;
  /** What is still to come: rows, or places in `rows`, from `at` up to, not including, `end`. */
  #at = 0;
  #end = 0;
  /** Pairs: the first row of a run that is still to come, and its end; `#runs` in reading order. */
  #runs: Uint32Array | undefined;
  #nextRun = 0;

  constructor(holes: HoleTable, picks: RegionPicks, { from, to }: Bounds, reverse: boolean) {
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
      if (this.#takeRun()) continue;
      this.#passHole();
      if (this.#page === this.#pageEnd) return 0;
      this.#open(this.#page);
      this.#page += this.#reverse ? -1 : 1;
    }
    let count = 0;
    do {
      const taken = Math.min(most - count, this.#end - this.#at);
      if (this.#rows === undefined) this.#takeAll(into, count, taken);
      else this.#takePosted(this.#rows, into, taken);
      if (this.#reverse) this.#end -= taken;
      else this.#at += taken;
      count += taken;
    } while (count < most && this.#takeRun());
    return count;
  }

  refused(count: number): void {
    if (this.#rows !== undefined) return;
    const page = this.#pageStart >>> pageBits;
    for (const { view } of this.#picks.postings) view.owe(page, count);
    if (this.#runs === undefined) this.#picks.tiles?.view.owe(page, count);
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
    const bounds = { low, high };
    const { postings, slots, tiles, passing } = choosePage(this.#picks, page, bounds, 'due');
    this.#rows = undefined;
    this.#runs = undefined;
    this.#nextRun = 0;
    if (tiles !== undefined) {
      this.#runs = runsOf(passing, tiles.count * tileRows, low, high);
      if (this.#reverse) this.#runs.reverse();
      return;
    }
    if (postings === undefined) {
      this.#at = low;
      this.#end = high;
      return;
    }
    const rows = chosenRows(postings, slots);
    this.#rows = rows;
    this.#at = firstFrom(rows, 0, rows.length, low);
    this.#end = firstFrom(rows, this.#at, rows.length, high);
  }

  /** Goes on to the next run of tiles. @returns false when the page has no more */
  #takeRun(): boolean {
    const runs = this.#runs;
    if (this.#at < this.#end || runs === undefined || this.#nextRun === runs.length) return false;
    const first = runs[this.#nextRun] ?? 0;
    const second = runs[this.#nextRun + 1] ?? 0;
    this.#nextRun += 2;
    this.#at = Math.min(first, second);
    this.#end = Math.max(first, second);
    return true;
  }

  #takeAll(into: Uint32Array, to: number, count: number): void {
    if (this.#reverse) {
      const last = this.#pageStart + this.#end - 1;
      for (let index = 0; index < count; index += 1) into[to + index] = last - index;
      return;
    }
    const first = this.#pageStart + this.#at;
    for (let index = 0; index < count; index += 1) into[to + index] = first + index;
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

/** Runs of rows from `low` up to `high` that tiles don't rule out, and those behind all tiles. */
function runsOf(passing: Uint16Array, tiledRows: number, low: number, high: number): Uint32Array {
  const runs = new Uint32Array(2 * passing.length + 2);
  let end = 0;
  for (let index = 0; index <= passing.length; index += 1) {
    const behind = index === passing.length;
    const first = behind ? tiledRows : (passing[index] ?? 0) * tileRows;
    const from = Math.max(low, first);
    const to = Math.min(high, behind ? high : first + tileRows);
    if (from >= to) continue;
    if (end > 0 && runs[end - 1] === from) {
      runs[end - 1] = to;
      continue;
    }
    runs[end] = from;
    runs[end + 1] = to;
    end += 2;
  }
  return runs.subarray(0, end);
}
