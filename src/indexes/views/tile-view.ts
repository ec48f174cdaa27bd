import { type EventColumns, pageRows } from '../columns.ts';
import { PageTiles, tileRows } from './page-tiles.ts';
import type { ViewPolicy } from './posting-view.ts';

/**
 * `tiles64`: for each page a summary of each 64 rows, made when it is worth it. Unlike postings
 * also of the page that is being written, up to its last whole tile.
 */
export class TileView {
  /** What the options say. */
  policy: ViewPolicy = 'auto';
  readonly #columns: EventColumns;
  readonly #pages: (PageTiles | undefined)[] = [];
  /** By page, rows that were looked at in vain for want of tiles. */
  readonly #owed: number[] = [];

  constructor(columns: EventColumns) {
    this.#columns = columns;
  }

  /** Bytes that the tiles take. */
  get bytes(): number {
    let total = 0;
    for (const page of this.#pages) total += page?.bytes ?? 0;
    return total;
  }

  /** How many pages have tiles. */
  get pageCount(): number {
    let total = 0;
    for (const page of this.#pages) total += page === undefined ? 0 : 1;
    return total;
  }

  /** The tiles of a page, up to its last whole one: made now when due, or `undefined`. */
  of(pageNumber: number): PageTiles | undefined {
    const known = this.#pages[pageNumber];
    const rows = Math.min(pageRows, this.#columns.count - pageNumber * pageRows);
    if (known === undefined && !this.#isDue(pageNumber, rows)) return undefined;
    const tiles = known ?? new PageTiles();
    this.#pages[pageNumber] = tiles;
    if (tiles.count < Math.floor(rows / tileRows))
      tiles.extend(this.#columns.pageOf(pageNumber * pageRows), rows);
    return tiles;
  }

  /** The tiles that a page has. */
  known(pageNumber: number): PageTiles | undefined {
    return this.#pages[pageNumber];
  }

  /** Takes note of rows of a page that were looked at in vain. */
  owe(pageNumber: number, rows: number): void {
    this.#owed[pageNumber] = (this.#owed[pageNumber] ?? 0) + rows;
  }

  #isDue(pageNumber: number, rows: number): boolean {
    if (this.policy === 'never') return false;
    return this.policy === 'always' || (this.#owed[pageNumber] ?? 0) >= rows;
  }
}
