import { timeOfUuid7 } from '../model/event-id.ts';
import { type EventColumns, pageRows } from './columns.ts';
import { IdIndex } from './id-index.ts';

/**
 * From event ids to sequences. An id that the store made is the time of its event and a counter,
 * and times only rise: it is found by searching the column of times, so that it takes no memory of
 * its own, no work when an event is added, and no place in footers and the image. An id of another
 * make (from a log of the Rust crate) has an entry in a table.
 *
 * Runs are ranges of sequences whose ids are of their times and whose times never fall: one in a
 * store without holes. Beyond `runsMax` of them, ids go to the table.
 */

const runsMax = 1024;
const pageBits = Math.log2(pageRows);

/** Sequences from `from` up to, not including, `to`, and the times of the first and the last. */
export interface IdRun {
  readonly from: number;
  to: number;
  readonly startUs: number;
  endUs: number;
}

/**
 * Compares the id of an event with the one that is looked for: 0 when it is the same, negative when
 * it is of an earlier event.
 */
export type IdComparison = (sequence: number) => number;

/** Ids of all events of a store. */
export class EventIds {
  readonly #columns: EventColumns;
  readonly #runs: IdRun[] = [];
  readonly #table: IdIndex;
  /** Hash and sequence of each id in the table, in the order of the sequences. */
  #entries = new Uint32Array(0);
  #entryCount = 0;

  /** @param seed 32 bits for the table */
  constructor(columns: EventColumns, seed: number) {
    this.#columns = columns;
    this.#table = new IdIndex(seed);
  }

  /** Runs in the order of their sequences. */
  get runs(): readonly IdRun[] {
    return this.#runs;
  }

  /** Runs as they are within these sequences. */
  runsIn(from: number, to: number): IdRun[] {
    const columns = this.#columns;
    return this.#runs
      .map((run) => ({ from: Math.max(run.from, from), to: Math.min(run.to, to) }))
      .filter((run) => run.from < run.to)
      .map((run) => ({
        ...run,
        startUs: columns.timestampUs(run.from),
        endUs: columns.timestampUs(run.to - 1),
      }));
  }

  /** Hash and sequence of each id that is no time, one behind the other: a copy. */
  entries(): Uint32Array {
    return this.#entries.slice(0, 2 * this.#entryCount);
  }

  /** Remembers the id at `start` of the event whose row was pushed last. */
  insert(bytes: Uint8Array, start: number, sequence: number, timestampUs: number): void {
    if (timeOfUuid7(bytes, start) === timestampUs) {
      const run = this.#runs.at(-1);
      if (run !== undefined && run.to === sequence && timestampUs >= run.endUs) {
        run.to = sequence + 1;
        run.endUs = timestampUs;
        return;
      }
      if (this.#runs.length < runsMax) {
        const at = { from: sequence, to: sequence + 1 };
        this.#runs.push({ ...at, startUs: timestampUs, endUs: timestampUs });
        return;
      }
    }
    this.insertHash(this.#table.hash(bytes, start), sequence);
  }

  /** Adds a run behind the others, as {@link EventIds.runs} told it. */
  addRun(run: IdRun): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.to === run.from && last.endUs <= run.startUs) {
      last.to = run.to;
      last.endUs = run.endUs;
    } else this.#runs.push({ ...run });
  }

  /** Adds an entry of the table, as {@link EventIds.entries} told it. */
  insertHash(hash: number, sequence: number): void {
    if (2 * this.#entryCount === this.#entries.length) {
      const entries = new Uint32Array(Math.max(64, this.#entries.length * 2));
      entries.set(this.#entries);
      this.#entries = entries;
    }
    this.#entries[2 * this.#entryCount] = hash;
    this.#entries[2 * this.#entryCount + 1] = sequence;
    this.#entryCount += 1;
    this.#table.insertHash(hash, sequence);
  }

  /** The sequence of the event with the id at `start`, or -1. */
  find(bytes: Uint8Array, start: number, compare: IdComparison): number {
    const timestampUs = timeOfUuid7(bytes, start);
    for (const run of timestampUs < 0 ? [] : this.#runs) {
      if (timestampUs < run.startUs || timestampUs > run.endUs) continue;
      const found = this.#findIn(run, timestampUs, compare);
      if (found >= 0) return found;
    }
    if (this.#entryCount === 0) return -1;
    return this.#table.find(bytes, start, (sequence) => compare(sequence) === 0);
  }

  /** Ids of one microsecond are in the order of their counters: few, unless the clock stands. */
  #findIn(run: IdRun, timestampUs: number, compare: IdComparison): number {
    const columns = this.#columns;
    let low = this.#firstFrom(run, timestampUs);
    if (low === run.to || columns.timestampUs(low) !== timestampUs) return -1;
    const alone = low + 1 === run.to || columns.timestampUs(low + 1) !== timestampUs;
    let high = alone ? low + 1 : this.#firstFrom(run, timestampUs + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const difference = compare(middle);
      if (difference === 0) return middle;
      if (difference < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  /** The first sequence of the run whose time is not before this one, or the end of the run. */
  #firstFrom({ from, to }: IdRun, timestampUs: number): number {
    const columns = this.#columns;
    // By the starts of pages first: of a log that lies on the disk, one page is loaded.
    let firstPage = from >>> pageBits;
    let lastPage = (to - 1) >>> pageBits;
    while (firstPage < lastPage) {
      const middle = (firstPage + lastPage + 1) >>> 1;
      if (columns.pageStartUs(middle) < timestampUs) firstPage = middle;
      else lastPage = middle - 1;
    }
    const start = firstPage * pageRows;
    const times = columns.pageOf(start).timestampUs;
    let low = Math.max(from - start, 0);
    let high = Math.min(to - start, pageRows);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? 0) < timestampUs) low = middle + 1;
      else high = middle;
    }
    return start + low;
  }
}
