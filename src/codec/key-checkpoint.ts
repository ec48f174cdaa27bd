import { copyBytes, equalBytes, readU32, readU64, writeU32, writeU64 } from './bytes.ts';
import { checksum } from './frame.ts';
import { rememberedReceiptEnd, rememberedSequence } from './remembered-receipt.ts';

/**
 * The file `idempotency`: which idempotency keys a store keeps, as of one sequence. All numbers are
 * big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 4 | `FBIK` |
 * | 4 | 4 | version, 1 |
 * | 8 | 16 | store id |
 * | 24 | 8 | epoch of the last segment when the file was written |
 * | 32 | 8 | watermark: every event before this sequence is accounted for, and was durable |
 * | 40 | 8 | timestampUs of the event before the watermark; 0 when there is none |
 * | 48 | 4 | what the hashes are mixed with |
 * | 52 | 4 | how many keys there are |
 * | 56 | 8 | base: sequence of the first of them |
 * | 64 | 4 | how many receipts of dropped events there are |
 * | 68 | 8 | bytes that these take |
 * | 76 | 8 each | keys, oldest first: 32-bit hash of the digest, and sequence minus base |
 * | | | receipts, oldest first: see `RememberedReceipt` |
 * | end - 4 | 4 | CRC-32 of everything before, begun from the CRC-32 of the store id |
 *
 * The hash is that of the digest in the record, so a key of the file is a hint: it counts when the
 * record, or a receipt in this file, bears the digest.
 */
export interface KeyCheckpoint {
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  readonly epoch: number;
  /** Every event before this sequence is accounted for. */
  readonly watermark: number;
  /** Time of the event before the watermark; 0 when there is none. */
  readonly lastTimestampUs: number;
  /** What the hashes are mixed with. */
  readonly seed: number;
  /** Hash and sequence of each key, one behind the other, oldest first. */
  readonly entries: Uint32Array;
  /** Encoded receipts of dropped events, one behind the other, oldest first. */
  readonly receipts: Uint8Array;
  readonly receiptCount: number;
}

/** Why bytes are no checkpoint of keys that this library can use. */
export type KeyCheckpointProblem =
  | 'cut off'
  | 'bad magic'
  | 'unknown version'
  | 'impossible length'
  | 'checksum mismatch'
  | 'another store'
  | 'impossible content';

const magic = new Uint8Array([0x46, 0x42, 0x49, 0x4b]);
const version = 1;
const at = {
  version: 4,
  storeId: 8,
  epoch: 24,
  watermark: 32,
  lastTimestamp: 40,
  seed: 48,
  keyCount: 52,
  base: 56,
  receiptCount: 64,
  receiptBytes: 68,
  keys: 76,
} as const;
const checksumBytes = 4;

/** The bytes of the file. */
export function encodeKeyCheckpoint(checkpoint: KeyCheckpoint): Uint8Array {
  const { storeId, entries, receipts } = checkpoint;
  const receiptsAt = at.keys + 4 * entries.length;
  const end = receiptsAt + receipts.length;
  const bytes = new Uint8Array(end + checksumBytes);
  const base = entries[1] ?? 0;
  bytes.set(magic);
  writeU32(bytes, at.version, version);
  copyBytes(bytes, at.storeId, storeId, 0, 16);
  writeU64(bytes, at.epoch, checkpoint.epoch);
  writeU64(bytes, at.watermark, checkpoint.watermark);
  writeU64(bytes, at.lastTimestamp, checkpoint.lastTimestampUs);
  writeU32(bytes, at.seed, checkpoint.seed);
  writeU32(bytes, at.keyCount, entries.length / 2);
  writeU64(bytes, at.base, base);
  writeU32(bytes, at.receiptCount, checkpoint.receiptCount);
  writeU64(bytes, at.receiptBytes, receipts.length);
  for (let index = 0; index < entries.length; index += 2) {
    const next = writeU32(bytes, at.keys + 4 * index, entries[index] ?? 0);
    writeU32(bytes, next, (entries[index + 1] ?? 0) - base);
  }
  bytes.set(receipts, receiptsAt);
  writeU32(bytes, end, checksum(bytes, 0, end, saltOf(storeId)));
  return bytes;
}

/** Reads the file of the store with this id. @returns the checkpoint, or what is wrong */
export function decodeKeyCheckpoint(
  bytes: Uint8Array,
  storeId: Uint8Array,
): KeyCheckpoint | KeyCheckpointProblem {
  if (!equalBytes(bytes, 0, magic, 0, Math.min(magic.length, bytes.length))) return 'bad magic';
  if (bytes.length < at.storeId) return 'cut off';
  if (readU32(bytes, at.version) !== version) return 'unknown version';
  if (bytes.length < at.keys + checksumBytes) return 'cut off';
  const keyCount = readU32(bytes, at.keyCount);
  const receiptsAt = at.keys + 8 * keyCount;
  const receiptsEnd = receiptsAt + readU64(bytes, at.receiptBytes);
  const end = bytes.length - checksumBytes;
  if (receiptsEnd > end) return 'cut off';
  if (receiptsEnd < end) return 'impossible length';
  const written = bytes.subarray(at.storeId, at.epoch);
  if (readU32(bytes, end) !== checksum(bytes, 0, end, saltOf(written))) return 'checksum mismatch';
  if (!equalBytes(written, 0, storeId, 0, 16)) return 'another store';
  const receipts = bytes.subarray(receiptsAt, receiptsEnd);
  const watermark = readU64(bytes, at.watermark);
  const entries = entriesOf(bytes, keyCount, watermark);
  const receiptCount = readU32(bytes, at.receiptCount);
  if (entries === undefined || countReceipts(receipts, watermark) !== receiptCount) {
    return 'impossible content';
  }
  return {
    storeId: written.slice(),
    epoch: readU64(bytes, at.epoch),
    watermark,
    lastTimestampUs: readU64(bytes, at.lastTimestamp),
    seed: readU32(bytes, at.seed),
    entries,
    receipts,
    receiptCount,
  };
}

/** The keys, or `undefined` when they don't rise, or reach the watermark. */
function entriesOf(bytes: Uint8Array, count: number, watermark: number): Uint32Array | undefined {
  const base = readU64(bytes, at.base);
  const entries = new Uint32Array(2 * count);
  let before = -1;
  for (let index = 0; index < entries.length; index += 2) {
    const sequence = base + readU32(bytes, at.keys + 4 * index + 4);
    if (sequence <= before || sequence >= watermark || sequence > 0xffff_ffff) return undefined;
    entries[index] = readU32(bytes, at.keys + 4 * index);
    entries[index + 1] = sequence;
    before = sequence;
  }
  return entries;
}

/** How many receipts stand in the bytes, or -1 when they are not whole, rising and in bounds. */
function countReceipts(bytes: Uint8Array, watermark: number): number {
  let count = 0;
  let before = -1;
  for (let start = 0; start < bytes.length; count += 1) {
    const end = rememberedReceiptEnd(bytes, start, bytes.length);
    if (end < 0) return -1;
    const sequence = rememberedSequence(bytes, start);
    if (sequence <= before || sequence >= watermark) return -1;
    before = sequence;
    start = end;
  }
  return count;
}

function saltOf(storeId: Uint8Array): number {
  return checksum(storeId, 0, storeId.length, 0);
}
