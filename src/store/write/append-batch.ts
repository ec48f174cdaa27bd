import { sliceBytes } from '../../codec/bytes.ts';
import { genesisHash } from '../../codec/hash-chain.ts';
import { BatchCommit, markerBytesMax } from '../../log/batch-commit.ts';
import { defined } from '../../model/assert.ts';
import type { At } from '../../model/coordinate.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { BatpakError } from '../../model/errors/batpak-error.ts';
import { SyncFailedError, WriterDeadError } from '../../model/errors/disk-errors.ts';
import {
  BatchFailedError,
  IdempotencyConflictError,
  LimitExceededError,
} from '../../model/errors/write-errors.ts';
import type { AnyEventDefinition, EventDefinition } from '../../model/event-definition.ts';
import { writeId } from '../../model/event-id.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Engine } from '../engine.ts';
import {
  type Appender,
  type ChainEnd,
  checkExpectation,
  requestBytesMax,
  type StagedEvent,
} from './append.ts';
import {
  type AppendOptions,
  type AppendRequest,
  contentBytes,
  prepareAppend,
} from './append-request.ts';
import { findEarlier } from './idempotency.ts';
import { durableReceipt } from './receipt.ts';

/** What caused an item of a batch: an earlier item of it, by index, or a stored event, by id. */
export type ItemCausation = { readonly item: number } | string;

/** One event of a batch. */
export interface BatchItem {
  readonly at: At;
  /** A definition, or a kind that the store doesn't reserve. */
  readonly kind: number | AnyEventDefinition;
  /** Anything a single append takes; at most `batch.maxBytes` in all items together. */
  readonly payload: unknown;
  /** As for a single append; `durable` belongs to the batch. */
  readonly options?: Omit<AppendOptions, 'durable' | 'causationId'>;
  readonly causation?: ItemCausation;
}

/** A batch item of this kind: a definition says what its payload is. */
export type BatchItemOf<Kind> = BatchItem & {
  readonly kind: Kind;
  readonly payload: Kind extends EventDefinition<infer _Payload, infer Input> ? Input : unknown;
};

/**
 * Items of these kinds, in their order: what is written as a list is checked item by item. A list
 * of {@link BatchItem}s is taken as it is.
 */
export type BatchItemsOf<Kinds extends readonly unknown[]> = {
  readonly [Place in keyof Kinds]: BatchItemOf<Kinds[Place]>;
};

/**
 * A batch item of a definition, whose payload the compiler checks.
 *
 * ```ts
 * store.appendBatch([item('player:alice', Scored, { points: 10 })]);
 * ```
 */
export function item<Payload, Input>(
  at: At,
  kind: EventDefinition<Payload, Input>,
  payload: Input,
  more?: Pick<BatchItem, 'options' | 'causation'>,
): BatchItem {
  return { at, kind, payload, ...more };
}

/** What a batch may be given. */
export interface BatchAppendOptions {
  /** Whether the batch is synced before the call returns. @default true */
  readonly durable?: boolean;
}

/** An item that was prepared, and the earlier item that caused it. */
export interface PreparedItem {
  readonly request: AppendRequest;
  readonly causedBy: number | undefined;
}

/** @throws {ArgumentTypeError} unless the items are in an array */
export function checkItems(items: readonly BatchItem[]): void {
  if (!Array.isArray(items)) throw new ArgumentTypeError('items', items, 'an array');
}

/**
 * Checks how many items there are. @throws {ArgumentTypeError}
 * @throws {LimitExceededError} when there are more than `batch.maxSize`
 */
export function checkBatchSize({ options }: Engine, items: readonly BatchItem[]): void {
  checkItems(items);
  const { maxSize } = options.batch;
  if (items.length > maxSize) throw new LimitExceededError('batch.maxSize', maxSize, items.length);
}

/** Checks the options of a batch. @returns `durable` if given @throws {ArgumentTypeError} */
export function checkBatchOptions(options: BatchAppendOptions): boolean | undefined {
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

/**
 * Checks and encodes the items of a batch. `decision` is that of the gates it went through.
 *
 * @throws {BatchFailedError} naming the item that was refused
 */
export function prepareItems(
  engine: Engine,
  items: readonly BatchItem[],
  decision?: Uint8Array,
): PreparedItem[] {
  const prepared: PreparedItem[] = [];
  for (let index = 0; index < items.length; index += 1) {
    try {
      prepared.push(prepareItem(engine, items[index], index, decision));
    } catch (cause) {
      throw batchFailure('validating', index, cause);
    }
  }
  return prepared;
}

/** Writes prepared items as one atomic batch, and syncs it: at once, or by the cadence. */
export function commitBatch(
  engine: Engine,
  appender: Appender,
  items: readonly PreparedItem[],
  durable: boolean,
): Receipt[] {
  const { writer, options } = engine;
  const { replayed, staged, batch } = writeBatch(engine, appender, items, options.batch.maxBytes);
  if (replayed !== undefined) {
    if (!durable || replayed.every(({ durability }) => durability === 'durable')) return replayed;
    writer.sync();
    return replayed.map(durableReceipt);
  }
  if (durable) batch.sync();
  else writer.settle();
  return staged.map((event) => appender.receipt(event));
}

/** A batch that is visible, but not synced yet; or the receipts of one that was stored before. */
export type WrittenBatch =
  | { readonly replayed: Receipt[]; readonly staged?: undefined; readonly batch?: undefined }
  | {
      readonly replayed?: undefined;
      readonly staged: readonly StagedEvent[];
      readonly batch: BatchCommit;
    };

/**
 * Writes prepared items as one atomic batch and publishes it. When this throws nothing of it is
 * stored, or nobody knows; its items still hold their names.
 *
 * @param bytesMax most bytes of payloads and extensions together
 * @throws {BatchFailedError} {@link WriterDeadError}
 */
export function writeBatch(
  engine: Engine,
  appender: Appender,
  items: readonly PreparedItem[],
  bytesMax: number,
): WrittenBatch {
  // An empty batch is over before it begins.
  const replayed = items.length === 0 ? [] : replayedBatch(engine, items);
  if (replayed !== undefined) {
    engine.kinds.rollback();
    return { replayed };
  }
  const batchId = new Uint8Array(8);
  engine.options.platform.random.fill(batchId, 0, 8);
  const batch = new BatchCommit(engine.writer, engine.timeline, batchId, engine.inspect);
  let staged: StagedEvent[];
  try {
    checkBatchBytes(items, bytesMax);
    staged = stageAndWrite(engine, appender, batch, items);
  } catch (cause) {
    const state = batch.state;
    engine.writer.discard();
    batch.fail(cause);
    throw batchFailure(state, undefined, cause);
  }
  engine.kinds.confirm();
  for (const event of staged) appender.publish(event);
  batch.published();
  return { staged, batch };
}

function stageAndWrite(
  engine: Engine,
  appender: Appender,
  batch: BatchCommit,
  items: readonly PreparedItem[],
): StagedEvent[] {
  const { writer, index } = engine;
  checkExpectations(appender, items);
  batch.validated();
  let bytesMax = appender.namesBytesMax() + markerBytesMax;
  for (const { request } of items) bytesMax += requestBytesMax(request);
  writer.prepare(bytesMax);
  const first = index.count;
  for (const { request } of items) appender.stageName(request, first);
  batch.begin(first, items.length);
  const staged: StagedEvent[] = [];
  const resolved: AppendRequest[] = [];
  const ends = new Map<number, ChainEnd>();
  for (const { request, causedBy } of items) {
    const whole =
      causedBy === undefined ? request : caused(request, resolved[causedBy], staged[causedBy]);
    const event = appender.stage(
      whole,
      first + staged.length,
      ends.get(request.entityId) ?? appender.headOf(request.entityId),
      batch,
      batch.batchId,
    );
    staged.push(event);
    resolved.push(whole);
    const hashes = event.hash ?? genesisHash;
    ends.set(request.entityId, { clock: event.clock, hashes, hashStart: 0 });
  }
  batch.commit(first + staged.length);
  return staged;
}

/** Checks what items expect, in order: an item sees those before it. */
function checkExpectations(appender: Appender, items: readonly PreparedItem[]): void {
  const clocks = new Map<number, number>();
  for (const [itemIndex, { request }] of items.entries()) {
    const { entityId } = request;
    const clock = clocks.get(entityId) ?? appender.headOf(entityId).clock;
    try {
      checkExpectation(request, clock);
    } catch (cause) {
      throw batchFailure('validating', itemIndex, cause);
    }
    clocks.set(entityId, clock + 1);
  }
}

/**
 * The receipts of a batch that was stored before: every item has a key, and every key is known.
 *
 * @throws {BatchFailedError} when only some items were stored before, or a key is used twice
 */
function replayedBatch(engine: Engine, items: readonly PreparedItem[]): Receipt[] | undefined {
  const receipts: Receipt[] = [];
  const keys = new Set<string>();
  let knownKey: string | undefined;
  for (const [itemIndex, { request }] of items.entries()) {
    const { idempotencyKey } = request;
    if (idempotencyKey === undefined) continue;
    try {
      if (keys.has(idempotencyKey)) {
        throw new ArgumentRangeError('idempotencyKey', idempotencyKey, 'used once in a batch');
      }
      keys.add(idempotencyKey);
      const earlier = findEarlier(engine, request);
      if (earlier === undefined) continue;
      receipts.push(earlier);
      knownKey = idempotencyKey;
    } catch (cause) {
      throw batchFailure('validating', itemIndex, cause);
    }
  }
  const known = receipts[0];
  if (known === undefined || knownKey === undefined) return undefined;
  if (receipts.length === items.length) return receipts;
  const conflict = new IdempotencyConflictError(knownKey, 'batch', known.sequence);
  throw new BatchFailedError('validating', undefined, conflict);
}

const itemKeys: readonly string[] = ['at', 'kind', 'payload', 'options', 'causation'];

/** Checks and encodes the item of a batch that has `index` items before it. */
export function prepareItem(
  engine: Engine,
  each: BatchItem | undefined,
  index: number,
  decision?: Uint8Array,
): PreparedItem {
  if (typeof each !== 'object' || each === null) {
    throw new ArgumentTypeError(`items[${index}]`, each, 'an object with at, kind and payload');
  }
  checkKeys('item', each, itemKeys);
  const { at, kind, payload, options, causation } = each;
  if (options !== undefined && 'durable' in options) {
    throw new ArgumentTypeError('options.durable', options.durable, 'given to the batch');
  }
  const cause = causationOf(causation, index);
  const request = prepareAppend(engine, at, kind, payload, options, decision);
  if (cause === undefined) return { request, causedBy: undefined };
  if (typeof cause === 'number') return { request, causedBy: cause };
  return { request: { ...request, causationId: cause }, causedBy: undefined };
}

/** Index of the item that caused this one, or the id of the event that did. */
function causationOf(
  causation: ItemCausation | undefined,
  index: number,
): number | Uint8Array | undefined {
  if (causation === undefined) return undefined;
  if (typeof causation === 'string') {
    const causationId = new Uint8Array(16);
    writeId('causation', causation, causationId);
    return causationId;
  }
  const causedBy: unknown = causation?.item;
  if (!Number.isInteger(causedBy) || Number(causedBy) < 0 || Number(causedBy) >= index) {
    throw new ArgumentRangeError(
      'causation.item',
      causedBy,
      `the index of an item before ${index}`,
    );
  }
  return Number(causedBy);
}

function checkBatchBytes(items: readonly PreparedItem[], bytesMax: number): void {
  let bytes = 0;
  for (const { request } of items) bytes += contentBytes(request);
  if (bytes > bytesMax) throw new LimitExceededError('batch.maxBytes', bytesMax, bytes);
}

/** The request of an item that an earlier one caused; it belongs to the same conversation. */
function caused(
  request: AppendRequest,
  cause: AppendRequest | undefined,
  event: StagedEvent | undefined,
): AppendRequest {
  const causationId = idOf(defined(event, 'the cause of an item is staged before it'));
  const began = cause?.correlationId ?? causationId;
  return { ...request, causationId, correlationId: request.correlationId ?? began };
}

function idOf(event: StagedEvent): Uint8Array {
  return sliceBytes(event.idBytes, event.idAt, event.idAt + 16);
}

function batchFailure(state: string, index: number | undefined, cause: unknown): unknown {
  if (cause instanceof BatchFailedError) return cause;
  // A dead writer is no failure of this batch, and a broken promise of ours is no failure at all.
  if (cause instanceof WriterDeadError || cause instanceof SyncFailedError) return cause;
  const operational = cause instanceof BatpakError;
  if (operational || cause instanceof ArgumentTypeError || cause instanceof ArgumentRangeError) {
    return new BatchFailedError(state, index, cause);
  }
  return cause;
}
