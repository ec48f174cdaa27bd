import type { Region } from '../../model/region.ts';
import { type ColumnPage, pageRows } from '../columns.ts';
import type { EventIndex } from '../event-index.ts';
import type { StreamVerdicts } from './stream-verdicts.ts';

const pageBits = Math.log2(pageRows);
const pageMask = pageRows - 1;
const any = -1;

/** Looks at candidates by their columns, and keeps those in the region. */
export class RowFilter {
  readonly #index: EventIndex;
  readonly #kind: number;
  readonly #category: number;
  readonly #scopeId: number;
  readonly #clockFrom: number;
  readonly #clockTo: number;
  readonly #verdicts: StreamVerdicts | undefined;
  /** Whether there is more to look at than kind and scope. */
  readonly #rare: boolean;
  /** Whether there is anything to look at. */
  readonly #needed: boolean;

  /**
   * @param scopeId number of the region's scope, or -1 for every scope
   * @param verdicts which streams are in the region; `undefined` when candidates are of no other
   */
  constructor(
    index: EventIndex,
    region: Region,
    scopeId: number,
    verdicts: StreamVerdicts | undefined,
  ) {
    this.#index = index;
    this.#kind = region.kind ?? any;
    this.#category = region.category ?? any;
    this.#scopeId = scopeId;
    this.#clockFrom = region.clock?.from ?? 0;
    this.#clockTo = region.clock?.to ?? Number.POSITIVE_INFINITY;
    this.#verdicts = verdicts;
    // A hole bears kind 0 and scope 0, as an event may.
    this.#rare =
      index.holes.total > 0 ||
      this.#category !== any ||
      region.clock !== undefined ||
      verdicts !== undefined;
    this.#needed = this.#rare || this.#kind !== any || scopeId !== any;
  }

  /**
   * Keeps those of the first `count` sequences that are in the region. They rise or fall.
   *
   * @returns how many
   */
  keep(sequences: Uint32Array, count: number): number {
    if (!this.#needed) return count;
    const { columns } = this.#index;
    let kept = 0;
    for (let at = 0; at < count; ) {
      const pageNumber = (sequences[at] ?? 0) >>> pageBits;
      let end = (sequences[count - 1] ?? 0) >>> pageBits === pageNumber ? count : at + 1;
      while (end < count && (sequences[end] ?? 0) >>> pageBits === pageNumber) end += 1;
      kept = this.#keepOfPage(columns.pageOf(pageNumber * pageRows), sequences, at, end, kept);
      at = end;
    }
    return kept;
  }

  /** One loop for each test: a loop that asks which tests there are takes three times as long. */
  #keepOfPage(
    page: ColumnPage,
    sequences: Uint32Array,
    from: number,
    to: number,
    kept: number,
  ): number {
    let start = from;
    let end = to;
    if (this.#kind !== any) {
      end = keepKind(page.kind, this.#kind, sequences, start, end, kept);
      start = kept;
    }
    if (this.#scopeId !== any) {
      end = keepScope(page.scope, this.#scopeId, sequences, start, end, kept);
      start = kept;
    }
    return this.#rare ? this.#keepRare(page, sequences, start, end, kept) : end;
  }

  #keepRare(
    page: ColumnPage,
    sequences: Uint32Array,
    start: number,
    end: number,
    kept: number,
  ): number {
    const category = this.#category;
    const clockFrom = this.#clockFrom;
    const clockTo = this.#clockTo;
    const verdicts = this.#verdicts;
    let to = kept;
    for (let index = start; index < end; index += 1) {
      const sequence = sequences[index] ?? 0;
      const at = sequence & pageMask;
      if (page.length[at] === 0) continue;
      if (category !== any && (page.kind[at] ?? 0) >>> 12 !== category) continue;
      const clock = page.clock[at] ?? 0;
      if (clock < clockFrom || clock > clockTo) continue;
      if (verdicts !== undefined && !verdicts.holds(page.entity[at] ?? 0)) continue;
      sequences[to] = sequence;
      to += 1;
    }
    return to;
  }
}

function keepKind(
  kinds: Uint16Array,
  kind: number,
  sequences: Uint32Array,
  start: number,
  end: number,
  kept: number,
): number {
  let to = kept;
  for (let index = start; index < end; index += 1) {
    const sequence = sequences[index] ?? 0;
    if (kinds[sequence & pageMask] !== kind) continue;
    sequences[to] = sequence;
    to += 1;
  }
  return to;
}

function keepScope(
  scopes: Uint32Array,
  scopeId: number,
  sequences: Uint32Array,
  start: number,
  end: number,
  kept: number,
): number {
  let to = kept;
  for (let index = start; index < end; index += 1) {
    const sequence = sequences[index] ?? 0;
    if (scopes[sequence & pageMask] !== scopeId) continue;
    sequences[to] = sequence;
    to += 1;
  }
  return to;
}
