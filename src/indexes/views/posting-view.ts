import { type ColumnPage, type EventColumns, pageRows } from '../columns.ts';
import { PagePostings } from './page-postings.ts';

/**
 * When the postings of a page are made: `auto` when doing without them has cost as much as
 * making them would, `always` when a query first looks at the page, `never` not at all.
 */
export type ViewPolicy = 'auto' | 'always' | 'never';

/** A column that events are found by. */
export type PostingColumn = 'kind' | 'scope' | 'entity';

/**
 * One view over the columns: for each full page the postings by one column, once they are worth
 * their memory. The page that is being written has none: its rows are few.
 */
export class PostingView {
  /** What the options say. */
  policy: ViewPolicy = 'auto';
  readonly #columns: EventColumns;
  readonly #column: PostingColumn;
  readonly #pages: (PagePostings | undefined)[] = [];
  /** By page, rows that were looked at in vain for want of postings. */
  readonly #owed: number[] = [];
  /** Links between events of streams that were followed, whatever their pages. */
  #owedByAll = 0;

  constructor(columns: EventColumns, column: PostingColumn) {
    this.#columns = columns;
    this.#column = column;
  }

  /** Bytes that the postings take. */
  get bytes(): number {
    let total = 0;
    for (const page of this.#pages) total += page?.bytes ?? 0;
    return total;
  }

  /** How many pages have postings. */
  get pageCount(): number {
    let total = 0;
    for (const page of this.#pages) total += page === undefined ? 0 : 1;
    return total;
  }

  /** The postings of a page: made now when they are due, `undefined` when it has none yet. */
  of(pageNumber: number): PagePostings | undefined {
    return this.has(pageNumber) ? this.make(pageNumber) : undefined;
  }

  /** The postings of a full page, made now when it has none yet. */
  make(pageNumber: number): PagePostings {
    const known = this.#pages[pageNumber];
    if (known !== undefined) return known;
    const page = this.#columns.pageOf(pageNumber * pageRows);
    const made = PagePostings.of(idsOf(page, this.#column), page.length);
    this.#pages[pageNumber] = made;
    return made;
  }

  /** The postings of a page, if it has them. */
  known(pageNumber: number): PagePostings | undefined {
    return this.#pages[pageNumber];
  }

  /** Whether each of these pages has postings, or would have them made. */
  covers(firstPage: number, endPage: number): boolean {
    if (this.policy === 'never') return false;
    for (let page = firstPage; page < endPage; page += 1) {
      if (!this.has(page)) return false;
    }
    return true;
  }

  /** Whether the page has postings, or would have them made. */
  has(pageNumber: number): boolean {
    return this.#pages[pageNumber] !== undefined || this.#isDue(pageNumber);
  }

  /** Takes note of rows of a page that were looked at in vain. */
  owe(pageNumber: number, rows: number): void {
    this.#owed[pageNumber] = (this.#owed[pageNumber] ?? 0) + rows;
  }

  /** Takes note of links that were followed, through whatever pages. */
  oweByAll(rows: number): void {
    this.#owedByAll += rows;
  }

  #isDue(pageNumber: number): boolean {
    if (this.policy === 'never') return false;
    const { count } = this.#columns;
    if ((pageNumber + 1) * pageRows > count) return false;
    return (
      this.policy === 'always' ||
      (this.#owed[pageNumber] ?? 0) >= pageRows ||
      this.#owedByAll >= count
    );
  }
}

function idsOf(page: ColumnPage, column: PostingColumn): Uint16Array | Uint32Array {
  if (column === 'kind') return page.kind;
  return column === 'scope' ? page.scope : page.entity;
}
