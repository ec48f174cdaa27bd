/**
 * What zero bytes do to the register of a CRC-32, in a few lookups however many they are. The
 * checksum is linear: that of a whole follows from those of its parts, without another look at
 * their bytes.
 */

/** The polynomial, least significant bit first. */
const polynomial = 0xedb8_8320;
const places = 4;
const digits = 16;
const words = 4 * 256;

/** Most zero bytes that {@link shiftCrc} takes. */
export const shiftBytesMax: number = digits ** places - 1;

/** By hexadecimal place and digit of the count, and by each byte of the register: 256 KiB. */
const operators = makeOperators();

/** The register, not the checksum, after so many zero bytes: at most `shiftBytesMax`. */
export function shiftCrc(register: number, zeros: number): number {
  let shifted = register;
  let first = 0;
  for (let left = zeros; left > 0; left >>>= 4) {
    if ((left & 15) > 0) shifted = shiftBy(operators, first + (left & 15) * words, shifted);
    first += digits * words;
  }
  return shifted;
}

/** The register after the bytes from `start` up to `end`: a few, as many are done by `checksum`. */
export function registerAfter(
  bytes: Uint8Array,
  start: number,
  end: number,
  register: number,
): number {
  let after = register;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const high = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
    after = shiftBy(operators, 4 * words, after ^ (low | (high << 16)));
  }
  for (; at < end; at += 1) after = shiftBy(operators, words, after ^ (bytes[at] ?? 0));
  return after;
}

function shiftBy(tables: Int32Array, from: number, register: number): number {
  return (
    (tables[from + (register & 0xff)] ?? 0) ^
    (tables[from + 256 + ((register >>> 8) & 0xff)] ?? 0) ^
    (tables[from + 512 + ((register >>> 16) & 0xff)] ?? 0) ^
    (tables[from + 768 + (register >>> 24)] ?? 0)
  );
}

function makeOperators(): Int32Array {
  const tables = new Int32Array(places * digits * words);
  let step = oneZeroByte;
  for (let place = 0; place < places; place += 1) {
    const unit = step;
    let shifted = unit;
    for (let digit = 1; digit < digits; digit += 1) {
      const from = (place * digits + digit) * words;
      fill(tables, from, shifted);
      // Of the digit after this one; after the last one it is the unit of the next place.
      shifted = (register) => unit(shiftBy(tables, from, register));
    }
    step = shifted;
  }
  return tables;
}

/** Fills in what becomes of each byte of a register: that of a single bit first, then sums. */
function fill(tables: Int32Array, from: number, shifted: (register: number) => number): void {
  for (let byte = 0; byte < 4; byte += 1) {
    const first = from + byte * 256;
    for (let bit = 1; bit < 256; bit *= 2) {
      tables[first + bit] = shifted(bit << (byte * 8));
      for (let rest = 1; rest < bit; rest += 1) {
        tables[first + bit + rest] = (tables[first + bit] ?? 0) ^ (tables[first + rest] ?? 0);
      }
    }
  }
}

function oneZeroByte(register: number): number {
  let shifted = register;
  for (let bit = 0; bit < 8; bit += 1) {
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
  }
  return shifted;
}
