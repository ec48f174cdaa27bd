import { assert, defined } from '../../model/assert.ts';
import type { Receipt } from '../../model/receipt.ts';
import { requestBytesMax } from './append.ts';
import type { PreparedItem } from './append-batch.ts';
import type { AppendRequest } from './append-request.ts';
import { durableReceipt } from './receipt.ts';

/**
 * A write that was submitted. Awaiting it gives the receipt, or the receipts of a batch, once it is
 * written; once it is durable when `durable: true` was asked for or every event is synced. A ticket
 * that nobody awaits costs no promise; when its write fails, the failure goes to the logger and to
 * `onError` of the store, never to an unhandled rejection.
 *
 * ```ts
 * const ticket = store.submit('player:alice', Moved, { x: 1, y: 2 });
 * await ticket;         // written
 * await ticket.durable; // synced, together with everyone else who waits
 * ```
 */
export interface Ticket<Value> extends PromiseLike<Value> {
  /**
   * Awaiting it asks for a sync, and gives the receipt once one covers the write. Everyone who
   * waits shares one. Rejects with a {@link SyncFailedError} when that fails.
   */
  readonly durable: PromiseLike<Value>;
  /** Whether the write has come to an end: its receipt is there, or its failure. */
  readonly settled: boolean;
  /**
   * Writes what is queued now, this write included, and returns the receipt. When the ticket stands
   * for a durable write, it is synced as well.
   *
   * @throws {BatpakError} the failure of the write
   * @throws {NestedWriteError} when called from inside another write
   * @throws {VisibilityFenceActiveError} on a ticket of a fence that is still open
   */
  wait(): Value;
}

/** What a ticket asks of the queue, or the fence, that it lies in. */
export interface TicketKeeper {
  /** Sees to it that the ticket is written, or failed, when this returns. */
  writeNow(): void;
  /** Makes so many events durable before it returns. @throws {SyncFailedError} */
  syncNow(events: number): void;
  /** Calls back when so many events are durable, or can't be made so. */
  whenDurable(events: number, done: (failure: unknown) => void): void;
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (failure: unknown) => void;
}

/** Where a submitted write stands; `syncing` is written, and waits for the sync it asked for. */
type Standing = 'queued' | 'syncing' | 'done' | 'failed';

/**
 * The ticket and the queue's item in one object, as each submit would pay for two. Promises are
 * made when somebody asks for one.
 */
abstract class QueuedWrite<Value> implements Ticket<Value> {
  readonly keeper: TicketKeeper;
  /** Whether it is to be durable when it is done. */
  readonly durably: boolean;
  /** Whether somebody has asked for its outcome, and will hear of a failure. */
  watched = false;
  #standing: Standing = 'queued';
  #value: Value | undefined;
  #failure: unknown;
  #deferred: Deferred<Value> | undefined;

  constructor(keeper: TicketKeeper, durably: boolean) {
    this.keeper = keeper;
    this.durably = durably;
  }

  /** How many events it is. */
  abstract readonly length: number;
  /** Most bytes that its frames take. */
  abstract readonly bytesMax: number;
  /** How many events, from the store's first, must be durable for the value to be. */
  protected abstract eventsOf(value: Value): number;
  /** The value, now that a sync has covered it. */
  protected abstract durableValue(value: Value): Value;

  get settled(): boolean {
    return this.#standing === 'done' || this.#standing === 'failed';
  }

  get durable(): PromiseLike<Value> {
    return new DurableAnswer(this);
  }

  /** How many events must be durable for the write to be. It is written. */
  get through(): number {
    return this.eventsOf(defined(this.#value, 'a written ticket has its value'));
  }

  // biome-ignore lint/suspicious/noThenProperty: a ticket is there to be awaited.
  then<Done = Value, Failed = never>(
    onDone?: ((value: Value) => Done | PromiseLike<Done>) | null,
    onFailed?: ((failure: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    return this.#outcome().then(onDone, onFailed);
  }

  wait(): Value {
    this.watched = true;
    if (this.#standing === 'queued') this.keeper.writeNow();
    if (this.#standing === 'syncing') this.#syncNow();
    if (this.#standing === 'failed') throw this.#failure;
    return defined(this.#value, 'a ticket that was written has its value');
  }

  /** A promise of the durable value. */
  whenDurable(): Promise<Value> {
    return this.#outcome().then((value) => {
      const events = this.eventsOf(value);
      return new Promise<Value>((resolve, reject) => {
        this.keeper.whenDurable(events, (failure) => {
          if (failure === undefined) resolve(this.durableValue(value));
          else reject(failure);
        });
      });
    });
  }

  /** It is written, with this value; it is done unless it waits for a sync. */
  written(value: Value): void {
    assert(this.#standing === 'queued', 'a ticket is written once');
    this.#value = value;
    if (this.durably) this.#standing = 'syncing';
    else this.#finish(value);
  }

  /** The sync that it waited for is over. Without effect when it has not waited. */
  synced(failure: unknown): void {
    if (this.#standing !== 'syncing') return;
    if (failure !== undefined) {
      this.fail(failure);
      return;
    }
    this.#finish(this.durableValue(defined(this.#value, 'a written ticket has its value')));
  }

  /** It has failed. */
  fail(failure: unknown): void {
    assert(!this.settled, 'a ticket ends once');
    this.#standing = 'failed';
    this.#failure = failure;
    this.#deferred?.reject(failure);
    this.#deferred = undefined;
  }

  /** Why it failed. */
  get failure(): unknown {
    return this.#failure;
  }

  #finish(value: Value): void {
    this.#standing = 'done';
    this.#value = value;
    this.#deferred?.resolve(value);
    this.#deferred = undefined;
  }

  #syncNow(): void {
    let failure: unknown;
    try {
      this.keeper.syncNow(this.through);
    } catch (cause) {
      failure = cause;
    }
    this.synced(failure);
  }

  #outcome(): Promise<Value> {
    this.watched = true;
    if (this.#standing === 'failed') return Promise.reject(this.#failure);
    if (this.#standing === 'done') {
      return Promise.resolve(defined(this.#value, 'a ticket that is done has its value'));
    }
    this.#deferred ??= defer();
    return this.#deferred.promise;
  }
}

/** A submitted event. */
export class QueuedEvent extends QueuedWrite<Receipt> {
  readonly request: AppendRequest;
  readonly bytesMax: number;

  constructor(keeper: TicketKeeper, durably: boolean, request: AppendRequest) {
    super(keeper, durably);
    this.request = request;
    this.bytesMax = requestBytesMax(request);
  }

  get length(): number {
    return 1;
  }

  protected eventsOf(receipt: Receipt): number {
    return receipt.sequence + 1;
  }

  protected durableValue(receipt: Receipt): Receipt {
    return durableReceipt(receipt);
  }
}

/** A submitted batch. */
export class QueuedBatch extends QueuedWrite<Receipt[]> {
  readonly items: readonly PreparedItem[];
  /** Told when it fails, by whoever wants the items back. */
  readonly takeBack: (() => void) | undefined;
  readonly bytesMax: number;

  constructor(
    keeper: TicketKeeper,
    durably: boolean,
    items: readonly PreparedItem[],
    takeBack?: () => void,
  ) {
    super(keeper, durably);
    this.items = items;
    this.takeBack = takeBack;
    this.bytesMax = items.reduce((bytes, { request }) => bytes + requestBytesMax(request), 0);
  }

  get length(): number {
    return this.items.length;
  }

  protected eventsOf(receipts: Receipt[]): number {
    return receipts.reduce((events, { sequence }) => Math.max(events, sequence + 1), 0);
  }

  protected durableValue(receipts: Receipt[]): Receipt[] {
    return receipts.map(durableReceipt);
  }
}

/** Becomes a promise when it is awaited, so that a `durable` nobody uses can't be rejected. */
class DurableAnswer<Value> implements PromiseLike<Value> {
  readonly #write: QueuedWrite<Value>;

  constructor(write: QueuedWrite<Value>) {
    this.#write = write;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is there to be awaited.
  then<Done = Value, Failed = never>(
    onDone?: ((value: Value) => Done | PromiseLike<Done>) | null,
    onFailed?: ((failure: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    return this.#write.whenDurable().then(onDone, onFailed);
  }
}

function defer<Value>(): Deferred<Value> {
  let resolve: ((value: Value) => void) | undefined;
  let reject: ((failure: unknown) => void) | undefined;
  const promise = new Promise<Value>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return {
    promise,
    resolve: defined(resolve, 'a promise gives its functions at once'),
    reject: defined(reject, 'a promise gives its functions at once'),
  };
}
