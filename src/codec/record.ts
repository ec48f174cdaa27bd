import { copyBytes, textBytesMax, writeText, writeU16, writeU32, writeU64 } from './bytes.ts';
import { frameHeaderBytes, sealFrame } from './frame.ts';
import { hashBytes, hashOf } from './hash-chain.ts';
import { at, hashedFrom, payloadEncodings, presenceBits, recordTypes } from './record-layout.ts';

/** Most bytes that a frame takes, whichever optional fields it has. */
export function frameBytesMax(
  entity: string,
  scope: string,
  extensionBytes: number,
  payloadBytes: number,
): number {
  const optional = 8 + 16 + 16 + 8 + 2 + 16 + 2 * hashBytes + 4;
  const texts = textBytesMax(entity) + textBytesMax(scope);
  return frameHeaderBytes + at.optional + optional + texts + extensionBytes + payloadBytes;
}

/**
 * A record about to be encoded. One draft is reused for all records, so that an append makes no
 * garbage of its own; whoever fills it sets every field.
 */
export class RecordDraft {
  durableOffset = 0;
  type: number = recordTypes.event;
  flags = 0;
  kind = 0;
  sequence = 0;
  clock = 0;
  timestampUs = 0;
  counter = 0;
  readonly eventId: Uint8Array = new Uint8Array(16);
  /** 8 bytes, or none outside a batch. */
  batchId: Uint8Array | undefined;
  /** 16 bytes, or none when it is the event's own id. */
  correlationId: Uint8Array | undefined;
  /** 16 bytes, or none. */
  causationId: Uint8Array | undefined;
  /** Branch of the entity's chain; 0, the default, takes no bytes. */
  lane = 0;
  payloadVersion = 0;
  /** 16 bytes, or none. */
  idempotency: Uint8Array | undefined;
  /** Bytes that hold the previous hash at `prevHashStart`, or none without a hash chain. */
  prevHash: Uint8Array | undefined;
  prevHashStart = 0;
  entity = '';
  scope = '';
  /** Encoded extensions, or none. */
  extensions: Uint8Array | undefined;
  /** Encoded payload, or none. */
  payload: Uint8Array | undefined;
}

/** What {@link encodeRecord} made: one result is reused. */
export interface EncodedRecord {
  /** Position after the frame. */
  end: number;
  /** Hash of the event, in a buffer of its own; `undefined` without a hash chain. */
  hash: Uint8Array | undefined;
}

/** Writes the draft as a whole frame at `start`. The caller has made room: see `frameBytesMax`. */
export function encodeRecord(
  draft: RecordDraft,
  bytes: Uint8Array,
  start: number,
  salt: number,
  encoded: EncodedRecord,
): void {
  const body = start + frameHeaderBytes;
  const presence = presenceOf(draft);
  writeFixed(draft, presence, bytes, body);
  let end = writeOptional(draft, bytes, body + at.optional);
  end = writeText(bytes, end, draft.entity);
  end = writeText(bytes, end, draft.scope);
  if (draft.extensions !== undefined) {
    end = writeU32(bytes, end, draft.extensions.length);
    bytes.set(draft.extensions, end);
    end += draft.extensions.length;
  }
  if (draft.payload !== undefined) {
    bytes.set(draft.payload, end);
    end += draft.payload.length;
  }
  encoded.hash = undefined;
  if ((presence & presenceBits.hashes) !== 0) {
    const hash = hashOf(bytes, body + hashedFrom, end);
    encoded.hash = hash;
    end = copyBytes(bytes, end, hash, 0, hashBytes);
  }
  sealFrame(bytes, start, end, salt);
  encoded.end = end;
}

function presenceOf(draft: RecordDraft): number {
  return (
    (draft.batchId === undefined ? 0 : presenceBits.batch) |
    (draft.correlationId === undefined ? 0 : presenceBits.correlation) |
    (draft.causationId === undefined ? 0 : presenceBits.causation) |
    (draft.lane === 0 ? 0 : presenceBits.lane) |
    (draft.payloadVersion === 0 ? 0 : presenceBits.payloadVersion) |
    (draft.idempotency === undefined ? 0 : presenceBits.idempotency) |
    (draft.prevHash === undefined ? 0 : presenceBits.hashes) |
    (draft.extensions === undefined ? 0 : presenceBits.extensions)
  );
}

function writeFixed(draft: RecordDraft, presence: number, bytes: Uint8Array, body: number): void {
  writeU32(bytes, body, draft.durableOffset);
  bytes[body + at.state] = 0;
  bytes[body + at.type] = draft.type;
  bytes[body + at.flags] = draft.flags;
  writeU16(bytes, body + at.presence, presence);
  bytes[body + at.encoding] = payloadEncodings.msgpack;
  writeU16(bytes, body + at.kind, draft.kind);
  writeU64(bytes, body + at.sequence, draft.sequence);
  writeU32(bytes, body + at.clock, draft.clock);
  writeU64(bytes, body + at.timestamp, draft.timestampUs);
  writeU16(bytes, body + at.counter, draft.counter);
  copyBytes(bytes, body + at.eventId, draft.eventId, 0, 16);
}

function writeOptional(draft: RecordDraft, bytes: Uint8Array, start: number): number {
  let end = start;
  if (draft.batchId !== undefined) end = copyBytes(bytes, end, draft.batchId, 0, 8);
  if (draft.correlationId !== undefined) end = copyBytes(bytes, end, draft.correlationId, 0, 16);
  if (draft.causationId !== undefined) end = copyBytes(bytes, end, draft.causationId, 0, 16);
  if (draft.lane !== 0) {
    end = writeU32(bytes, end, draft.lane);
    end = writeU32(bytes, end, 0);
  }
  if (draft.payloadVersion !== 0) end = writeU16(bytes, end, draft.payloadVersion);
  if (draft.idempotency !== undefined) end = copyBytes(bytes, end, draft.idempotency, 0, 16);
  if (draft.prevHash !== undefined) {
    end = copyBytes(bytes, end, draft.prevHash, draft.prevHashStart, hashBytes);
  }
  return end;
}
