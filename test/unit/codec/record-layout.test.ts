import { describe, expect, it } from 'vitest';
import {
  isKnownType,
  mayBeRecord,
  optionalBytes,
  presenceBits,
  recordBytesMin,
} from '../../../src/codec/record-layout.ts';

describe('optionalBytes', () => {
  it('adds up the sizes of the fields that are there, but for extensions', () => {
    const sizes = Object.values(presenceBits).map((bit) => optionalBytes[bit]);
    expect(sizes).toEqual([8, 16, 16, 8, 2, 16, 32, 0]);
    expect(optionalBytes[presenceBits.batch | presenceBits.lane | presenceBits.hashes]).toBe(48);
    expect(optionalBytes[0xff]).toBe(98);
  });
});

describe('mayBeRecord', () => {
  it('tells bytes that begin with a known type and known fields', () => {
    const body = new Uint8Array(recordBytesMin);
    expect(mayBeRecord(body, 0)).toBe(false);
    body[5] = 1;
    expect(mayBeRecord(body, 0)).toBe(true);
    body[7] = 1;
    expect(mayBeRecord(body, 0)).toBe(false);
  });
});

describe('isKnownType', () => {
  it('knows all but the type that is reserved for anchors', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].filter(isKnownType)).toEqual([1, 2, 3, 4, 5, 7]);
  });
});
