import type { Region } from '../../model/region.ts';
import { bitOf, type PageTiles, tileRows } from '../views/page-tiles.ts';
import type { TileView } from '../views/tile-view.ts';

const everyBit = 0xffff_ffff;

/** The parts of a region that tiles can answer: kind, category, scope and clocks. */
export class TilePick {
  readonly view: TileView;
  readonly #kind: number;
  readonly #category: number;
  readonly #scope: number;
  readonly #clockFrom: number;
  readonly #clockTo: number;

  private constructor(view: TileView, region: Region, scopeId: number) {
    this.view = view;
    this.#kind = region.kind === undefined ? everyBit : bitOf(region.kind);
    this.#category = region.category === undefined ? everyBit : 1 << region.category;
    this.#scope = scopeId < 0 ? everyBit : bitOf(scopeId);
    this.#clockFrom = region.clock?.from ?? 0;
    this.#clockTo = region.clock?.to ?? Number.POSITIVE_INFINITY;
  }

  /**
   * @param scopeId -1 for every scope
   * @returns `undefined` when tiles say nothing of the region
   */
  static of(view: TileView, region: Region, scopeId: number): TilePick | undefined {
    const { kind, category, clock } = region;
    const asked = kind ?? category ?? clock;
    return asked === undefined && scopeId < 0 ? undefined : new TilePick(view, region, scopeId);
  }

  /**
   * Numbers of the tiles in which events of the region may be, ascending: of those with rows from
   * `low` up to, not including, `high`.
   */
  passing(tiles: PageTiles, low: number, high: number): Uint16Array {
    const { kinds, scopes, categories, clocksMin, clocksMax } = tiles;
    const end = Math.min(tiles.count, Math.ceil(high / tileRows));
    const passing = new Uint16Array(Math.max(0, end - Math.floor(low / tileRows)));
    let found = 0;
    for (let tile = Math.floor(low / tileRows); tile < end; tile += 1) {
      if (((kinds[tile] ?? 0) & this.#kind) === 0) continue;
      if (((scopes[tile] ?? 0) & this.#scope) === 0) continue;
      if (((categories[tile] ?? 0) & this.#category) === 0) continue;
      if ((clocksMax[tile] ?? 0) < this.#clockFrom) continue;
      if ((clocksMin[tile] ?? 0) > this.#clockTo) continue;
      passing[found] = tile;
      found += 1;
    }
    return passing.subarray(0, found);
  }
}
