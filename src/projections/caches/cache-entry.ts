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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const watermark = Number(view.getBigUint64(valueBytes, true));
  const cachedAtUs = Number(view.getBigInt64(valueBytes + 8, true));
  if (!Number.isSafeInteger(watermark) || !Number.isSafeInteger(cachedAtUs)) return undefined;
  const value = Uint8Array.prototype.slice.call(bytes, 0, valueBytes);
  return { value, meta: { watermark, cachedAtUs } };
}
