import type { CachedValue, CacheMeta } from '../../model/cache.ts';

/** Bytes behind a value that hold its meta. */
export const metaBytes = 16;

/** The value followed by its meta: watermark (u64, little-endian), cached-at (i64 likewise). */
export function joinEntry(value: Uint8Array, meta: CacheMeta): Uint8Array {
  const bytes = new Uint8Array(value.length + metaBytes);
  bytes.set(value);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(value.length, BigInt(meta.watermark), true);
  view.setBigInt64(value.length + 8, BigInt(meta.cachedAtUs), true);
  return bytes;
}

/**
 * What {@link joinEntry} has joined, in a copy of its own; `undefined` when the bytes are too short
 * for a meta, or hold numbers that can't be one.
 */
export function splitEntry(bytes: Uint8Array): CachedValue | undefined {
  const valueBytes = bytes.length - metaBytes;
  if (valueBytes < 0) return undefined;
  const watermark = wordAt(bytes, valueBytes + 4) * two32 + wordAt(bytes, valueBytes);
  const cachedAtUs = (wordAt(bytes, valueBytes + 12) | 0) * two32 + wordAt(bytes, valueBytes + 8);
  if (!Number.isSafeInteger(watermark) || !Number.isSafeInteger(cachedAtUs)) return undefined;
  const value = Uint8Array.prototype.slice.call(bytes, 0, valueBytes);
  return { value, meta: { watermark, cachedAtUs } };
}

const two32 = 0x1_0000_0000;

/** 32 bits, little-endian: a DataView and its BigInts take half a microsecond. */
function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return (low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}
