import type { QueryOptions } from '../../model/event-source.ts';
import type { Region } from '../../model/region.ts';
import { pageRows } from '../columns.ts';
import type { EventIndex } from '../event-index.ts';
import { choosePage, type RegionPicks } from './page-choice.ts';
import { boundsOf, partsOf, picksOf } from './sequence-query.ts';
import { usesPostings } from './stream-candidates.ts';

const pageBits = Math.log2(pageRows);

/** How a query would find its events now. Plain data. */
export interface QueryPlan {
  /**
   * What gives most candidates: `links` of an entity's events, postings by entity (`entityGroups`)
   * or by kind and scope (`soa`), summaries of 64 events each (`tiles64`), all rows of the
   * `columns`, or `nothing` where nothing can match.
   */
  readonly view: 'nothing' | 'links' | 'entityGroups' | 'soa' | 'tiles64' | 'columns';
  /** Why, for people. */
  readonly reason: string;
  /** Most events that are looked at. */
  readonly candidates: number;
  /** Pages of 65 536 events in which postings, tiles or no view is used. */
  readonly pages: { readonly posted: number; readonly tiled: number; readonly scanned: number };
}

/** What the query would do now; asking makes no view. */
export function planOf(index: EventIndex, region: Region, options: QueryOptions): QueryPlan {
  const reverse = options.reverse === true;
  const bounds = boundsOf(index.count, options, reverse);
  const parts = partsOf(index, region);
  const none = { posted: 0, tiled: 0, scanned: 0 };
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
      return { view: 'entityGroups', reason, candidates, pages: { posted, tiled: 0, scanned: 0 } };
    }
    const reason = reverse
      ? 'each event of an entity links to the one before it'
      : 'one entity; too few links were followed so far to make postings by entity';
    return { view: 'links', reason, candidates, pages: none };
  }
  const picks = picksOf(index, region, parts);
  let candidates = 0;
  let posted = 0;
  let tiled = 0;
  let scanned = 0;
  let byEntity = 0;
  for (let page = bounds.from >>> pageBits; page * pageRows < bounds.to; page += 1) {
    const low = Math.max(0, bounds.from - page * pageRows);
    const high = Math.min(pageRows, bounds.to - page * pageRows);
    const choice = choosePage(picks, page, { low, high }, 'known');
    candidates += choice.rows;
    if (choice.pick !== undefined) posted += 1;
    else if (choice.tiles !== undefined) tiled += 1;
    else scanned += 1;
    if (choice.pick?.view === index.views.entities) byEntity += 1;
  }
  const pages = { posted, tiled, scanned };
  const posting = byEntity > posted / 2 ? 'entityGroups' : 'soa';
  const view = posted + tiled === 0 ? 'columns' : tiled > posted ? 'tiles64' : posting;
  return { view, reason: reasonOf(picks, view), candidates, pages };
}

function reasonOf({ postings, tiles }: RegionPicks, view: QueryPlan['view']): string {
  if (view === 'tiles64') return 'summaries of 64 events each tell which of them to look at';
  if (view !== 'columns') {
    return 'the postings with the fewest rows are taken in each page that has some';
  }
  return postings.length === 0 && tiles === undefined
    ? 'nothing of the region is in a view: every event is looked at'
    : 'no page has a view that leaves out enough of it: every event is looked at';
}
