import {
  copyBytes,
  readText,
  readU16,
  readU32,
  readU64,
  sliceBytes,
  textBytesMax,
  writeText,
  writeU16,
  writeU32,
  writeU64,
} from './bytes.ts';
import { hashBytes } from './hash-chain.ts';

/**
 * What is left of an event whose frame was dropped and whose idempotency key is still kept: enough
 * to give its receipt again, and to tell another write from a retry. All numbers are big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 8 | sequence |
 * | 8 | 4 | clock |
 * | 12 | 4 | lane |
 * | 16 | 2 | kind |
 * | 18 | 16 | digest of the idempotency key, as in the record |
 * | 34 | 16 | event id |
 * | 50 | 32 | blake3 of the payload as it was stored |
 * | 82 | 4 + 4 + 4 | segment, offset and length of the frame |
 * | 94 | 1 | 1: the event hash follows · 0: it had none |
 * | 95 | 0 or 32 | event hash |
 * | | 2 + n | entity: length, and UTF-8 |
 */
export interface RememberedReceipt {
  readonly sequence: number;
  readonly clock: number;
  readonly lane: number;
  readonly kind: number;
  readonly entity: string;
  /** 16 bytes. */
  readonly keyDigest: Uint8Array;
  /** 16 bytes. */
  readonly eventId: Uint8Array;
  /** 32 bytes: blake3 of the encoded payload. */
  readonly payloadDigest: Uint8Array;
  readonly segmentId: number;
  /** First byte of the frame in its segment, when it was there. */
  readonly offset: number;
  /** Bytes of the frame. */
  readonly length: number;
  /** 32 bytes, or none in a store without a hash chain. */
  readonly hash: Uint8Array | undefined;
}

const at = {
  clock: 8,
  lane: 12,
  kind: 16,
  keyDigest: 18,
  eventId: 34,
  payloadDigest: 50,
  segmentId: 82,
  offset: 86,
  length: 90,
  hashFlag: 94,
  variable: 95,
} as const;

/** The receipt as bytes of its own. */
export function encodeRememberedReceipt(receipt: RememberedReceipt): Uint8Array {
  const { hash, entity } = receipt;
  const bytes = new Uint8Array(at.variable + hashBytes + textBytesMax(entity));
  writeU64(bytes, 0, receipt.sequence);
  writeU32(bytes, at.clock, receipt.clock);
  writeU32(bytes, at.lane, receipt.lane);
  writeU16(bytes, at.kind, receipt.kind);
  copyBytes(bytes, at.keyDigest, receipt.keyDigest, 0, 16);
  copyBytes(bytes, at.eventId, receipt.eventId, 0, 16);
  copyBytes(bytes, at.payloadDigest, receipt.payloadDigest, 0, hashBytes);
  writeU32(bytes, at.segmentId, receipt.segmentId);
  writeU32(bytes, at.offset, receipt.offset);
  writeU32(bytes, at.length, receipt.length);
  bytes[at.hashFlag] = hash === undefined ? 0 : 1;
  const textAt =
    hash === undefined ? at.variable : copyBytes(bytes, at.variable, hash, 0, hashBytes);
  return bytes.subarray(0, writeText(bytes, textAt, entity));
}

/** The receipt that begins at `start` of bytes in which {@link rememberedReceiptEnd} found one. */
export function decodeRememberedReceipt(bytes: Uint8Array, start: number): RememberedReceipt {
  const hashed = bytes[start + at.hashFlag] === 1;
  const variable = start + at.variable;
  const textAt = hashed ? variable + hashBytes : variable;
  const slice = (from: number, length: number): Uint8Array =>
    sliceBytes(bytes, start + from, start + from + length);
  return {
    sequence: rememberedSequence(bytes, start),
    clock: readU32(bytes, start + at.clock),
    lane: readU32(bytes, start + at.lane),
    kind: readU16(bytes, start + at.kind),
    entity: readText(bytes, textAt + 2, readU16(bytes, textAt)),
    keyDigest: slice(at.keyDigest, 16),
    eventId: slice(at.eventId, 16),
    payloadDigest: slice(at.payloadDigest, hashBytes),
    segmentId: readU32(bytes, start + at.segmentId),
    offset: readU32(bytes, start + at.offset),
    length: readU32(bytes, start + at.length),
    hash: hashed ? slice(at.variable, hashBytes) : undefined,
  };
}

/** Sequence of the receipt that begins at `start`. */
export function rememberedSequence(bytes: Uint8Array, start: number): number {
  return readU64(bytes, start);
}

/** Position after the receipt that begins at `start`, or -1 when `end` comes before it. */
export function rememberedReceiptEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start + at.variable > end) return -1;
  const textAt = start + at.variable + (bytes[start + at.hashFlag] === 1 ? hashBytes : 0);
  if (textAt + 2 > end) return -1;
  const receiptEnd = textAt + 2 + readU16(bytes, textAt);
  return receiptEnd > end ? -1 : receiptEnd;
}
