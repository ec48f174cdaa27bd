import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { CursorClosedError } from '../../model/errors/delivery-errors.ts';
import type { IndexEntry } from '../../model/event.ts';
import type { LiveSource } from '../../model/event-source.ts';
import type { Timers } from '../../model/platform.ts';
import type { Region } from '../../model/region.ts';
import { PullIterator } from '../pull-iterator.ts';
import type { RegionReader } from '../region-reader.ts';
import type { CursorRecovery, KeptCursor } from './kept-cursor.ts';

/** The parts of a cursor. */
export interface CursorParts<Item extends IndexEntry> {
  readonly source: LiveSource;
  readonly timers: Timers;
  readonly region: Region;
  readonly reader: RegionReader<Item>;
  /** What is kept of it on the disk; none without a name. */
  readonly kept: KeptCursor | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * A place in the log from which every event of a region is handed out, in order: none is skipped,
 * and none is handed out twice for as long as the cursor lives. Pulled with `next` and `pollBatch`,
 * or iterated, which waits for events that are yet to come. Made by `cursorGuaranteed`.
 *
 * With a name its position outlives the process: what was handed out since the last `checkpoint`
 * is handed out again after a crash. So events come at least once, and exactly once for who keeps
 * what came of them together with `position`.
 */
export class Cursor<Item extends IndexEntry> implements AsyncIterable<Item>, Disposable {
  readonly #source: LiveSource;
  readonly #timers: Timers;
  readonly #reader: RegionReader<Item>;
  readonly #kept: KeptCursor | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #wakes = new Set<() => void>();
  readonly region: Region;
  #closed = false;

  /** @internal */
  constructor(parts: CursorParts<Item>) {
    this.#source = parts.source;
    this.#timers = parts.timers;
    this.#reader = parts.reader;
    this.#kept = parts.kept;
    this.#signal = parts.signal;
    this.region = parts.region;
  }

  /** The name under which its position is kept, or `undefined`. */
  get name(): string | undefined {
    return this.#kept?.name;
  }

  /** What was found of it on the disk when it was opened; `undefined` without a name. */
  get recovered(): CursorRecovery | undefined {
    return this.#kept?.recovered;
  }

  /**
   * The sequence that is looked at next: every event of the region before it was handed out. The
   * cursor is through when it equals `nextSequence` of the store.
   */
  get position(): number {
    return this.#reader.position;
  }

  /** The position on the disk, or where it begins; `undefined` without a name. */
  get checkpointed(): number | undefined {
    return this.#kept?.position;
  }

  /**
   * The next event, or `undefined` when there is none yet: then it costs a look at one number. When
   * it throws, nothing was skipped: the next call tries the same place again.
   *
   * @throws {CorruptSegmentError} when the event's record on the disk is not what was written
   * @throws {CursorClosedError} {@link CursorVoidError} {@link StoreClosedError}
   */
  next(): Item | undefined {
    this.#requireOpen('next');
    return this.#reader.next();
  }

  /**
   * Up to `max` events, none when there are none yet. What can be read before a damaged record is
   * handed out; the call after it throws.
   *
   * @param max 1 to 65 536
   * @throws as {@link Cursor.next}, and {ArgumentTypeError} {@link ArgumentRangeError}
   */
  pollBatch(max: number): Item[] {
    this.#requireOpen('pollBatch');
    if (typeof max !== 'number') throw new ArgumentTypeError('max', max, 'a number');
    if (!Number.isInteger(max) || max < 1 || max > batchMax) {
      throw new ArgumentRangeError('max', max, `an integer 1..${batchMax}`);
    }
    return this.#reader.take(max);
  }

  /**
   * Keeps that everything handed out so far is done with: after a crash the cursor goes on behind
   * it. Makes everything written to the store durable first, so that a position is never ahead of
   * the log or of what a handler has appended. The file is on the disk when this returns; when it
   * throws, it is as it was.
   *
   * @throws {ArgumentTypeError} when the cursor has no name
   * @throws {DiskFullError} {@link StorageError} {@link SyncFailedError} {@link WriterDeadError}
   * @throws {CursorClosedError} {@link StoreClosedError} {@link NestedWriteError}
   */
  checkpoint(): void {
    this.#requireOpen('checkpoint');
    if (this.#kept === undefined) {
      throw new ArgumentTypeError('name', undefined, 'given to a cursor that is to be kept');
    }
    this.#kept.save(this.#reader.position);
  }

  /**
   * Events from the position on, waiting for those to come. It ends when the cursor or the store is
   * closed, or its signal aborts. `break` leaves the cursor open, behind the event that was handed
   * out last. Two iterations share the events between them.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    const cursor = this;
    return new PullIterator<Item>(
      {
        source: this.#source,
        timers: this.#timers,
        get ended() {
          return cursor.#closed || cursor.#signal?.aborted === true;
        },
        pull: () => this.#reader.next(),
        wait: (wake) => this.#wait(wake),
      },
      () => undefined,
    );
  }

  /** Ends iterations and frees the name. Nothing is saved by it. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const wake of [...this.#wakes]) wake();
    this.#kept?.close();
  }

  /** Closes the cursor, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #wait(wake: () => void): () => void {
    const stopListening = this.#source.onVisible(wake);
    this.#signal?.addEventListener('abort', wake);
    this.#wakes.add(wake);
    return () => {
      stopListening();
      this.#signal?.removeEventListener('abort', wake);
      this.#wakes.delete(wake);
    };
  }

  #requireOpen(operation: string): void {
    if (this.#closed) throw new CursorClosedError(operation);
  }
}

const batchMax = 65_536;
