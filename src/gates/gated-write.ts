import { defined } from '../model/assert.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { UngatedEventError, UnjudgedPayloadError } from '../model/errors/gate-errors.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Engine } from '../store/engine.ts';
import { eventOfKey } from '../store/read/read.ts';
import type { Store } from '../store/store.ts';
import {
  type BatchItem,
  checkBatchSize,
  type PreparedItem,
  prepareItem,
  prepareItems,
} from '../store/write/append-batch.ts';
import {
  type AppendRequest,
  decisionExtension,
  requireKey,
} from '../store/write/append-request.ts';
import type { Ticket } from '../store/write/ticket.ts';
import type { JudgedValue } from './judged-value.ts';

/** What a commit may be given. */
export interface CommitOptions {
  /**
   * Synced before the call returns, or before the ticket is done. @default `true` for a list of
   * items that `commit` writes; else `false`: by the cadence of the store's `sync` options
   */
  readonly durable?: boolean;
}

/** What is to be written of a judged payload: one event, or a list that is a batch. */
export type Planned = BatchItem | readonly BatchItem[];

/** What was planned, and what it has to be made of. */
export interface GatedWrite {
  /** What the plan has returned. */
  readonly planned: unknown;
  readonly payload: JudgedValue;
  /** The extension that everything written bears. */
  readonly decision: Uint8Array;
  readonly durable: boolean | undefined;
}

/**
 * Writes a plan as `append` and `appendBatch` of the store do. Every record bears the decision.
 *
 * @throws {UnjudgedPayloadError} when it is made of something else than the judged payload
 * @throws {UngatedEventError} when an idempotency key stands for an event without a decision
 */
export function appendGated(store: Store, write: GatedWrite): Receipt | Receipt[] {
  const plan = checkedPlan(write);
  if ('items' in plan) {
    const durable = write.durable ?? true;
    return store.appendPrepared((engine) => preparedBatch(engine, plan.items, write), durable);
  }
  const durable = write.durable ?? false;
  const [receipt] = store.appendPrepared((engine) => {
    const request = preparedEvent(engine, plan.item, write);
    requireKey(engine, 'commit', request, durable);
    return [{ request, causedBy: undefined }];
  }, durable);
  return defined(receipt, 'an event has a receipt');
}

/** As {@link appendGated}, queued as by `submit` and `submitBatch`. */
export function submitGated(store: Store, write: GatedWrite): Ticket<Receipt> | Ticket<Receipt[]> {
  const plan = checkedPlan(write);
  const durable = write.durable ?? false;
  if ('items' in plan) {
    const prepare = (engine: Engine) => preparedBatch(engine, plan.items, write);
    return store.submitPreparedBatch(prepare, durable);
  }
  return store.submitPrepared((engine) => {
    const request = preparedEvent(engine, plan.item, write);
    requireKey(engine, 'submit', request, durable);
    return request;
  }, durable);
}

/** @returns `durable` if given @throws {ArgumentTypeError} */
export function checkCommitOptions(options: CommitOptions): boolean | undefined {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['durable']);
  const { durable } = options;
  if (durable !== undefined && typeof durable !== 'boolean') {
    throw new ArgumentTypeError('durable', durable, 'true or false');
  }
  return durable;
}

type Plan = { readonly item: BatchItem } | { readonly items: readonly BatchItem[] };

/** What was planned, if it is made of the judged payload as it was judged. */
function checkedPlan({ planned, payload }: GatedWrite): Plan {
  if (!Array.isArray(planned)) return { item: checkedItem(planned, 0, payload) };
  if (planned.length === 0) {
    throw new ArgumentRangeError('plan', planned, 'one that returns at least one item');
  }
  return { items: planned.map((item, index) => checkedItem(item, index, payload)) };
}

/** A copy of the item, so that a getter can't give another payload to the store. */
function checkedItem(planned: unknown, index: number, payload: JudgedValue): BatchItem {
  if (!isItem(planned)) {
    throw new ArgumentTypeError('plan', planned, 'one that returns items at once');
  }
  const item = { ...planned };
  if (!payload.holds(item.payload)) throw new UnjudgedPayloadError(index, 'another');
  if (!payload.unchanged) throw new UnjudgedPayloadError(index, 'changed');
  return item;
}

/** Whether it has what sets an item apart; the store checks the rest. */
function isItem(item: unknown): item is BatchItem {
  return (
    typeof item === 'object' && item !== null && 'at' in item && 'kind' in item && 'payload' in item
  );
}

function preparedBatch(
  engine: Engine,
  items: readonly BatchItem[],
  { decision }: GatedWrite,
): PreparedItem[] {
  checkBatchSize(engine, items);
  for (const item of items) checkEarlier(engine, item);
  return prepareItems(engine, items, decision);
}

function preparedEvent(engine: Engine, item: BatchItem, { decision }: GatedWrite): AppendRequest {
  checkEarlier(engine, item);
  return prepareItem(engine, item, 0, decision).request;
}

/** What was stored before is a good answer only if gates have let it through. */
function checkEarlier(engine: Engine, { options }: BatchItem): void {
  const key = options?.idempotencyKey;
  if (key === undefined) return;
  const earlier = eventOfKey(engine, key);
  if (earlier === undefined || earlier.extensions.has(decisionExtension)) return;
  throw new UngatedEventError(key, earlier.eventId);
}
