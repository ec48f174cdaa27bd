import type { EventColumns } from '../columns.ts';
import { PostingView, type ViewPolicy } from './posting-view.ts';
import { TileView } from './tile-view.ts';

/** When each view over the columns is made. */
export interface ViewPolicies {
  readonly soa: ViewPolicy;
  readonly entityGroups: ViewPolicy;
  readonly tiles64: ViewPolicy;
}

/**
 * The views over the columns of an index, by which queries skip what they don't ask for. All of
 * them give the same answers; at most 6.3 bytes an event and 24 for each id that occurs in a page.
 */
export class IndexViews {
  /** Postings by kind: a half of `soa`. */
  readonly kinds: PostingView;
  /** Postings by scope: the other half. */
  readonly scopes: PostingView;
  /** Postings by stream, an entity or a lane of it: `entityGroups`. */
  readonly entities: PostingView;
  /** Summaries of each 64 rows: `tiles64`. */
  readonly tiles: TileView;

  constructor(columns: EventColumns) {
    this.kinds = new PostingView(columns, 'kind');
    this.scopes = new PostingView(columns, 'scope');
    this.entities = new PostingView(columns, 'entity');
    this.tiles = new TileView(columns);
  }

  /** Sets when views are made from now on. */
  configure({ soa, entityGroups, tiles64 }: ViewPolicies): void {
    this.kinds.policy = soa;
    this.scopes.policy = soa;
    this.entities.policy = entityGroups;
    this.tiles.policy = tiles64;
  }

  /** Bytes that the views take. */
  get bytes(): number {
    return this.kinds.bytes + this.scopes.bytes + this.entities.bytes + this.tiles.bytes;
  }
}
