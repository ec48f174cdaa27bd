import { type ColumnPage, pageRows } from '../columns.ts';

const tileBits = 6;
/** Rows that a tile summarizes. */
export const tileRows: number = 1 << tileBits;
const tilesOfPage = pageRows / tileRows;
/** Above every clock: the lowest one of a tile of holes. */
const noClock = 0xffff_ffff;

/**
 * What occurs in each 64 rows of a page: 18 bytes that say of most tiles that a query needs none of
 * their rows. A whole tile never changes, so that a page has tiles while it is being written, too.
 */
export class PageTiles {
  /** By tile, a bit for each kind, and for each scope, that occurs: several ids share one. */
  readonly kinds = new Uint32Array(tilesOfPage);
  readonly scopes = new Uint32Array(tilesOfPage);
  /** By tile, a bit for each category of kinds that occurs. */
  readonly categories = new Uint16Array(tilesOfPage);
  /** By tile, the lowest and the highest clock. */
  readonly clocksMin = new Uint32Array(tilesOfPage);
  readonly clocksMax = new Uint32Array(tilesOfPage);
  #count = 0;

  /** How many tiles there are, from the page's first row on. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return tilesOfPage * 18;
  }

  /** Adds the tiles that are whole now that the page has so many rows. */
  extend(page: ColumnPage, rows: number): void {
    const count = rows >>> tileBits;
    for (; this.#count < count; this.#count += 1) this.#summarize(page, this.#count);
  }

  #summarize({ kind, scope, clock, length }: ColumnPage, tile: number): void {
    let kinds = 0;
    let scopes = 0;
    let categories = 0;
    let clockMin = noClock;
    let clockMax = 0;
    const end = (tile + 1) << tileBits;
    for (let row = tile << tileBits; row < end; row += 1) {
      // A hole bears kind 0, scope 0 and clock 0, as an event may.
      if (length[row] === 0) continue;
      const own = clock[row] ?? 0;
      if (own < clockMin) clockMin = own;
      if (own > clockMax) clockMax = own;
      kinds |= bitOf(kind[row] ?? 0);
      categories |= 1 << ((kind[row] ?? 0) >>> 12);
      scopes |= bitOf(scope[row] ?? 0);
    }
    this.kinds[tile] = kinds;
    this.scopes[tile] = scopes;
    this.categories[tile] = categories;
    this.clocksMin[tile] = clockMin;
    this.clocksMax[tile] = clockMax;
  }
}

/** The one of 32 bits that stands for an id. Ids in a row, as kinds and scopes are, don't share. */
export function bitOf(id: number): number {
  return (1 << ((id ^ (id >>> 5) ^ (id >>> 10)) & 31)) >>> 0;
}
