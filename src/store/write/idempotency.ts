import { equalBytes, sliceBytes } from '../../codec/bytes.ts';
import { hashBytes, hashOf } from '../../codec/hash-chain.ts';
import type { RecordView } from '../../codec/record-view.ts';
import type { RememberedReceipt } from '../../codec/remembered-receipt.ts';
import { assert, defined } from '../../model/assert.ts';
import { IdempotencyConflictError } from '../../model/errors/write-errors.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Engine, ReadEngine } from '../engine.ts';
import { readRecord } from '../read/frames.ts';
import type { AppendRequest } from './append-request.ts';
import { WrittenReceipt } from './receipt.ts';

/**
 * The receipt of the event that was stored with the same idempotency key; `undefined` when there
 * is none, or the request has no key.
 *
 * @throws {IdempotencyConflictError} when that event is of another entity, kind or payload
 */
export function findEarlier(engine: Engine, request: AppendRequest): Receipt | undefined {
  const { keyDigest } = request;
  if (keyDigest === undefined) return undefined;
  const { keptKeys } = engine;
  const sequence = engine.index.keys.find(keyDigest, 0, (candidate) => {
    const dropped = keptKeys.find(candidate);
    if (dropped === undefined) return bearsKey(engine, candidate, keyDigest);
    return equalBytes(dropped.keyDigest, 0, keyDigest, 0, keyDigest.length);
  });
  if (sequence < 0) return undefined;
  const dropped = keptKeys.find(sequence);
  if (dropped !== undefined) {
    refuseDifferent(request, sequence, differenceOfDropped(request, dropped));
    return receiptOfDropped(dropped);
  }
  const record = readRecord(engine, sequence);
  refuseDifferent(request, sequence, differenceOf(engine, request, sequence, record));
  return receiptOf(engine, sequence, record);
}

/** Sequence of the event that bears the digest of an idempotency key, or -1. */
export function findByKey(engine: ReadEngine, keyDigest: Uint8Array): number {
  return engine.index.keys.find(keyDigest, 0, (sequence) => {
    // Of an event whose frame was dropped only the receipt is left.
    if (engine.keptKeys?.find(sequence) !== undefined) return false;
    return bearsKey(engine, sequence, keyDigest);
  });
}

function bearsKey(engine: ReadEngine, sequence: number, keyDigest: Uint8Array): boolean {
  // Of an event that is lost the checkpoint of keys may still know.
  if (engine.index.columns.isHole(sequence)) return false;
  const record = readRecord(engine, sequence);
  const at = record.idempotencyAt;
  return at > 0 && equalBytes(record.bytes, at, keyDigest, 0, keyDigest.length);
}

/** The receipt of an event that is stored already. */
export function receiptOf(engine: Engine, sequence: number, record: RecordView): Receipt {
  const { columns } = engine.index;
  const { hashAt } = record;
  const place = {
    segmentId: engine.segments.of(sequence).id,
    offset: columns.offset(sequence),
    length: columns.length(sequence),
  };
  return new WrittenReceipt(record.bytes, record.eventIdAt, place, {
    sequence,
    clock: columns.clock(sequence),
    hash: hashAt === 0 ? undefined : sliceBytes(record.bytes, hashAt, hashAt + hashBytes),
    durability: sequence < engine.writer.durableEvents ? 'durable' : 'written',
    replayed: true,
  });
}

/** What is left of a stored event when its frame is to be dropped. @see KeptKeys.remember */
export function rememberedReceiptOf(engine: Engine, sequence: number): RememberedReceipt {
  const record = readRecord(engine, sequence);
  const { bytes, idempotencyAt, eventIdAt, hashAt } = record;
  assert(idempotencyAt > 0, 'only events with a key are remembered', { sequence });
  const { columns } = engine.index;
  return {
    sequence,
    clock: record.clock,
    lane: record.lane,
    kind: record.kind,
    entity: record.entity,
    keyDigest: sliceBytes(bytes, idempotencyAt, idempotencyAt + 16),
    eventId: sliceBytes(bytes, eventIdAt, eventIdAt + 16),
    payloadDigest: hashOf(bytes, record.payloadAt, record.payloadEnd),
    segmentId: engine.segments.of(sequence).id,
    offset: columns.offset(sequence),
    length: columns.length(sequence),
    hash: hashAt === 0 ? undefined : sliceBytes(bytes, hashAt, hashAt + hashBytes),
  };
}

/**
 * Makes sure that the file of idempotency keys accounts for every event. To be called before
 * something drops frames whose receipts were given to {@link KeptKeys.remember}.
 *
 * @throws {SyncFailedError} {@link DiskFullError} {@link StorageError} nothing may be dropped then
 */
export function checkpointKeys(engine: Engine): void {
  engine.writer.sync();
  engine.keptKeys.save();
}

function receiptOfDropped(dropped: RememberedReceipt): Receipt {
  const { sequence, clock, hash } = dropped;
  return new WrittenReceipt(dropped.eventId, 0, dropped, {
    sequence,
    clock,
    hash,
    durability: 'durable',
    replayed: true,
  });
}

type Difference = 'entity' | 'lane' | 'kind' | 'payload';

function refuseDifferent(
  { idempotencyKey }: AppendRequest,
  sequence: number,
  differs: Difference | undefined,
): void {
  if (differs === undefined) return;
  const key = defined(idempotencyKey, 'a request with a digest has its key');
  throw new IdempotencyConflictError(key, differs, sequence);
}

function differenceOfDropped(
  { entity, lane, kind, payload }: AppendRequest,
  dropped: RememberedReceipt,
): Difference | undefined {
  if (dropped.entity !== entity) return 'entity';
  if (dropped.lane !== lane) return 'lane';
  if (dropped.kind !== kind) return 'kind';
  const digest = hashOf(payload, 0, payload.length);
  const same = equalBytes(digest, 0, dropped.payloadDigest, 0, hashBytes);
  return same ? undefined : 'payload';
}

function differenceOf(
  engine: Engine,
  request: AppendRequest,
  sequence: number,
  record: RecordView,
): Difference | undefined {
  const { columns, entities } = engine.index;
  const stored = columns.entityId(sequence);
  if (stored !== request.entityId) {
    return entities.entity(stored) === request.entity ? 'lane' : 'entity';
  }
  if (columns.kind(sequence) !== request.kind) return 'kind';
  const { payload } = request;
  const length = record.payloadEnd - record.payloadAt;
  const same =
    length === payload.length && equalBytes(record.bytes, record.payloadAt, payload, 0, length);
  return same ? undefined : 'payload';
}
