/**
 * Big-endian numbers and short texts in place. All functions trust their caller to have made room;
 * those that write return the position after what they wrote.
 */

const two32 = 0x1_0000_0000;
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function writeU16(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
  return at + 2;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

/** Writes a whole number up to 2^53 - 1 as 8 bytes. */
export function writeU64(bytes: Uint8Array, at: number, value: number): number {
  writeU32(bytes, at, Math.floor(value / two32));
  return writeU32(bytes, at + 4, value >>> 0);
}

export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function readU32(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return ((high << 16) | low) >>> 0;
}

/** Reads 8 bytes as a number; exact up to 2^53 - 1. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) * two32 + readU32(bytes, at + 4);
}

/** Copies `length` bytes; for the few dozen of an id or a hash a loop beats a call to `set`. */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  length: number,
): number {
  for (let index = 0; index < length; index += 1) target[at + index] = source[start + index] ?? 0;
  return at + length;
}

/** A copy of the bytes from `start` up to `end`. (`slice` of a Buffer would share its memory.) */
export function sliceBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}

export function equalBytes(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): boolean {
  for (let index = 0; index < length; index += 1) {
    if (left[leftStart + index] !== right[rightStart + index]) return false;
  }
  return true;
}

/** Negative when the left bytes come before the right ones in order, 0 when they are the same. */
export function compareBytes(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): number {
  for (let index = 0; index < length; index += 1) {
    const difference = (left[leftStart + index] ?? 0) - (right[rightStart + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Most bytes that {@link writeText} takes for a text. */
export function textBytesMax(text: string): number {
  return 2 + text.length * 3;
}

/** Writes the length in UTF-8 bytes (2 bytes) and the text. */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  const start = at + 2;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return writeWideText(bytes, at, text);
    bytes[start + index] = code;
  }
  writeU16(bytes, at, text.length);
  return start + text.length;
}

function writeWideText(bytes: Uint8Array, at: number, text: string): number {
  const { written } = textEncoder.encodeInto(text, bytes.subarray(at + 2));
  writeU16(bytes, at, written);
  return at + 2 + written;
}

/** The text of `length` UTF-8 bytes. @throws {TypeError} when they are not UTF-8 */
export function readText(bytes: Uint8Array, start: number, length: number): string {
  // Names are short and mostly ASCII: building them from char codes costs half of a decoder call.
  if (length <= 48) {
    let text = '';
    for (let index = start; index < start + length; index += 1) {
      const code = bytes[index] ?? 0;
      if (code >= 0x80) return textDecoder.decode(bytes.subarray(start, start + length));
      text += String.fromCharCode(code);
    }
    return text;
  }
  return textDecoder.decode(bytes.subarray(start, start + length));
}
