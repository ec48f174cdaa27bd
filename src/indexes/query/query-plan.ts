import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import { pageRows } from '../columns.ts';
import type { EventIndex } from '../event-index.ts';
import { choosePage } from './page-choice.ts';
import { boundsOf, partsOf, picksOf } from './sequence-query.ts';
import { usesPostings } from './stream-candidates.ts';

const pageBits = Math.log2(pageRows);

/** How a query would find its events now. Plain data. */
export interface QueryPlan {
  /**
   * What gives the candidates: `links` of an entity's events, postings by entity (`entityGroups`)
   * or by kind and scope (`soa`), all rows of the `columns`, or `nothing` where nothing can match.
   */
  readonly view: 'nothing' | 'links' | 'entityGroups' | 'soa' | 'columns';
  /** Why, for people. */
  readonly reason: string;
  /** Most events that are looked at. */
  readonly candidates: number;
  /** Pages of 65 536 events in which postings are used, and in which every row is looked at. */
  readonly pages: { readonly posted: number; readonly scanned: number };
}

/** What the query would do now; asking makes no view. */
export function planOf(index: EventIndex, region: Region, options: QueryOptions): QueryPlan {
  const reverse = options.reverse === true;
  const bounds = boundsOf(index.count, options.after, reverse);
  const parts = partsOf(index, region);
  const none = { posted: 0, scanned: 0 };
  if (parts.impossible || bounds.from >= bounds.to || parts.streams?.length === 0) {
    const reason = 'the region names what no event bears, or begins behind the last one';
    return { view: 'nothing', reason, candidates: 0, pages: none };
  }
  if (parts.streams !== undefined) {
    const { heads } = index;
    let candidates = 0;
    for (const stream of parts.streams) candidates += heads.clock(stream) + 1;
    candidates = Math.min(candidates, bounds.to - bounds.from);
    if (!reverse && usesPostings(index, bounds)) {
      const posted = (bounds.to >>> pageBits) - (bounds.from >>> pageBits);
      const reason = 'each full page has postings by entity; the last page is read by its links';
      return { view: 'entityGroups', reason, candidates, pages: { posted, scanned: 0 } };
    }
    const reason = reverse
      ? 'each event of an entity links to the one before it'
      : 'one entity; too few links were followed so far to make postings by entity';
    return { view: 'links', reason, candidates, pages: none };
  }
  const picks = picksOf(index, region, parts);
  let candidates = 0;
  let posted = 0;
  let scanned = 0;
  let byEntity = 0;
  for (let page = bounds.from >>> pageBits; page * pageRows < bounds.to; page += 1) {
    const choice = choosePage(picks, page, 'known');
    const low = Math.max(bounds.from, page * pageRows);
    const high = Math.min(bounds.to, (page + 1) * pageRows);
    candidates += Math.min(choice.rows, high - low);
    if (choice.pick === undefined) scanned += 1;
    else posted += 1;
    if (choice.pick?.view === index.views.entities) byEntity += 1;
  }
  const view = posted === 0 ? 'columns' : byEntity > posted / 2 ? 'entityGroups' : 'soa';
  return { view, reason: reasonOf(picks.length, posted), candidates, pages: { posted, scanned } };
}

function reasonOf(picks: number, posted: number): string {
  if (picks === 0) return 'nothing of the region is in a view: every event is looked at';
  if (posted === 0) {
    return 'no page has postings that leave out half of it: every event is looked at';
  }
  return 'the postings with the fewest rows are taken in each page that has some';
}
