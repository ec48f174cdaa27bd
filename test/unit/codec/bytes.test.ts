import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareBytes,
  copyBytes,
  equalBytes,
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
} from '../../../src/codec/bytes.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const anyStart = fc.nat({ max: 9 });
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
  fc.constantFrom(
    '\ufeff',
    '\ufeffabc',
    `\ufeff${'x'.repeat(60)}`,
    'é'.repeat(48),
    '\0',
    '\u007f\u0080',
  ),
);

/** Numbers that DataView and ours must agree on: those with few bits set, too. */
function anyUnsigned(bits: number): fc.Arbitrary<number> {
  const max = 2 ** bits - 1;
  return fc.oneof(
    fc.maxSafeNat().map((value) => value % (max + 1)),
    fc.integer({ min: 0, max: bits }).map((bit) => Math.min(2 ** bit, max)),
    fc.constantFrom(0, max),
  );
}

describe('numbers in place', () => {
  it('are the big-endian ones of DataView, and come back', () => {
    const check = (
      value: number,
      start: number,
      length: number,
      write: (bytes: Uint8Array, at: number, value: number) => number,
      read: (bytes: Uint8Array, at: number) => number,
      expected: (view: DataView, at: number) => number,
    ): void => {
      const bytes = new Uint8Array(start + length + 2).fill(0xaa);
      expect(write(bytes, start, value)).toBe(start + length);
      expect(expected(new DataView(bytes.buffer), start)).toBe(value);
      expect(read(bytes, start)).toBe(value);
      const around = [...bytes.subarray(0, start), ...bytes.subarray(start + length)];
      expect(around).toEqual(Array(start + 2).fill(0xaa));
    };
    fc.assert(
      fc.property(
        anyUnsigned(16),
        anyUnsigned(32),
        anyUnsigned(53),
        anyStart,
        (u16, u32, u53, at) => {
          check(u16, at, 2, writeU16, readU16, (view, start) => view.getUint16(start));
          check(u32, at, 4, writeU32, readU32, (view, start) => view.getUint32(start));
          check(u53, at, 8, writeU64, readU64, (view, start) => Number(view.getBigUint64(start)));
        },
      ),
      propertyRuns(500),
    );
  });
});

describe('text in place', () => {
  it('is its length in 2 bytes and its UTF-8, and comes back', () => {
    fc.assert(
      fc.property(anyText, anyStart, (text, start) => {
        const bytes = new Uint8Array(start + textBytesMax(text)).fill(0xaa);
        const utf8 = Buffer.from(text, 'utf8');
        const end = writeText(bytes, start, text);
        expect(end).toBe(start + 2 + utf8.length);
        expect(readU16(bytes, start)).toBe(utf8.length);
        expect(Buffer.from(bytes.subarray(start + 2, end)).equals(utf8)).toBe(true);
        expect(readText(bytes, start + 2, utf8.length)).toBe(text);
      }),
      propertyRuns(1_000),
    );
  });

  it('fills the room that textBytesMax asks for when every character takes three bytes', () => {
    const text = '€'.repeat(10);
    expect(writeText(new Uint8Array(100), 0, text)).toBe(textBytesMax(text));
  });

  it('is refused when the bytes are not UTF-8, whether it is short or long', () => {
    for (const length of [3, 48, 49, 100]) {
      const bytes = new Uint8Array(length).fill(0x61);
      bytes[length - 1] = 0xff;
      expect(() => readText(bytes, 0, length)).toThrow(TypeError);
    }
  });
});

describe('copyBytes', () => {
  it('copies a range and touches nothing else', () => {
    const source = Uint8Array.from([1, 2, 3, 4, 5]);
    const target = new Uint8Array(6).fill(9);
    expect(copyBytes(target, 2, source, 1, 3)).toBe(5);
    expect([...target]).toEqual([9, 9, 2, 3, 4, 9]);
  });
});

describe('sliceBytes', () => {
  it('gives a copy that shares nothing, of a Buffer too', () => {
    for (const bytes of [Uint8Array.from([1, 2, 3, 4]), Buffer.from([1, 2, 3, 4])]) {
      const copy = sliceBytes(bytes, 1, 3);
      bytes.fill(0);
      expect([...copy]).toEqual([2, 3]);
    }
  });
});

describe('equalBytes', () => {
  it('compares ranges as Buffer does', () => {
    const range = fc.uint8Array({ maxLength: 6, max: 2 });
    fc.assert(
      fc.property(range, range, anyStart, anyStart, (left, right, leftStart, rightStart) => {
        const length = Math.min(left.length, right.length);
        const at = (part: Uint8Array, start: number): Uint8Array => {
          const bytes = new Uint8Array(start + part.length + 1).fill(7);
          bytes.set(part, start);
          return bytes;
        };
        const expected = Buffer.compare(left.subarray(0, length), right.subarray(0, length)) === 0;
        const actual = equalBytes(
          at(left, leftStart),
          leftStart,
          at(right, rightStart),
          rightStart,
          length,
        );
        expect(actual).toBe(expected);
      }),
      propertyRuns(500),
    );
  });
});

describe('compareBytes', () => {
  it('orders ranges as Buffer does', () => {
    const range = fc.uint8Array({ minLength: 4, maxLength: 4, max: 2 });
    fc.assert(
      fc.property(range, range, (left, right) => {
        const shifted = Uint8Array.of(9, ...right);
        const actual = Math.sign(compareBytes(left, 0, shifted, 1, 4));
        expect(actual).toBe(Buffer.compare(left, right));
      }),
      propertyRuns(300),
    );
  });
});
