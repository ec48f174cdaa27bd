import type { At } from '../../model/coordinate.ts';
import { LimitExceededError } from '../../model/errors/write-errors.ts';
import type { AnyEventDefinition, EventDefinition } from '../../model/event-definition.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { ResolvedOptions } from '../options/options.ts';
import type { BatchAppendOptions, BatchItem, PreparedItem } from './append-batch.ts';
import { contentBytes } from './append-request.ts';
import type { Ticket } from './ticket.ts';

/** Where an outbox takes its items to: the store, or a visibility fence. */
export interface OutboxTarget {
  /** Limits of one batch. */
  readonly limits: Readonly<Pick<ResolvedOptions['batch'], 'maxSize' | 'maxBytes'>>;
  /** Checks and encodes an item that has so many before it. */
  prepare(item: BatchItem, before: number): PreparedItem;
  /** Lets go of an item that was prepared and is not wanted. */
  release(item: PreparedItem): void;
  /** Stores the items as one batch. @returns what gives the receipts, after a sync if due */
  store(items: readonly PreparedItem[], options: BatchAppendOptions): () => Receipt[];
  /** Submits the items as one batch; `takeBack` is called when they are not stored. */
  submit(
    items: readonly PreparedItem[],
    options: BatchAppendOptions,
    takeBack: () => void,
  ): Ticket<Receipt[]>;
}

/** Items that were staged together, or came back together. */
interface Parcel {
  /** Place among all parcels of the outbox, from 0. */
  readonly order: number;
  readonly items: PreparedItem[];
  /** Bytes of their payloads and extensions. */
  bytes: number;
}

/** Options of a staged event, as of an item of a batch. */
export type OutboxOptions = NonNullable<BatchItem['options']>;

/**
 * Events that are gathered first and then written as one batch. Each is checked and encoded when it
 * is staged. A flush that fails keeps them, in their order, for the next one: nothing that was
 * staged gets lost, unless the process ends. Made by {@link Store.outbox}.
 *
 * ```ts
 * const outbox = store.outbox();
 * outbox.stage('order:1', Placed, { total: 1999 });
 * outbox.stage('stock:7', Reserved, { count: 1 });
 * const receipts = outbox.flush();
 * ```
 */
export class Outbox {
  readonly #target: OutboxTarget;
  /** What came back from failed flushes, in order, and last what was staged since. */
  readonly #parcels: Parcel[] = [];
  #nextOrder = 0;

  /** @internal */
  constructor(target: OutboxTarget) {
    this.#target = target;
  }

  /** Items that wait for a flush, those included that a failed one has put back. */
  get length(): number {
    return this.#parcels.reduce((count, { items }) => count + items.length, 0);
  }

  /**
   * Checks and encodes an event, and keeps it for the next flush.
   *
   * @returns by which number the `causation` of later items names it, until the next flush
   * @throws {LimitExceededError} when more than `batch.maxSize` items, or `batch.maxBytes` of their
   * payloads, would wait
   * @throws {BatpakError} what `append` throws for its arguments
   */
  stage<Payload, Input>(
    at: At,
    kind: EventDefinition<Payload, Input>,
    payload: Input,
    options?: OutboxOptions,
  ): number;
  stage(at: At, kind: number, payload: unknown, options?: OutboxOptions): number;
  stage(
    at: At,
    kind: number | AnyEventDefinition,
    payload: unknown,
    options?: OutboxOptions,
  ): number {
    return this.stageItem({ at, kind, payload, ...(options === undefined ? {} : { options }) });
  }

  /**
   * As {@link Outbox.stage}, for the item of a batch. Its `causation` may name an item that was
   * staged before it and since the last flush: the first of these is 0.
   *
   * @returns by which number the `causation` of later items names it, until the next flush
   */
  stageItem(item: BatchItem): number {
    const { limits } = this.#target;
    const count = this.length + 1;
    if (count > limits.maxSize)
      throw new LimitExceededError('batch.maxSize', limits.maxSize, count);
    const last = this.#parcels.at(-1);
    const staging = last !== undefined && last.order === this.#nextOrder ? last : undefined;
    const before = staging?.items.length ?? 0;
    const prepared = this.#target.prepare(item, before);
    const size = contentBytes(prepared.request);
    const bytes = this.#parcels.reduce((sum, parcel) => sum + parcel.bytes, size);
    if (bytes > limits.maxBytes) {
      this.#target.release(prepared);
      throw new LimitExceededError('batch.maxBytes', limits.maxBytes, bytes);
    }
    if (staging === undefined) {
      this.#parcels.push({ order: this.#nextOrder, items: [prepared], bytes: size });
    } else {
      staging.items.push(prepared);
      staging.bytes += size;
    }
    return before;
  }

  /**
   * Writes what is staged as one batch and returns its receipts: written, and durable too unless
   * `durable` is `false`. Without anything staged it returns `[]`. When it throws, the items are
   * kept, but for a {@link SyncFailedError}: then they are stored. Items that came back from failed
   * flushes go first, and what doesn't fit one batch with them stays for the next flush.
   *
   * @throws {BatpakError} what `appendBatch` throws
   */
  flush(options: BatchAppendOptions = {}): Receipt[] {
    const parcel = this.#take();
    if (parcel === undefined) return [];
    let receipts: () => Receipt[];
    try {
      receipts = this.#target.store(parcel.items, options);
    } catch (cause) {
      this.#putBack(parcel);
      throw cause;
    }
    return receipts();
  }

  /**
   * Submits what is staged as one batch. When that fails, at once or later, its items are put back
   * before those staged since.
   *
   * @throws {BatpakError} what `submitBatch` throws
   */
  submitFlush(options: BatchAppendOptions = {}): Ticket<Receipt[]> {
    const parcel = this.#take() ?? { order: this.#nextOrder, items: [], bytes: 0 };
    try {
      return this.#target.submit(parcel.items, options, () => this.#putBack(parcel));
    } catch (cause) {
      this.#putBack(parcel);
      throw cause;
    }
  }

  /** Takes, from the front, the parcels that fit one batch, as one. */
  #take(): Parcel | undefined {
    const { maxSize, maxBytes } = this.#target.limits;
    const [first] = this.#parcels;
    if (first === undefined) return undefined;
    const taken: Parcel = { order: first.order, items: [], bytes: 0 };
    let parcels = 0;
    for (const { items, bytes } of this.#parcels) {
      const before = taken.items.length;
      const fits = before + items.length <= maxSize && taken.bytes + bytes <= maxBytes;
      if (parcels > 0 && !fits) break;
      for (const { request, causedBy } of items) {
        const cause = causedBy === undefined ? undefined : causedBy + before;
        taken.items.push({ request, causedBy: cause });
      }
      taken.bytes += bytes;
      parcels += 1;
    }
    this.#parcels.splice(0, parcels);
    // What is staged from now on is a parcel of its own, behind this one.
    this.#nextOrder += 1;
    return taken;
  }

  #putBack(parcel: Parcel): void {
    if (parcel.items.length === 0) return;
    this.#parcels.push(parcel);
    this.#parcels.sort((one, other) => one.order - other.order);
  }
}
