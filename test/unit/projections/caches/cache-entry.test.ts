import { describe, expect, it } from 'vitest';
import {
  joinEntry,
  metaBytes,
  splitEntry,
} from '../../../../src/projections/caches/cache-entry.ts';

const meta = { watermark: 0x01_0203_0405, cachedAtUs: 1_735_689_600_000_000 };

describe('a cache entry', () => {
  it('is the value, the watermark and the time, each number 8 bytes with the lowest first', () => {
    const bytes = joinEntry(Uint8Array.of(9, 8), { watermark: 0x0102, cachedAtUs: -2 });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '0908' + '0201000000000000' + 'feffffffffffffff',
    );
  });

  it('comes apart again, also out of the middle of other bytes', () => {
    const value = Uint8Array.of(1, 2, 3);
    const joined = joinEntry(value, meta);
    expect(splitEntry(joined)).toEqual({ value, meta });
    const around = new Uint8Array(joined.length + 4);
    around.set(joined, 3);
    expect(splitEntry(around.subarray(3, 3 + joined.length))).toEqual({ value, meta });
    expect(splitEntry(joinEntry(new Uint8Array(0), meta))?.value).toHaveLength(0);
  });

  it('is none that is too short, or has a number that is no sequence', () => {
    expect(splitEntry(new Uint8Array(metaBytes - 1))).toBeUndefined();
    expect(splitEntry(new Uint8Array(0))).toBeUndefined();
    expect(splitEntry(new Uint8Array(metaBytes).fill(0xff))).toBeUndefined();
  });
});
