import { assert } from '../model/assert.ts';
import {
  copyBytes,
  readText,
  readU16,
  readU32,
  readU64,
  textBytesMax,
  writeText,
  writeU16,
  writeU32,
  writeU64,
} from './bytes.ts';
import { frameHeaderBytes, sealFrame } from './frame.ts';
import { hashBytes, hashOf } from './hash-chain.ts';

/**
 * The body of a version-2 frame, field by field in `docs/format.md`. Two invariants:
 * bytes before `type` (durableOffset, state) may change when a record is moved, everything from
 * `type` to the payload never does and is what the event hash covers;
 * optional fields stand in the order of their presence bits.
 */

/** What a record is. */
export const recordTypes = { event: 1, begin: 2, commit: 3, name: 4, gap: 5, clean: 7 } as const;

/** How a payload is encoded. */
export const payloadEncodings = { msgpack: 0 } as const;

const presenceBits = {
  batch: 1 << 0,
  correlation: 1 << 1,
  causation: 1 << 2,
  lane: 1 << 3,
  payloadVersion: 1 << 4,
  idempotency: 1 << 5,
  hashes: 1 << 6,
  extensions: 1 << 7,
} as const;
const presenceKnown = 0xff;

const at = {
  state: 4,
  type: 5,
  flags: 6,
  presence: 7,
  encoding: 9,
  kind: 10,
  sequence: 12,
  clock: 20,
  timestamp: 24,
  counter: 32,
  eventId: 34,
  optional: 50,
} as const;

/** Smallest body there can be: the fixed fields and two empty texts. */
export const recordBytesMin: number = at.optional + 4;

/** Position of the first hashed byte in a body: what is before it may change in a move. */
export const hashedFrom: number = at.type;

const tombstoneBit = 1;

/** Position of the event's id in a frame. */
export const eventIdAt: number = frameHeaderBytes + at.eventId;

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

/** The sequence in a body, before anything of it was checked. */
export function sequenceIn(bytes: Uint8Array, body: number): number {
  return readU64(bytes, body + at.sequence);
}

/** The time in a body, before anything of it was checked. */
export function timestampUsIn(bytes: Uint8Array, body: number): number {
  return readU64(bytes, body + at.timestamp);
}

/** The durableOffset in a body, before anything of it was checked. */
export function durableOffsetIn(bytes: Uint8Array, body: number): number {
  return readU32(bytes, body);
}

/** Whether a body can begin here, before its checksum was made: its type and fields are known. */
export function mayBeRecord(bytes: Uint8Array, body: number): boolean {
  return (
    readU16(bytes, body + at.presence) <= presenceKnown && isKnownType(bytes[body + at.type] ?? 0)
  );
}

/** Changes how far a moved record says that its segment was durable; the hash doesn't cover it. */
export function writeDurableOffset(bytes: Uint8Array, body: number, durableOffset: number): void {
  writeU32(bytes, body, durableOffset);
}

/** Why a body whose checksum holds is no record of this version. */
export type RecordProblem = 'unknown type' | 'unknown field' | 'fields beyond the end';

/**
 * A record in place: its fields are read from the bytes when asked for. One view can walk over a
 * whole file; a view that outlives its bytes must be given a copy of them.
 */
export class RecordView {
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte of the body. */
  start = 0;
  /** Position after the body. */
  end = 0;
  batchIdAt = 0;
  correlationIdAt = 0;
  causationIdAt = 0;
  laneAt = 0;
  payloadVersionAt = 0;
  idempotencyAt = 0;
  prevHashAt = 0;
  entityAt = 0;
  scopeAt = 0;
  extensionsAt = 0;
  payloadAt = 0;
  payloadEnd = 0;

  /** Points the view at a body. @returns what is wrong with it, or `undefined` */
  point(bytes: Uint8Array, start: number, end: number): RecordProblem | undefined {
    // Facts are gathered only for a failure, and places without a closure: this runs per event.
    if (end - start < recordBytesMin) {
      assert(false, 'a body is as long as its fixed fields', { start, end });
    }
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    const presence = readU16(bytes, start + at.presence);
    if (presence > presenceKnown) return 'unknown field';
    if (!isKnownType(this.type)) return 'unknown type';
    let next = start + at.optional;
    this.batchIdAt = (presence & presenceBits.batch) === 0 ? 0 : next;
    next += this.batchIdAt === 0 ? 0 : 8;
    this.correlationIdAt = (presence & presenceBits.correlation) === 0 ? 0 : next;
    next += this.correlationIdAt === 0 ? 0 : 16;
    this.causationIdAt = (presence & presenceBits.causation) === 0 ? 0 : next;
    next += this.causationIdAt === 0 ? 0 : 16;
    this.laneAt = (presence & presenceBits.lane) === 0 ? 0 : next;
    next += this.laneAt === 0 ? 0 : 8;
    this.payloadVersionAt = (presence & presenceBits.payloadVersion) === 0 ? 0 : next;
    next += this.payloadVersionAt === 0 ? 0 : 2;
    this.idempotencyAt = (presence & presenceBits.idempotency) === 0 ? 0 : next;
    next += this.idempotencyAt === 0 ? 0 : 16;
    this.prevHashAt = (presence & presenceBits.hashes) === 0 ? 0 : next;
    next += this.prevHashAt === 0 ? 0 : hashBytes;
    return this.#placeTexts(presence, next);
  }

  #placeTexts(presence: number, start: number): RecordProblem | undefined {
    const { bytes } = this;
    const limit = this.end - ((presence & presenceBits.hashes) === 0 ? 0 : hashBytes);
    let next = start;
    this.entityAt = next;
    next += 2 + readU16(bytes, next);
    if (next + 2 > limit) return 'fields beyond the end';
    this.scopeAt = next;
    next += 2 + readU16(bytes, next);
    this.extensionsAt = 0;
    if ((presence & presenceBits.extensions) !== 0) {
      if (next + 4 > limit) return 'fields beyond the end';
      this.extensionsAt = next;
      next += 4 + readU32(bytes, next);
    }
    if (next > limit) return 'fields beyond the end';
    this.payloadAt = next;
    this.payloadEnd = limit;
    return undefined;
  }

  get durableOffset(): number {
    return durableOffsetIn(this.bytes, this.start);
  }
  /** Whether the payload was erased: the rest of the record, its hashes too, is as it was. */
  get tombstone(): boolean {
    return ((this.bytes[this.start + at.state] ?? 0) & tombstoneBit) !== 0;
  }
  get type(): number {
    return this.bytes[this.start + at.type] ?? 0;
  }
  get flags(): number {
    return this.bytes[this.start + at.flags] ?? 0;
  }
  get encoding(): number {
    return this.bytes[this.start + at.encoding] ?? 0;
  }
  get kind(): number {
    return readU16(this.bytes, this.start + at.kind);
  }
  get sequence(): number {
    return sequenceIn(this.bytes, this.start);
  }
  get clock(): number {
    return readU32(this.bytes, this.start + at.clock);
  }
  get timestampUs(): number {
    return readU64(this.bytes, this.start + at.timestamp);
  }
  get counter(): number {
    return readU16(this.bytes, this.start + at.counter);
  }
  /** Position of the 16 bytes of the event's id. */
  get eventIdAt(): number {
    return this.start + at.eventId;
  }
  /** Branch of the entity's chain. */
  get lane(): number {
    return this.laneAt === 0 ? 0 : readU32(this.bytes, this.laneAt);
  }
  get payloadVersion(): number {
    return this.payloadVersionAt === 0 ? 0 : readU16(this.bytes, this.payloadVersionAt);
  }
  get entity(): string {
    return readText(this.bytes, this.entityAt + 2, readU16(this.bytes, this.entityAt));
  }
  get scope(): string {
    return readText(this.bytes, this.scopeAt + 2, readU16(this.bytes, this.scopeAt));
  }
  /** Position of the event hash; 0 without a hash chain. */
  get hashAt(): number {
    return this.prevHashAt === 0 ? 0 : this.payloadEnd;
  }
  /** Encoded extensions, or `undefined`: a view over the same bytes. */
  get extensions(): Uint8Array | undefined {
    if (this.extensionsAt === 0) return undefined;
    return this.bytes.subarray(this.extensionsAt + 4, this.payloadAt);
  }
}

function isKnownType(type: number): boolean {
  return (type >= recordTypes.event && type <= recordTypes.gap) || type === recordTypes.clean;
}
