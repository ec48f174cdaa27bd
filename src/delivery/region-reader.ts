import { CursorVoidError } from '../model/errors/delivery-errors.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { IndexEntry, StoredEvent } from '../model/event.ts';
import type { LiveSource } from '../model/event-source.ts';
import type { Region } from '../model/region.ts';

/** Begins to read a region's events after a sequence: whole, or their entries alone. */
export type BeginReading<Item> = (
  source: LiveSource,
  region: Region,
  after: number | undefined,
) => Iterator<Item>;

/** Reads events, payload and all. */
export const readEvents: BeginReading<StoredEvent> = (source, region, after) =>
  source.events(region, after === undefined ? {} : { after })[Symbol.iterator]();

/** Reads entries: nothing is read from the disk. */
export const readEntries: BeginReading<IndexEntry> = (source, region, after) =>
  source.query(region, after === undefined ? {} : { after })[Symbol.iterator]();

/**
 * A place in the log, and the way on from it through a region. Two invariants: an event of the
 * region before `position` was handed out, and one at or after it was not.
 *
 * One iteration serves as many calls as there are events that it sees, so that nothing is looked at
 * twice; when it is through, the next begins behind all that was looked at, and only once there is
 * something new.
 */
export class RegionReader<Item extends IndexEntry> {
  readonly #source: LiveSource;
  readonly #region: Region;
  readonly #begin: BeginReading<Item>;
  readonly #generation: number;
  #iterator: Iterator<Item> | undefined;
  #position: number;
  /** What the iteration sees ends here. */
  #horizon = 0;

  constructor(source: LiveSource, region: Region, begin: BeginReading<Item>, position: number) {
    this.#source = source;
    this.#region = region;
    this.#begin = begin;
    this.#generation = source.logGeneration;
    this.#position = position;
  }

  /** The sequence that is looked at next. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next event of the region, or `undefined` when there is none yet. When it throws, the next
   * call tries the same place again.
   *
   * @throws {StoreClosedError} {@link CorruptSegmentError} {@link CursorVoidError}
   */
  next(): Item | undefined {
    this.#requireSameLog();
    while (this.#iterator !== undefined || this.#position < this.#source.nextSequence) {
      const item = this.#step();
      if (item !== undefined) {
        this.#position = item.sequence + 1;
        return item;
      }
      this.#iterator = undefined;
      this.#position = Math.max(this.#position, this.#horizon);
    }
    return undefined;
  }

  /** Up to so many events, in order. @throws as {@link RegionReader.next}, with none lost */
  take(max: number): Item[] {
    const items: Item[] = [];
    const from = this.#position;
    try {
      for (let item = this.next(); item !== undefined; item = this.next()) {
        if (items.push(item) === max) break;
      }
    } catch (cause) {
      // What was read before the failure is handed out first; the next call meets it again.
      if (items.length === 0) throw cause;
      this.#iterator = undefined;
      if (cause instanceof StoreClosedError || cause instanceof CursorVoidError) {
        this.#position = from;
        throw cause;
      }
    }
    return items;
  }

  /** Goes to another place. */
  seek(position: number): void {
    if (position === this.#position) return;
    this.#iterator = undefined;
    this.#position = position;
  }

  #step(): Item | undefined {
    try {
      if (this.#iterator === undefined) {
        this.#horizon = this.#source.nextSequence;
        const after = this.#position === 0 ? undefined : this.#position - 1;
        this.#iterator = this.#begin(this.#source, this.#region, after);
      }
      const step = this.#iterator.next();
      return step.done === true ? undefined : step.value;
    } catch (cause) {
      // An iteration that threw is over: as it is, it would say that there is nothing more.
      this.#iterator = undefined;
      throw cause;
    }
  }

  #requireSameLog(): void {
    if (this.#source.closed) throw new StoreClosedError('reading on');
    if (this.#source.logGeneration === this.#generation) return;
    this.#iterator = undefined;
    throw new CursorVoidError(this.#position);
  }
}
