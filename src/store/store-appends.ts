import type { WrappedInspector } from '../inspect/inspection.ts';
import type { At } from '../model/coordinate.ts';
import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import { type Outcome, ok } from '../model/outcome/outcome.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Engine } from './engine.ts';
import { StoreProjections } from './store-projections.ts';
import { Appender } from './write/append.ts';
import {
  type BatchAppendOptions,
  type BatchItem,
  type BatchItemsOf,
  checkBatchOptions,
  checkBatchSize,
  commitBatch,
  type PreparedItem,
  prepareItems,
} from './write/append-batch.ts';
import {
  type AppendOptions,
  type AppendRequest,
  prepareAppend,
  requireKey,
} from './write/append-request.ts';
import {
  type Cause,
  causationOf,
  type ReactionOptions,
  reactionItems,
  reactionOptions,
} from './write/reactions.ts';
import { undo } from './write/stored-batch.ts';
import { SubmitQueue } from './write/submit-queue.ts';
import { answerOf, keptOut, retryLater } from './write/try-outcome.ts';
import type { WriteParts } from './write/write-parts.ts';
import { WriteTurn } from './write/write-turn.ts';

/** The writes of a store that are over when they return. */
export abstract class StoreAppends extends StoreProjections {
  /** @internal */
  protected readonly parts: WriteParts;
  /**
   * Called with failures that no caller waits for: of a submitted write whose ticket nobody has
   * asked for, and of a sync that the store makes by itself. They go to the logger too. What it
   * throws goes only there.
   */
  get onError(): ((failure: unknown) => void) | undefined {
    return this.parts.engine.reports.onError;
  }
  /** @throws {ArgumentTypeError} unless it is a function or `undefined` */
  set onError(listener: ((failure: unknown) => void) | undefined) {
    if (listener !== undefined && typeof listener !== 'function') {
      throw new ArgumentTypeError('onError', listener, 'a function or undefined');
    }
    this.parts.engine.reports.onError = listener;
  }

  /** @internal */
  constructor(engine: Engine) {
    super(engine, engine.options.broadcastCapacity);
    const appender = new Appender(engine);
    const turn = new WriteTurn(engine, () => this.syncIdle());
    const queue = new SubmitQueue(engine, appender, turn);
    this.parts = { engine, appender, turn, queue };
  }

  /**
   * Appends one event and returns its receipt. The event is in the file when this returns: it
   * survives a crash of the process, and power loss too once a sync has covered it. What was
   * submitted before is written first.
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
   * @throws {IdempotencyRequiredError} without a key, when `batch.groupCommitMaxBatch` asks for one
   * @throws {InvalidPayloadError} {@link SchemaRefusedError} {@link InvalidCoordinateError}
   * @throws {ReservedKindError} {@link KindConflictError} {@link KindsExhaustedError}
   * @throws {LimitExceededError} when payload and extensions exceed `singleAppendMaxBytes`
   * @throws {DiskFullError} when the disk refused it; the store stays ready
   * @throws {StorageError} when the next segment can't be made; the store stays ready
   * @throws {StoreLockedError} when a sync finds that another writer has taken the directory
   * @throws {WriteFailedError} {@link WriterDeadError} when the disk failed
   * @throws {SyncFailedError} when it was stored, but the sync that was due then failed
   * @throws {VisibilityFenceActiveError} while a visibility fence is open
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
    const { engine, appender, turn } = this.parts;
    this.#begin('append');
    try {
      const request = this.prepare('append', at, kind, payload, options);
      return appender.append(request, options?.durable === true);
    } catch (cause) {
      undo(engine);
      throw cause;
    } finally {
      turn.end();
    }
  }

  /**
   * As {@link Store.append}, with answers where a caller has to expect one: `err` with the
   * {@link ExpectationFailedError}; `retry` when the queue of submitted events is under pressure or
   * the disk is full; `cancelled` while a visibility fence is open. Everything else still throws.
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
    // The overloads above have checked the pair; inside, a kind is a kind.
    return this.#try(() => this.append(at, kind as number, payload, options));
  }

  /**
   * Appends an event that reacts to a stored one: it is caused by it and belongs to the same
   * correlation. Otherwise as {@link Store.append}.
   *
   * ```ts
   * store.appendReaction('stock:7', Reserved, { count: 1 }, placed.eventId);
   * ```
   *
   * @throws {UnknownCauseError} when only the cause's id is given, and no such event is stored
   * @throws {BatpakError} what `append` throws
   */
  appendReaction<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    cause: Cause,
    options?: ReactionOptions,
  ): Receipt;
  appendReaction(
    at: At,
    kind: number,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Receipt;
  appendReaction(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Receipt {
    const { engine, turn } = this.parts;
    turn.requireUnfenced('appendReaction');
    engine.writer.requireReady('appendReaction');
    const whole = reactionOptions(causationOf(engine, cause), options);
    // As in tryAppend.
    return this.append(at, kind as number, payload, whole);
  }

  /**
   * Appends all items or none, across entities: readers and recovery see the whole batch or nothing
   * of it. Receipts are in the order of the items; an empty batch is `[]` and writes nothing.
   * Written when this returns, and durable too unless `durable` is `false`. What was submitted
   * before is written first.
   *
   * @throws {BatchFailedError} with the stage, the item where there is one, and the cause
   * @throws {LimitExceededError} when there are more than `batch.maxSize` items
   * @throws {SyncFailedError} when it was stored, but could not be made durable
   * @throws {VisibilityFenceActiveError} while a visibility fence is open
   * @throws {WriterDeadError} {@link StoreClosedError} {@link ArgumentTypeError}
   */
  appendBatch<const Kinds extends readonly unknown[]>(
    items: BatchItemsOf<Kinds>,
    options?: BatchAppendOptions,
  ): Receipt[];
  appendBatch(items: readonly BatchItem[], options: BatchAppendOptions = {}): Receipt[] {
    const { engine, appender } = this.parts;
    checkBatchSize(engine, items);
    const durable = checkBatchOptions(options) ?? true;
    return this.#write('appendBatch', () =>
      items.length === 0 ? [] : commitBatch(engine, appender, prepareItems(engine, items), durable),
    );
  }

  /** As {@link Store.appendBatch}, with answers as {@link Store.tryAppend} gives. */
  tryAppendBatch<const Kinds extends readonly unknown[]>(
    items: BatchItemsOf<Kinds>,
    options?: BatchAppendOptions,
  ): Outcome<Receipt[]>;
  tryAppendBatch(
    items: readonly BatchItem[],
    options: BatchAppendOptions = {},
  ): Outcome<Receipt[]> {
    return this.#try(() => this.appendBatch(items, options));
  }

  /**
   * As {@link Store.appendBatch}, for reactions to a stored event: all belong to its
   * correlation, and those that name no cause of their own are caused by it.
   *
   * @throws {UnknownCauseError} when only the cause's id is given, and no such event is stored
   * @throws {BatpakError} what `appendBatch` throws
   */
  appendReactionBatch<const Kinds extends readonly unknown[]>(
    cause: Cause,
    items: BatchItemsOf<Kinds>,
    options?: BatchAppendOptions,
  ): Receipt[];
  appendReactionBatch(
    cause: Cause,
    items: readonly BatchItem[],
    options: BatchAppendOptions = {},
  ): Receipt[] {
    const { engine, turn } = this.parts;
    checkBatchSize(engine, items);
    turn.requireUnfenced('appendReactionBatch');
    engine.writer.requireReady('appendReactionBatch');
    return this.appendBatch(reactionItems(causationOf(engine, cause), items), options);
  }

  /**
   * The way in for layers above, which may write kinds of the system: one event by itself, or
   * several as a batch, synced by the cadence unless they are to be durable.
   *
   * @internal
   */
  appendPrepared(prepare: (engine: Engine) => readonly PreparedItem[], durable = false): Receipt[] {
    const { engine, appender } = this.parts;
    return this.#write('append', () => {
      const items = prepare(engine);
      const [first] = items;
      if (first === undefined) return [];
      return items.length === 1
        ? [appender.append(first.request, durable)]
        : commitBatch(engine, appender, items, durable);
    });
  }

  /** Whether a visibility fence is open, which keeps all other writes out. @internal */
  get fenced(): boolean {
    return this.parts.turn.fenced;
  }

  /** Most items of a batch. @internal */
  get batchItemsMax(): number {
    return this.parts.engine.options.batch.maxSize;
  }

  /**
   * Who watches the machines of the store, for layers above that have some.
   *
   * @internal
   */
  get inspector(): WrappedInspector | undefined {
    return this.parts.engine.inspect;
  }

  /** Syncs a store that has fallen idle. @internal */
  protected abstract syncIdle(): void;

  /** Checks and encodes a single event. @internal */
  protected prepare(
    operation: string,
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options: AppendOptions | undefined,
  ): AppendRequest {
    const { engine } = this.parts;
    const request = prepareAppend(engine, at, kind, payload, options);
    requireKey(engine, operation, request, options?.durable === true);
    return request;
  }

  /** The answer to an attempt that had better not be made now. @internal */
  protected heldBack(): Outcome<never> | undefined {
    const { turn, queue } = this.parts;
    if (turn.fenced) return keptOut();
    return queue.pressed ? retryLater(`${queue.length} events are queued`) : undefined;
  }

  #try<Value>(write: () => Value): Outcome<Value> {
    const held = this.heldBack();
    if (held !== undefined) return held;
    try {
      return ok(write());
    } catch (cause) {
      const answer = answerOf(cause);
      if (answer === undefined) throw cause;
      return answer;
    }
  }

  /** Runs a write; when it fails, what it had staged and bound is forgotten. */
  #write<Result>(operation: string, write: () => Result): Result {
    this.#begin(operation);
    try {
      return write();
    } catch (cause) {
      undo(this.parts.engine);
      throw cause;
    } finally {
      this.parts.turn.end();
    }
  }

  /** Takes the turn, once what was submitted before is written. */
  #begin(operation: string): void {
    const { turn, queue } = this.parts;
    turn.requireUnfenced(operation);
    queue.writeNow();
    turn.begin(operation);
  }
}
