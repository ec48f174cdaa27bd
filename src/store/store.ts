import type { At } from '../model/coordinate.ts';
import { ArgumentTypeError, checkKeys } from '../model/errors/argument-error.ts';
import type { BatpakError } from '../model/errors/batpak-error.ts';
import { NestedWriteError } from '../model/errors/lifecycle-errors.ts';
import { ExpectationFailedError, LimitExceededError } from '../model/errors/write-errors.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import { err, type Outcome, ok } from '../model/outcome.ts';
import type { Platform } from '../model/platform.ts';
import type { Receipt } from '../model/receipt.ts';
import type { DirectoryLock } from '../platform/directory-lock.ts';
import { Appender } from './append.ts';
import {
  type BatchAppendOptions,
  type BatchItem,
  commitBatch,
  type PreparedItem,
  prepareItems,
} from './append-batch.ts';
import { type AppendOptions, prepareAppend } from './append-request.ts';
import type { Closed } from './closed.ts';
import type { Engine } from './engine.ts';
import type { RecoveryReport } from './recovery-report.ts';
import { StoreReads } from './store-reads.ts';

/**
 * An open store: one process owns one directory. Calls are synchronous; an event is written, and
 * visible to every read, when its append returns. `sync` options say when it is durable too.
 *
 * Made by `openStore`.
 */
export class Store extends StoreReads implements Disposable {
  readonly #engine: Engine;
  readonly #appender: Appender;
  readonly #lock: DirectoryLock;
  #cancelSync: (() => void) | undefined;
  #closed: Closed | undefined;
  /** Whether a call is writing right now: the store is not reentrant. */
  #writing = false;
  /** What opening found. */
  readonly recovery: RecoveryReport;

  /** @internal */
  constructor(engine: Engine, recovery: RecoveryReport, lock: DirectoryLock) {
    super(engine);
    this.#engine = engine;
    this.#appender = new Appender(engine);
    this.#lock = lock;
    this.recovery = recovery;
  }

  /**
   * Appends one event and returns its receipt. The event is in the file when this returns: it
   * survives a crash of the process, and power loss too once a sync has covered it.
   *
   * ```ts
   * const receipt = store.append('player:alice', Moved, { x: 10, y: 20 });
   * ```
   *
   * Checks are made in this order: arguments, idempotency key, `expected`. Nothing was stored when
   * this throws, but for a {@link SyncFailedError}, a {@link StoreLockedError} and a
   * {@link WriteFailedError} whose outcome is `unknown`.
   *
   * @throws {ExpectationFailedError} when `expected` does not hold
   * @throws {IdempotencyConflictError} when the key stands for another write
   * @throws {InvalidPayloadError} {@link SchemaRefusedError} {@link InvalidCoordinateError}
   * @throws {ReservedKindError} {@link KindConflictError} {@link KindsExhaustedError}
   * @throws {LimitExceededError} when payload and extensions exceed `singleAppendMaxBytes`
   * @throws {DiskFullError} when the disk refused it; the store stays ready
   * @throws {StorageError} when the next segment can't be made; the store stays ready
   * @throws {StoreLockedError} when a sync finds that another writer has taken the directory
   * @throws {WriteFailedError} {@link WriterDeadError} when the disk failed
   * @throws {SyncFailedError} when it was stored, but the sync that was due then failed
   * @throws {NestedWriteError} when called from inside another write
   * @throws {StoreClosedError}
   */
  append<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    options?: AppendOptions,
  ): Receipt;
  append(at: At, kind: number, payload: unknown, options?: AppendOptions): Receipt;
  append(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options?: AppendOptions,
  ): Receipt {
    this.#begin('append');
    try {
      const request = prepareAppend(this.#engine, at, kind, payload, options);
      return this.#appender.append(request, options?.durable === true);
    } catch (cause) {
      this.#undo();
      throw cause;
    } finally {
      this.#end();
    }
  }

  /**
   * As {@link Store.append}, but a failed `expected` is an answer: `err` with the
   * {@link ExpectationFailedError}. Everything else still throws.
   */
  tryAppend<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    options?: AppendOptions,
  ): Outcome<Receipt>;
  tryAppend(at: At, kind: number, payload: unknown, options?: AppendOptions): Outcome<Receipt>;
  tryAppend(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options?: AppendOptions,
  ): Outcome<Receipt> {
    try {
      // The overloads above have checked the pair; inside, a kind is a kind.
      return ok(this.append(at, kind as number, payload, options));
    } catch (cause) {
      if (cause instanceof ExpectationFailedError) return err(cause satisfies BatpakError);
      throw cause;
    }
  }

  /**
   * Appends all items or none, across entities: readers and recovery see the whole batch or nothing
   * of it. Receipts are in the order of the items; an empty batch is `[]` and writes nothing.
   * Written when this returns, and durable too unless `durable` is `false`.
   *
   * @throws {BatchFailedError} with the stage, the item where there is one, and the cause
   * @throws {LimitExceededError} when there are more than `batch.maxSize` items
   * @throws {SyncFailedError} when it was stored, but could not be made durable
   * @throws {WriterDeadError} {@link StoreClosedError} {@link ArgumentTypeError}
   */
  appendBatch(items: readonly BatchItem[], options: BatchAppendOptions = {}): Receipt[] {
    const engine = this.#engine;
    if (!Array.isArray(items)) throw new ArgumentTypeError('items', items, 'an array');
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentTypeError('options', options, 'an object');
    }
    checkKeys('options', options, ['durable']);
    const { durable = true } = options;
    if (typeof durable !== 'boolean') {
      throw new ArgumentTypeError('durable', durable, 'true or false');
    }
    engine.writer.requireReady('appendBatch');
    if (items.length === 0) return [];
    const { maxSize } = engine.options.batch;
    if (items.length > maxSize) {
      throw new LimitExceededError('batch.maxSize', maxSize, items.length);
    }
    return this.#write('appendBatch', () =>
      commitBatch(engine, this.#appender, prepareItems(engine, items), durable),
    );
  }

  /**
   * The way in for layers above, which may write kinds of the system: one event by itself, or
   * several as a batch, synced by the cadence.
   *
   * @internal
   */
  appendPrepared(prepare: (engine: Engine) => readonly PreparedItem[]): Receipt[] {
    const engine = this.#engine;
    return this.#write('append', () => {
      const items = prepare(engine);
      const [first] = items;
      return items.length === 1 && first !== undefined
        ? [this.#appender.append(first.request, false)]
        : commitBatch(engine, this.#appender, items, false);
    });
  }

  /**
   * Where the store takes time and chance from.
   *
   * @internal
   */
  get platform(): Platform {
    return this.#engine.options.platform;
  }

  /** Sequence of the last event that would survive power loss, or `undefined` when none would. */
  durableThrough(): number | undefined {
    const { durableEvents } = this.#engine.writer;
    return durableEvents === 0 ? undefined : durableEvents - 1;
  }

  /** Makes everything written durable. @throws {SyncFailedError} {@link StoreClosedError} */
  sync(): void {
    this.#begin('sync');
    try {
      this.#engine.writer.sync();
    } finally {
      this.#end();
    }
  }

  /**
   * Makes everything durable, marks the end as clean and frees the directory. A second call gives
   * the first one's answer. What was read before stays readable.
   *
   * @throws {SyncFailedError} when what was written last could not be made durable; the store is
   * closed all the same
   */
  close(): Closed {
    if (this.#closed !== undefined) return this.#closed;
    if (this.#writing) throw new NestedWriteError('close');
    const engine = this.#engine;
    this.#cancelSync?.();
    this.#closed = { events: engine.index.count, clean: false };
    try {
      const clean = engine.writer.close();
      this.#closed = { events: engine.index.count, clean };
    } finally {
      engine.open = false;
      engine.reader.close();
      this.#lock.release();
    }
    return this.#closed;
  }

  /** Closes the store, for `using`. @throws as {@link Store.close} */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Runs a write; when it fails, what it had staged and bound is forgotten. */
  #write<Result>(operation: string, write: () => Result): Result {
    this.#begin(operation);
    try {
      return write();
    } catch (cause) {
      this.#undo();
      throw cause;
    } finally {
      this.#end();
    }
  }

  /** Whoever calls from inside a write, such as an inspector, is refused before it does harm. */
  #begin(operation: string): void {
    if (this.#writing) throw new NestedWriteError(operation);
    this.#engine.writer.requireReady(operation);
    this.#writing = true;
  }

  #end(): void {
    this.#writing = false;
    if (this.#cancelSync === undefined && this.#engine.writer.needsSync) this.#scheduleSync();
  }

  /** Forgets what was staged and bound for a write that did not come to be. */
  #undo(): void {
    this.#engine.writer.discard();
    this.#engine.kinds.rollback();
  }

  /** Sees to it that a store that falls idle is synced too. */
  #scheduleSync(): void {
    const { platform, sync, logger } = this.#engine.options;
    this.#cancelSync = platform.timers.after(sync.maxDelayMs, () => {
      this.#cancelSync = undefined;
      if (!this.#engine.writer.needsSync) return;
      try {
        this.sync();
      } catch (cause) {
        logger.error({ err: cause }, 'a sync failed; the writer has stopped');
      }
    });
  }
}
