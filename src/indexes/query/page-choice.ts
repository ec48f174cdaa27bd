import { pageRows } from '../columns.ts';
import type { PagePostings } from '../views/page-postings.ts';
import type { IdPick } from './id-pick.ts';

/** Beyond so many rows of a page, looking at each of its rows in order is faster. */
const postedRowsMax = pageRows / 2;

/** How the rows of a page are found that a query looks at. */
export interface PageChoice {
  /** The pick whose postings have the fewest rows; `undefined` when every row is looked at. */
  readonly pick: IdPick | undefined;
  readonly postings: PagePostings | undefined;
  readonly slots: readonly number[];
  /** How many rows of the page are looked at, whatever the bounds of the query. */
  readonly rows: number;
}

const everyRow: PageChoice = { pick: undefined, postings: undefined, slots: [], rows: pageRows };

/**
 * Chooses among the postings that the page has.
 *
 * @param which with `due`, also among those whose time has come, which are made now
 */
export function choosePage(
  picks: readonly IdPick[],
  pageNumber: number,
  which: 'known' | 'due',
): PageChoice {
  let best = everyRow;
  for (const pick of picks) {
    const { view } = pick;
    const postings = which === 'due' ? view.of(pageNumber) : view.known(pageNumber);
    if (postings === undefined) continue;
    const slots = pick.slotsIn(postings);
    let rows = 0;
    for (const slot of slots) rows += postings.end(slot) - postings.start(slot);
    if (rows <= postedRowsMax && rows < best.rows) best = { pick, postings, slots, rows };
  }
  return best;
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
