import type { At } from '../model/coordinate.ts';
import type { VisibilityFenceCancelledError } from '../model/errors/fence-errors.ts';
import type { AnyEventDefinition, EventDefinition } from '../model/event-definition.ts';
import { type Outcome, ok } from '../model/outcome/outcome.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Engine } from './engine.ts';
import { StoreAppends } from './store-appends.ts';
import {
  type BatchAppendOptions,
  type BatchItem,
  type BatchItemsOf,
  checkBatchOptions,
  checkBatchSize,
  type PreparedItem,
  prepareItem,
  prepareItems,
} from './write/append-batch.ts';
import type { AppendOptions, AppendRequest } from './write/append-request.ts';
import { VisibilityFence } from './write/fence.ts';
import { Outbox } from './write/outbox.ts';
import { pressureOf, type WriterPressure } from './write/pressure.ts';
import {
  type Cause,
  causationOf,
  type ReactionOptions,
  reactionOptions,
} from './write/reactions.ts';
import { letGo, storeBatch, undo } from './write/stored-batch.ts';
import type { Ticket } from './write/ticket.ts';
import { retryLater } from './write/try-outcome.ts';

/** Milliseconds between attempts of `trySubmit` to find out whether a full disk has room again. */
const probeIntervalMs = 1000;

/** The writes of a store that are queued, and those that are gathered. */
export abstract class StoreSubmits extends StoreAppends {
  #fence: VisibilityFence | undefined;
  /** When a full disk was found, or tried again, by the clock that never falls back. */
  #probedAtMs: number | undefined;

  /**
   * Queues one event and returns its ticket. Everything submitted in one turn of the event loop is
   * written at its end, in the order of the calls, with one write for many events. Arguments are
   * checked and the payload is encoded at once; the idempotency key and `expected` are judged when
   * it is written, and see what was submitted before. A failure is the ticket's alone.
   *
   * When `writer.channelCapacity` events are queued, some of them are written first.
   *
   * ```ts
   * const ticket = store.submit('player:alice', Moved, { x: 1, y: 2 });
   * const receipt = await ticket;
   * ```
   *
   * @throws {InvalidPayloadError} {@link SchemaRefusedError} {@link InvalidCoordinateError}
   * @throws {ReservedKindError} {@link KindConflictError} {@link KindsExhaustedError}
   * @throws {LimitExceededError} when payload and extensions exceed `singleAppendMaxBytes`
   * @throws {IdempotencyRequiredError} without a key, when `batch.groupCommitMaxBatch` asks for one
   * @throws {VisibilityFenceActiveError} while a visibility fence is open
   * @throws {NestedWriteError} {@link WriterDeadError} {@link StoreClosedError}
   */
  submit<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    options?: AppendOptions,
  ): Ticket<Receipt>;
  submit(at: At, kind: number, payload: unknown, options?: AppendOptions): Ticket<Receipt>;
  submit(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options?: AppendOptions,
  ): Ticket<Receipt> {
    const { engine, turn, queue } = this.parts;
    turn.requireUnfenced('submit');
    queue.makeRoom();
    turn.begin('submit');
    try {
      const request = this.prepare('submit', at, kind, payload, options);
      engine.kinds.keep();
      return queue.add(request, options?.durable === true);
    } catch (cause) {
      undo(engine);
      throw cause;
    } finally {
      turn.release();
    }
  }

  /**
   * As {@link Store.submit}, for an event that reacts to a stored one: see
   * {@link Store.appendReaction}. The cause must be written when this is called.
   *
   * @throws {UnknownCauseError} {@link BatpakError} what `submit` throws
   */
  submitReaction<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    cause: Cause,
    options?: ReactionOptions,
  ): Ticket<Receipt>;
  submitReaction(
    at: At,
    kind: number,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Ticket<Receipt>;
  submitReaction(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Ticket<Receipt> {
    const { engine, turn } = this.parts;
    turn.requireUnfenced('submitReaction');
    engine.writer.requireReady('submitReaction');
    const whole = reactionOptions(causationOf(engine, cause), options);
    // The overloads above have checked the pair; inside, a kind is a kind.
    return this.submit(at, kind as number, payload, whole);
  }

  /**
   * Queues a batch: all of it is stored or nothing, at its place among the other submits. Its
   * ticket gives the receipts in the order of the items; they are durable with `durable: true`.
   *
   * @throws {BatchFailedError} naming the item whose arguments are refused
   * @throws {LimitExceededError} when there are more than `batch.maxSize` items
   * @throws {VisibilityFenceActiveError} while a visibility fence is open
   * @throws {ArgumentTypeError} {@link WriterDeadError} {@link StoreClosedError}
   */
  submitBatch<const Kinds extends readonly unknown[]>(
    items: BatchItemsOf<Kinds>,
    options?: BatchAppendOptions,
  ): Ticket<Receipt[]>;
  submitBatch(items: readonly BatchItem[], options: BatchAppendOptions = {}): Ticket<Receipt[]> {
    const { engine, turn, queue } = this.parts;
    checkBatchSize(engine, items);
    const durable = checkBatchOptions(options) ?? false;
    turn.requireUnfenced('submitBatch');
    queue.makeRoom();
    const prepared = this.#prepared('submitBatch', () => prepareItems(engine, items));
    return queue.addBatch(prepared, durable);
  }

  /** As `appendPrepared`, for one event that is queued. @internal */
  submitPrepared(prepare: (engine: Engine) => AppendRequest, durable: boolean): Ticket<Receipt> {
    const { engine, turn, queue } = this.parts;
    turn.requireUnfenced('submit');
    queue.makeRoom();
    return queue.add(
      this.#prepared('submit', () => prepare(engine)),
      durable,
    );
  }

  /** As `appendPrepared`, for a batch that is queued. @internal */
  submitPreparedBatch(
    prepare: (engine: Engine) => readonly PreparedItem[],
    durable: boolean,
  ): Ticket<Receipt[]> {
    const { engine, turn, queue } = this.parts;
    turn.requireUnfenced('submitBatch');
    queue.makeRoom();
    return queue.addBatch(
      this.#prepared('submitBatch', () => prepare(engine)),
      durable,
    );
  }

  /**
   * As {@link Store.submit}, with answers where a caller has to expect one: `retry` when
   * `writer.pressureRetryThresholdPct` of the queue is filled, or the disk is full; `cancelled`
   * while a visibility fence is open. Once a second an event is let through to a full disk, to find
   * out whether it takes bytes again. Wrong arguments still throw.
   */
  trySubmit<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    options?: AppendOptions,
  ): Outcome<Ticket<Receipt>>;
  trySubmit(
    at: At,
    kind: number,
    payload: unknown,
    options?: AppendOptions,
  ): Outcome<Ticket<Receipt>>;
  trySubmit(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options?: AppendOptions,
  ): Outcome<Ticket<Receipt>> {
    return this.#submitHeldBack() ?? ok(this.submit(at, kind as number, payload, options));
  }

  /** As {@link Store.trySubmit}, for {@link Store.submitReaction}. */
  trySubmitReaction<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    cause: Cause,
    options?: ReactionOptions,
  ): Outcome<Ticket<Receipt>>;
  trySubmitReaction(
    at: At,
    kind: number,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Outcome<Ticket<Receipt>>;
  trySubmitReaction(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    cause: Cause,
    options?: ReactionOptions,
  ): Outcome<Ticket<Receipt>> {
    const held = this.#submitHeldBack();
    return held ?? ok(this.submitReaction(at, kind as number, payload, cause, options));
  }

  /** As {@link Store.trySubmit}, for {@link Store.submitBatch}. */
  trySubmitBatch<const Kinds extends readonly unknown[]>(
    items: BatchItemsOf<Kinds>,
    options?: BatchAppendOptions,
  ): Outcome<Ticket<Receipt[]>>;
  trySubmitBatch(
    items: readonly BatchItem[],
    options: BatchAppendOptions = {},
  ): Outcome<Ticket<Receipt[]>> {
    return this.#submitHeldBack() ?? ok(this.submitBatch(items, options));
  }

  /** How full the queue of submitted events is. */
  writerPressure(): WriterPressure {
    const { engine, queue } = this.parts;
    return pressureOf(queue.length, engine.options.writer, engine.control.diskFull);
  }

  /** A new, empty {@link Outbox}, which gathers events for a batch. */
  outbox(): Outbox {
    const { engine, turn, queue } = this.parts;
    return new Outbox({
      limits: engine.options.batch,
      prepare: (item, before) =>
        this.#prepared('outbox.stage', () => prepareItem(engine, item, before)),
      release: ({ request }) => letGo(engine, [request]),
      store: (items, options) => this.#storeNow(items, checkBatchOptions(options) ?? true),
      submit: (items, options, takeBack) => {
        const durable = checkBatchOptions(options) ?? false;
        turn.requireUnfenced('outbox.submitFlush');
        queue.makeRoom();
        engine.writer.requireReady('outbox.submitFlush');
        return queue.addBatch(items, durable, takeBack);
      },
    });
  }

  /**
   * Begins a visibility fence, once what was submitted is written. Until it ends, every write
   * beside it is refused with a {@link VisibilityFenceActiveError}; a `try…` answers `cancelled`.
   *
   * @throws {VisibilityFenceActiveError} when one is open already
   * @throws {NestedWriteError} {@link WriterDeadError} {@link StoreClosedError}
   */
  beginVisibilityFence(): VisibilityFence {
    const { turn, queue } = this.parts;
    turn.requireUnfenced('beginVisibilityFence');
    queue.writeNow();
    turn.begin('beginVisibilityFence');
    try {
      this.#fence = new VisibilityFence(this.parts);
      turn.fence = this.#fence;
      return this.#fence;
    } finally {
      turn.release();
    }
  }

  /** Cancels the open fence, if there is one. @internal */
  protected endFence(reason: VisibilityFenceCancelledError['reason']): void {
    this.#fence?.end(reason);
  }

  /** The answer to a submit that can wait and had better. */
  #submitHeldBack(): Outcome<never> | undefined {
    const held = this.heldBack();
    if (held !== undefined) return held;
    const { control, platform } = this.parts.engine;
    if (!control.diskFull) {
      this.#probedAtMs = undefined;
      return undefined;
    }
    const nowMs = platform.clock.elapsedMs();
    this.#probedAtMs ??= nowMs;
    if (nowMs - this.#probedAtMs < probeIntervalMs) return retryLater('the disk is full');
    this.#probedAtMs = nowMs;
    return undefined;
  }

  /** Writes the items of an outbox as a batch; its receipts come after a sync, if that is due. */
  #storeNow(items: readonly PreparedItem[], durable: boolean): () => Receipt[] {
    const { engine, turn, queue } = this.parts;
    turn.requireUnfenced('outbox.flush');
    queue.writeNow();
    turn.begin('outbox.flush');
    try {
      const stored = storeBatch(this.parts, items, engine.options.batch.maxBytes);
      return () => this.#settled(stored, durable);
    } finally {
      turn.end();
    }
  }

  #settled(stored: ReturnType<typeof storeBatch>, durable: boolean): Receipt[] {
    const { engine, turn } = this.parts;
    turn.begin('outbox.flush');
    try {
      if (durable) return stored.sync();
      engine.writer.settle();
      return stored.receipts;
    } finally {
      turn.end();
    }
  }

  /** Runs what checks and encodes in a turn; the requests hold their names when it has. */
  #prepared<Prepared>(operation: string, prepare: () => Prepared): Prepared {
    const { engine, turn } = this.parts;
    turn.begin(operation);
    try {
      const prepared = prepare();
      engine.kinds.keep();
      return prepared;
    } catch (cause) {
      undo(engine);
      throw cause;
    } finally {
      turn.release();
    }
  }
}
