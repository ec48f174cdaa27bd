import { ArgumentRangeError, ArgumentTypeError } from '../model/errors/argument-error.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import type { DirectoryLock } from '../platform/directory-lock.ts';
import type { Closed } from './closed.ts';
import type { Engine } from './engine.ts';
import type { RecoveryReport } from './recovery-report.ts';
import { StoreDeliveries } from './store-deliveries.ts';

/**
 * An open store: one process owns one directory. `append` and its kin are synchronous: an event is
 * written, and visible to every read, when they return. `submit` and its kin queue, and give a
 * ticket to await. `sync` options say when events are durable too.
 *
 * Made by `openStore`.
 */
export class Store extends StoreDeliveries implements Disposable {
  readonly #lock: DirectoryLock;
  #closed: Closed | undefined;
  /** What opening found. */
  readonly recovery: RecoveryReport;

  /** @internal */
  constructor(engine: Engine, recovery: RecoveryReport, lock: DirectoryLock) {
    super(engine);
    this.#lock = lock;
    this.recovery = recovery;
  }

  /** Sequence of the last event that would survive power loss, or `undefined` when none would. */
  override durableThrough(): number | undefined {
    const { durableEvents } = this.parts.engine.writer;
    return durableEvents === 0 ? undefined : durableEvents - 1;
  }

  /**
   * Resolves when the event of this sequence would survive power loss. Asks for a sync off the
   * event loop, which all who wait share.
   *
   * @throws {ArgumentTypeError} {@link ArgumentRangeError} unless it is the sequence of an event
   * @throws {SyncFailedError} rejects with it when a sync that covered the event failed: its fate
   * is unknown, though the store may have saved it since; see {@link Store.durableThrough}
   * @throws {WriterDeadError} {@link StoreLockedError} {@link StoreClosedError} reject likewise
   */
  override whenDurable(sequence: number): Promise<void> {
    const { engine } = this.parts;
    if (typeof sequence !== 'number') throw new ArgumentTypeError('sequence', sequence, 'a number');
    const { count } = engine.index;
    if (!Number.isSafeInteger(sequence) || sequence < 0 || sequence >= count) {
      const expected = count === 0 ? 'none: there is no event' : `an integer 0..${count - 1}`;
      throw new ArgumentRangeError('sequence', sequence, expected);
    }
    return new Promise((resolve, reject) => {
      engine.writer.whenDurable(sequence + 1, (failure) => {
        if (failure === undefined) resolve();
        else reject(failure);
      });
    });
  }

  /**
   * Writes what was submitted, and makes everything written durable before it returns.
   *
   * @throws {SyncFailedError} {@link NestedWriteError} {@link StoreClosedError}
   * @throws {DiskFullError} {@link StorageError} when what a process before left can't be written
   * again: it stays as it is, and the call can be made again
   */
  override sync(): void {
    const { engine, turn, queue } = this.parts;
    queue.writeNow();
    turn.begin('sync');
    try {
      engine.writer.sync();
    } finally {
      turn.end();
    }
  }

  /**
   * Makes everything durable, and then all states of projections and read models that are in
   * memory, in the cache. Failures of the cache are warnings.
   *
   * @throws as {@link Store.sync}
   */
  flushProjections(): void {
    this.sync();
    this.projections.flush();
  }

  /**
   * Makes everything durable, marks the end as clean and frees the directory. An open visibility
   * fence is cancelled. Of what is queued `writer.shutdownDrainLimit` events are written, the
   * others fail with a {@link StoreClosedError}: every ticket is settled. A second call gives the
   * first one's answer. What was read before stays readable.
   *
   * @throws {SyncFailedError} when what was written last could not be made durable; the store is
   * closed all the same
   * @throws {NestedWriteError} when called from inside a write
   */
  close(): Closed {
    if (this.#closed !== undefined) return this.#closed;
    const { engine, turn } = this.parts;
    turn.requireFree('close');
    turn.stop();
    this.endFence('store closed');
    const queued = this.parts.queue.length;
    this.#drain();
    this.#closed = { events: engine.index.eventCount, clean: false };
    engine.footers.stop();
    try {
      const clean = engine.writer.close(queued);
      this.#closed = { events: engine.index.eventCount, clean };
      if (clean) {
        engine.keptKeys.saveOnClose();
        engine.keptImage.saveOnClose();
      }
    } finally {
      this.projections.close();
      engine.open = false;
      engine.index.arrivals.announce();
      engine.reader.close();
      this.#lock.release();
    }
    return this.#closed;
  }

  /** Closes the store, for `using`. @throws as {@link Store.close} */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  protected override epochOf(): number {
    return this.parts.engine.writer.epoch;
  }

  /** @internal */
  protected override syncIdle(): void {
    try {
      this.sync();
    } catch (cause) {
      this.parts.engine.reports.report(cause, 'a sync failed');
    }
  }

  /** Writes as much of the queue as the machine allows, and fails the rest. */
  #drain(): void {
    const { engine, turn, queue } = this.parts;
    const { control } = engine;
    if (control.ready) queue.drain(control.drainable(queue.length));
    // The last group has set the timer of an idle store again.
    turn.stop();
    queue.fail(new StoreClosedError('submit'));
  }
}
