import { ArgumentTypeError } from './errors/argument-error.ts';

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const textLength = 36;
/** Where the two digits of each byte begin in the text. */
const digitsAt: readonly number[] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const dashesAt: readonly number[] = [8, 13, 18, 23];
/** Value of a digit by its character code, of either case; 16 for what is none. */
const digitOfCode = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? 16 : digit;
});

/** Bytes of an id. */
export const idBytes = 16;

/**
 * The canonical text of an id (RFC 9562, section 4): 36 characters, lower case.
 *
 * @param start where its 16 bytes begin
 */
export function formatId(bytes: Uint8Array, start = 0): string {
  const hex = (at: number): string => hexOfByte[bytes[start + at] ?? 0] ?? '';
  return (
    `${hex(0)}${hex(1)}${hex(2)}${hex(3)}-${hex(4)}${hex(5)}-${hex(6)}${hex(7)}-` +
    `${hex(8)}${hex(9)}-${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`
  );
}

/**
 * Writes the 16 bytes of an id's text at `start`.
 *
 * @param field name of the argument, for the error
 * @throws {ArgumentTypeError} when the text is not a canonical UUID
 */
export function writeId(field: string, text: unknown, bytes: Uint8Array, start = 0): void {
  if (typeof text !== 'string' || !writeDigits(text, bytes, start)) {
    throw new ArgumentTypeError(field, text, 'a UUID such as 0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f');
  }
}

// Digit by digit, as each read by an id begins here: a tenth of what expressions and slices take.
function writeDigits(text: string, bytes: Uint8Array, start: number): boolean {
  if (text.length !== textLength) return false;
  let wrong = 0;
  for (const at of dashesAt) wrong |= text.charCodeAt(at) ^ dash;
  for (const at of digitsAt) wrong |= (digitAt(text, at) | digitAt(text, at + 1)) & 16;
  if (wrong !== 0) return false;
  for (let index = 0; index < idBytes; index += 1) {
    const at = digitsAt[index] ?? 0;
    bytes[start + index] = (digitAt(text, at) << 4) | digitAt(text, at + 1);
  }
  return true;
}

const dash = 45;

function digitAt(text: string, at: number): number {
  return digitOfCode[text.charCodeAt(at)] ?? 16;
}

/**
 * Writes a UUID version 7 (RFC 9562, section 5.7) at `start`, whose random part the caller has
 * put in bytes 8 to 15 already.
 *
 * The 12 bits after the millisecond hold the fraction of it (method 3 of section 6.2) and the top
 * 16 bits of the random part the counter (method 1), so ids of one store are in
 * the order of its events.
 *
 * @param timestampUs microseconds since 1970
 * @param counter counts events within one microsecond, 0..65535
 */
export function writeUuid7(
  bytes: Uint8Array,
  start: number,
  timestampUs: number,
  counter: number,
): void {
  const ms = Math.floor(timestampUs / 1000);
  const high = Math.floor(ms / 0x10000);
  const low = ms % 0x10000;
  // 4.096 steps of the 12-bit fraction are one microsecond: distinct for each of the 1 000.
  const fraction = Math.floor((timestampUs - ms * 1000) * 4.096) | 0;
  bytes[start] = high >>> 24;
  bytes[start + 1] = high >>> 16;
  bytes[start + 2] = high >>> 8;
  bytes[start + 3] = high;
  bytes[start + 4] = low >>> 8;
  bytes[start + 5] = low;
  bytes[start + 6] = 0x70 | (fraction >>> 8);
  bytes[start + 7] = fraction;
  bytes[start + 8] = 0x80 | ((counter >>> 10) & 0x3f);
  bytes[start + 9] = counter >>> 2;
  bytes[start + 10] = ((counter & 0x3) << 6) | ((bytes[start + 10] ?? 0) & 0x3f);
}

/**
 * The microseconds since 1970 that {@link writeUuid7} wrote at `start`; -1 when it did not write
 * those bytes.
 */
export function timeOfUuid7(bytes: Uint8Array, start: number): number {
  const seventh = bytes[start + 6] ?? 0;
  if (seventh >>> 4 !== 7 || (bytes[start + 8] ?? 0) >>> 6 !== 2) return -1;
  const high = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  const low = ((bytes[start + 2] ?? 0) << 24) | ((bytes[start + 3] ?? 0) << 16);
  const lowest = ((bytes[start + 4] ?? 0) << 8) | (bytes[start + 5] ?? 0);
  const ms = high * 0x1_0000_0000 + ((low | lowest) >>> 0);
  const fraction = ((seventh & 0xf) << 8) | (bytes[start + 7] ?? 0);
  return ms * 1000 + Math.ceil(fraction / 4.096);
}
