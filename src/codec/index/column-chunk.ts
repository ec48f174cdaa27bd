import { checksum } from '../frame.ts';

/**
 * Rows of the index's columns as bytes: a chunk is the rows of one page that lie in one segment.
 * Footers and the image hold chunks; which rows a chunk has, where it lies and its checksum stand
 * in a directory beside it.
 *
 * Each column lies in one piece, in this order, for n rows: timestampUs (float 64), stream, scope,
 * clock, offset, length, distance (unsigned 32 each), kind (unsigned 16). Unlike everything else on
 * the disk they are little-endian: as typed arrays hold them, so that a page of 2 MiB is copied and
 * not converted.
 *
 * | column | |
 * |---|---|
 * | timestampUs | microseconds since 1970 |
 * | stream, scope | numbers of the dictionary that goes with the chunk |
 * | clock | place in its stream |
 * | offset, length | of the frame in its segment; length 0 is a hole |
 * | distance | how many sequences back the stream's event before it lies; 0 for its first |
 * | kind | |
 */

/** Columns of rows, addressed by their place in a page. */
export interface ColumnRows {
  readonly kind: Uint16Array;
  readonly entity: Uint32Array;
  readonly scope: Uint32Array;
  readonly clock: Uint32Array;
  readonly offset: Uint32Array;
  readonly length: Uint32Array;
  readonly timestampUs: Float64Array;
  readonly distance: Uint32Array;
}

type Column = Uint16Array | Uint32Array | Float64Array;

/** Bytes that one row takes in a chunk. */
export const rowBytes = 34;

/** The rows from `from` up to `to` as a chunk. */
export function encodeChunk(rows: ColumnRows, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * rowBytes);
  let at = 0;
  for (const column of columnsOf(rows)) {
    const part = bytesOf(column, from, to);
    bytes.set(part, at);
    swapUnlessLittle(bytes, at, part.length, column.BYTES_PER_ELEMENT);
    at += part.length;
  }
  return bytes;
}

/** Puts the rows of a chunk into the page's rows from `from` on. */
export function decodeChunk(chunk: Uint8Array, rows: ColumnRows, from: number): void {
  const to = from + chunk.length / rowBytes;
  let at = 0;
  for (const column of columnsOf(rows)) {
    const part = bytesOf(column, from, to);
    part.set(chunk.subarray(at, at + part.length));
    swapUnlessLittle(part, 0, part.length, column.BYTES_PER_ELEMENT);
    at += part.length;
  }
}

/** The checksum of a chunk, which starts from the salt of the store. */
export function chunkChecksum(chunk: Uint8Array, salt: number): number {
  return checksum(chunk, 0, chunk.length, salt);
}

function columnsOf(rows: ColumnRows): readonly Column[] {
  const { timestampUs, entity, scope, clock, offset, length, distance, kind } = rows;
  return [timestampUs, entity, scope, clock, offset, length, distance, kind];
}

function bytesOf(column: Column, from: number, to: number): Uint8Array {
  const size = column.BYTES_PER_ELEMENT;
  return new Uint8Array(column.buffer, column.byteOffset + from * size, (to - from) * size);
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function swapUnlessLittle(bytes: Uint8Array, at: number, length: number, size: number): void {
  if (!littleEndian) swapBytes(bytes, at, length, size);
}

/** Turns the bytes of each number of `size` bytes around, in place. */
export function swapBytes(bytes: Uint8Array, at: number, length: number, size: number): void {
  for (let start = at; start < at + length; start += size) {
    bytes.subarray(start, start + size).reverse();
  }
}
