import { type FenceEvent, fenceMachine } from '../../../machines/fence.ts';
import { mirrorMachine } from '../../inspect/inspection.ts';
import { type StateNameOf, Stepper, stepTable } from '../../inspect/step-table.ts';
import type { At } from '../../model/coordinate.ts';
import { WriteFailedError } from '../../model/errors/disk-errors.ts';
import {
  VisibilityFenceActiveError,
  VisibilityFenceCancelledError,
  VisibilityFenceNotActiveError,
} from '../../model/errors/fence-errors.ts';
import { BatchFailedError, LimitExceededError } from '../../model/errors/write-errors.ts';
import type { AnyEventDefinition, EventDefinition } from '../../model/event-definition.ts';
import type { Receipt } from '../../model/receipt.ts';
import { requestBytesMax } from './append.ts';
import {
  type BatchItem,
  type BatchItemsOf,
  checkItems,
  type PreparedItem,
  prepareItem,
  prepareItems,
} from './append-batch.ts';
import { type AppendOptions, prepareAppend } from './append-request.ts';
import { Outbox } from './outbox.ts';
import { type Cause, causationOf, type ReactionOptions, reactionOptions } from './reactions.ts';
import { letGo, requestsOf, storeBatch, undo } from './stored-batch.ts';
import { QueuedBatch, QueuedEvent, type Ticket, type TicketKeeper } from './ticket.ts';
import type { WriteParts } from './write-parts.ts';

const table = stepTable(fenceMachine);

/** What was staged by one call. */
interface Staged {
  readonly ticket: QueuedEvent | QueuedBatch;
  readonly items: readonly PreparedItem[];
}

/**
 * Events that become visible together, and durable, or never. They are staged in memory: nothing of
 * them is on the disk before `commit`, which writes all of them as one atomic batch. While a fence
 * is open every other write of the store is refused. `expected` and idempotency keys are judged
 * when it is committed. Disposing cancels it. Made by {@link Store.beginVisibilityFence}.
 *
 * ```ts
 * using fence = store.beginVisibilityFence();
 * fence.submit('order:1', Placed, { total: 1999 });
 * fence.submit('stock:7', Reserved, { count: 1 });
 * const receipts = fence.commit();
 * ```
 */
export class VisibilityFence implements Disposable {
  readonly #parts: WriteParts;
  readonly #stepper: Stepper<StateNameOf<typeof fenceMachine>, FenceEvent['type']>;
  readonly #keeper: TicketKeeper;
  readonly #bytesMax: number;
  #staged: Staged[] = [];
  #bytes = 0;

  /** @internal */
  constructor(parts: WriteParts) {
    const { inspect, options, writer } = parts.engine;
    this.#parts = parts;
    const mirror = inspect === undefined ? undefined : mirrorMachine(fenceMachine, inspect);
    this.#stepper = new Stepper(table, mirror);
    // All of it is one batch, and a batch lies in one segment.
    this.#bytesMax = Math.min(options.fence.maxBytes, options.segmentMaxBytes);
    this.#keeper = {
      writeNow: () => {
        throw new VisibilityFenceActiveError('wait');
      },
      syncNow: () => writer.sync(),
      whenDurable: (events, done) => writer.whenDurable(events, done),
    };
  }

  /** Whether it is open, so that nobody else may write. */
  get active(): boolean {
    return !this.#stepper.done;
  }

  /** Events that are staged. */
  get length(): number {
    return this.#staged.reduce((count, { items }) => count + items.length, 0);
  }

  /**
   * Stages an event. Its ticket is settled when the fence ends.
   *
   * @throws {VisibilityFenceNotActiveError} when the fence has ended
   * @throws {LimitExceededError} when it would stage more than `fence.maxBytes`
   * @throws {BatpakError} what `submit` of the store throws for its arguments
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
    return this.#stageEvent('fence.submit', at, kind, payload, () => options);
  }

  /** As {@link VisibilityFence.submit}, for a reaction to a stored event. */
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
    return this.#stageEvent('fence.submitReaction', at, kind, payload, () =>
      reactionOptions(causationOf(this.#parts.engine, cause), options),
    );
  }

  /** Stages several events; `causation` of an item counts the items of this call. */
  submitBatch<const Kinds extends readonly unknown[]>(
    items: BatchItemsOf<Kinds>,
  ): Ticket<Receipt[]>;
  submitBatch(items: readonly BatchItem[]): Ticket<Receipt[]> {
    checkItems(items);
    const { engine } = this.#parts;
    return this.#stageBatch(this.#prepare('fence.submitBatch', () => prepareItems(engine, items)));
  }

  /**
   * An outbox whose items go into the fence. Its `submitFlush` stages them; `flush` throws a
   * {@link VisibilityFenceActiveError}, as there are no receipts before the commit.
   */
  outbox(): Outbox {
    const { engine } = this.#parts;
    this.#require('fence.outbox');
    return new Outbox({
      limits: engine.options.batch,
      prepare: (item, before) => {
        return this.#prepare('fence.outbox', () => prepareItem(engine, item, before));
      },
      release: ({ request }) => letGo(engine, [request]),
      store: () => {
        this.#require('fence.outbox');
        throw new VisibilityFenceActiveError('flush');
      },
      submit: (items, _, takeBack) => {
        this.#require('fence.outbox');
        return this.#stageBatch(items, takeBack);
      },
    });
  }

  /**
   * Writes everything staged as one atomic batch, syncs it, and makes it visible together; the
   * receipts are in the order of staging. The event loop waits: 16 MiB take about 150 ms. When the
   * batch is refused the fence stays open.
   *
   * @throws {VisibilityFenceNotActiveError} when the fence has ended
   * @throws {BatchFailedError} when it is refused: by `expected`, an idempotency key, or the disk
   * @throws {SyncFailedError} when it was stored, but could not be made durable
   * @throws {WriterDeadError} {@link NestedWriteError}
   */
  commit(): Receipt[] {
    const { turn } = this.#parts;
    this.#require('fence.commit');
    turn.begin('fence.commit');
    try {
      this.#stepper.step('commit.requested');
      return this.#commit();
    } finally {
      turn.end();
    }
  }

  /** Forgets everything staged; nothing of it was ever on the disk. Its tickets are rejected. */
  cancel(): void {
    this.#require('fence.cancel');
    this.end('cancelled');
  }

  /** Cancels the fence if it is still open, for `using`. */
  [Symbol.dispose](): void {
    if (this.#stepper.state === 'open') this.end('cancelled');
  }

  /**
   * Ends the fence if it is open; its tickets are told why.
   *
   * @internal
   */
  end(reason: VisibilityFenceCancelledError['reason']): void {
    if (this.#stepper.state !== 'open') return;
    this.#stepper.step('cancel.requested');
    this.#fail(new VisibilityFenceCancelledError(reason), reason !== 'cancelled');
  }

  #stageEvent(
    operation: string,
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options: () => AppendOptions | undefined,
  ): Ticket<Receipt> {
    const { engine } = this.#parts;
    const request = this.#prepare(operation, () =>
      prepareAppend(engine, at, kind, payload, options()),
    );
    const ticket = new QueuedEvent(this.#keeper, false, request);
    this.#stage({ ticket, items: [{ request, causedBy: undefined }] });
    return ticket;
  }

  #stageBatch(items: readonly PreparedItem[], takeBack?: () => void): Ticket<Receipt[]> {
    const ticket = new QueuedBatch(this.#keeper, false, items, takeBack);
    this.#stage({ ticket, items });
    return ticket;
  }

  #stage(staged: Staged): void {
    let bytes = this.#bytes;
    for (const { request } of staged.items) bytes += requestBytesMax(request);
    if (bytes > this.#bytesMax) {
      // Items of an outbox go back to it: it is told by the exception.
      const { ticket, items } = staged;
      const kept = ticket instanceof QueuedBatch && ticket.takeBack !== undefined;
      if (!kept) letGo(this.#parts.engine, requestsOf(items));
      throw new LimitExceededError('fence.maxBytes', this.#bytesMax, bytes);
    }
    this.#bytes = bytes;
    this.#staged.push(staged);
  }

  #commit(): Receipt[] {
    const items = this.#items();
    if (items.length === 0) {
      this.#stepper.step('commit.written');
      for (const { ticket } of this.#staged) if (ticket instanceof QueuedBatch) ticket.written([]);
      return [];
    }
    let stored: ReturnType<typeof storeBatch>;
    try {
      stored = storeBatch(this.#parts, items, Number.POSITIVE_INFINITY);
    } catch (cause) {
      this.#refuse(cause);
      throw cause;
    }
    this.#stepper.step('commit.written');
    const staged = this.#staged;
    this.#staged = [];
    let receipts: Receipt[];
    try {
      receipts = stored.sync();
    } catch (cause) {
      // It is stored: nobody gets anything back.
      for (const { ticket } of staged) ticket.fail(cause);
      throw cause;
    }
    let next = 0;
    for (const { ticket, items: own } of staged) {
      const answer = receipts.slice(next, next + own.length);
      next += own.length;
      if (ticket instanceof QueuedBatch) ticket.written(answer);
      else for (const receipt of answer) ticket.written(receipt);
    }
    return receipts;
  }

  /** All that is staged, as the items of one batch. */
  #items(): PreparedItem[] {
    const all: PreparedItem[] = [];
    for (const { items } of this.#staged) {
      const before = all.length;
      for (const { request, causedBy } of items) {
        all.push({ request, causedBy: causedBy === undefined ? undefined : causedBy + before });
      }
    }
    return all;
  }

  /** The batch was not stored: the fence stays open, unless there is no trying again. */
  #refuse(cause: unknown): void {
    const failure = cause instanceof BatchFailedError ? cause.cause : cause;
    const unknown = failure instanceof WriteFailedError && failure.outcome === 'unknown';
    if (this.#parts.engine.control.ready && !unknown) {
      this.#stepper.step('commit.refused');
      return;
    }
    this.#stepper.step('commit.failed');
    this.#fail(cause, false);
  }

  /** Fails every ticket. `unasked`: nobody called for it, so a ticket nobody awaits is reported. */
  #fail(failure: unknown, unasked: boolean): void {
    const { engine, queue } = this.#parts;
    const staged = this.#staged;
    this.#staged = [];
    this.#bytes = 0;
    for (const { ticket, items } of staged) {
      if (ticket instanceof QueuedBatch && ticket.takeBack !== undefined) ticket.takeBack();
      else letGo(engine, requestsOf(items));
      if (unasked) queue.settleFailed(ticket, failure);
      else ticket.fail(failure);
    }
  }

  /** Runs what checks and encodes; the requests hold their names when it has. */
  #prepare<Prepared>(operation: string, prepare: () => Prepared): Prepared {
    const { engine, turn } = this.#parts;
    this.#require(operation);
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

  /** @throws {VisibilityFenceNotActiveError} unless the fence takes this now */
  #require(operation: string): void {
    const { control } = this.#parts.engine;
    if (!control.ready) this.end(control.closing ? 'store closed' : 'writer stopped');
    if (this.#stepper.state === 'open') return;
    // From inside its own commit: the turn refuses that by its own error.
    if (this.#stepper.state === 'committing') this.#parts.turn.requireFree(operation);
    throw new VisibilityFenceNotActiveError(operation, this.#stepper.state);
  }
}
