import { equalBytes, sliceBytes } from '../codec/bytes.ts';
import { hashBytes } from '../codec/hash-chain.ts';
import type { RecordView } from '../codec/record.ts';
import { defined } from '../model/assert.ts';
import { IdempotencyConflictError } from '../model/errors/write-errors.ts';
import type { Receipt } from '../model/receipt.ts';
import type { AppendRequest } from './append-request.ts';
import type { Engine, ReadEngine } from './engine.ts';
import { readRecord } from './frames.ts';
import { WrittenReceipt } from './receipt.ts';

/**
 * The receipt of the event that was stored with the same idempotency key; `undefined` when there
 * is none, or the request has no key.
 *
 * @throws {IdempotencyConflictError} when that event is of another entity, kind or payload
 */
export function findEarlier(engine: Engine, request: AppendRequest): Receipt | undefined {
  const { keyDigest, idempotencyKey } = request;
  if (keyDigest === undefined) return undefined;
  const sequence = findByKey(engine, keyDigest);
  if (sequence < 0) return undefined;
  const record = readRecord(engine, sequence);
  const differs = differenceOf(engine, request, sequence, record);
  if (differs === undefined) return receiptOf(engine, sequence, record);
  const key = defined(idempotencyKey, 'a request with a digest has its key');
  throw new IdempotencyConflictError(key, differs, sequence);
}

/** Sequence of the event that bears the digest of an idempotency key, or -1. */
export function findByKey(engine: ReadEngine, keyDigest: Uint8Array): number {
  return engine.index.keys.find(keyDigest, 0, (sequence) => {
    const record = readRecord(engine, sequence);
    const at = record.idempotencyAt;
    return at > 0 && equalBytes(record.bytes, at, keyDigest, 0, keyDigest.length);
  });
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

function differenceOf(
  engine: Engine,
  request: AppendRequest,
  sequence: number,
  record: RecordView,
): 'entity' | 'kind' | 'payload' | undefined {
  const { columns } = engine.index;
  if (columns.entityId(sequence) !== request.entityId) return 'entity';
  if (columns.kind(sequence) !== request.kind) return 'kind';
  const { payload } = request;
  const length = record.payloadEnd - record.payloadAt;
  const same =
    length === payload.length && equalBytes(record.bytes, record.payloadAt, payload, 0, length);
  return same ? undefined : 'payload';
}
