import { type ColumnPage, pageRows } from '../../indexes/columns.ts';
import type { RowRange } from './segment-rows.ts';

/** Where a stream's events of a segment begin and end. */
export interface StreamSpan {
  readonly firstClock: number;
  clock: number;
  sequence: number;
}

/** What the events of a segment touch, gathered row by row. */
export class FooterTally {
  /** By number, in the order in which they are first touched. */
  readonly streams: Map<number, StreamSpan> = new Map();
  readonly scopes: Set<number> = new Set();
  /** By kind, 1 when an event bears it. */
  readonly kinds: Uint8Array = new Uint8Array(0x10000);

  /** Counts rows of one page. */
  add(page: ColumnPage, { from, to }: RowRange): void {
    const { entity, scope, clock, kind, length } = page;
    const pageStart = from - (from % pageRows);
    for (let sequence = from; sequence < to; sequence += 1) {
      const at = sequence - pageStart;
      // A hole: no event is there.
      if (length[at] === 0) continue;
      this.kinds[kind[at] ?? 0] = 1;
      this.scopes.add(scope[at] ?? 0);
      this.#touch(entity[at] ?? 0, clock[at] ?? 0, sequence);
    }
  }

  #touch(stream: number, clock: number, sequence: number): void {
    const span = this.streams.get(stream);
    if (span === undefined) {
      this.streams.set(stream, { firstClock: clock, clock, sequence });
      return;
    }
    span.clock = clock;
    span.sequence = sequence;
  }
}
