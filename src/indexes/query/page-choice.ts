import { pageRows } from '../columns.ts';
import type { PagePostings } from '../views/page-postings.ts';
import { type PageTiles, tileRows } from '../views/page-tiles.ts';
import type { IdPick } from './id-pick.ts';
import type { TilePick } from './tile-pick.ts';

/** Beyond so many rows of a page, looking at each of its rows in order is faster. */
const postedRowsMax = pageRows / 2;
/** So few rows are looked at sooner than their tiles. */
const untiledRowsMax = 512;
/** Tiles that leave out less than an eighth of the rows are not worth the steps between them. */
const tiledShareMax = 7 / 8;

/** What of a region the views can answer. */
export interface RegionPicks {
  readonly postings: readonly IdPick[];
  readonly tiles: TilePick | undefined;
}

/** How the rows of a page are found that a query looks at. */
export interface PageChoice {
  /** The pick whose postings have the fewest rows; `undefined` when none is taken. */
  readonly pick: IdPick | undefined;
  readonly postings: PagePostings | undefined;
  readonly slots: readonly number[];
  /** The tiles, when they leave out more than postings do. */
  readonly tiles: PageTiles | undefined;
  /** Numbers of the tiles that are looked at. */
  readonly passing: Uint16Array;
  /** Most rows of the page that are looked at. */
  readonly rows: number;
}

/** Rows of a page that a query may look at: from `low` up to, not including, `high`. */
export interface RowBounds {
  readonly low: number;
  readonly high: number;
}

const noView: Omit<PageChoice, 'rows'> = {
  pick: undefined,
  postings: undefined,
  slots: [],
  tiles: undefined,
  passing: new Uint16Array(0),
};

/**
 * Chooses among the postings and tiles that the page has.
 *
 * @param which with `due`, also among those whose time has come, which are made now
 */
export function choosePage(
  picks: RegionPicks,
  pageNumber: number,
  { low, high }: RowBounds,
  which: 'known' | 'due',
): PageChoice {
  let best: PageChoice = { ...noView, rows: high - low };
  let rowsMin = pageRows;
  for (const pick of picks.postings) {
    const { view } = pick;
    const postings = which === 'due' ? view.of(pageNumber) : view.known(pageNumber);
    if (postings === undefined) continue;
    const slots = pick.slotsIn(postings);
    let rows = 0;
    for (const slot of slots) rows += postings.end(slot) - postings.start(slot);
    if (rows > postedRowsMax || rows >= rowsMin) continue;
    rowsMin = rows;
    best = { ...noView, pick, postings, slots, rows: Math.min(rows, high - low) };
  }
  // What postings give lies anywhere in the page.
  const rowsLikely = (rowsMin * (high - low)) / pageRows;
  if (picks.tiles === undefined || rowsLikely <= untiledRowsMax) return best;
  const { view } = picks.tiles;
  const tiles = which === 'due' ? view.of(pageNumber) : view.known(pageNumber);
  if (tiles === undefined) return best;
  const passing = picks.tiles.passing(tiles, low, high);
  const tiledRows = tiles.count * tileRows;
  const rows = passing.length * tileRows + Math.max(0, high - Math.max(low, tiledRows));
  return rows < rowsLikely * tiledShareMax ? { ...noView, tiles, passing, rows } : best;
}

/** The rows of a choice of postings, ascending: of one id in place, of several put together. */
export function chosenRows(postings: PagePostings, slots: readonly number[]): Uint16Array {
  const [only = -1] = slots;
  if (slots.length <= 1) {
    if (only < 0) return new Uint16Array(0);
    return postings.rows.subarray(postings.start(only), postings.end(only));
  }
  let count = 0;
  for (const slot of slots) count += postings.end(slot) - postings.start(slot);
  const rows = new Uint16Array(count);
  let at = 0;
  for (const slot of slots) {
    const own = postings.rows.subarray(postings.start(slot), postings.end(slot));
    rows.set(own, at);
    at += own.length;
  }
  return rows.sort();
}
