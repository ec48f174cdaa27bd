import { describe, expect, it } from 'vitest';
import { type Freshness, isYoung, staleUsMax } from '../../../src/projections/freshness.ts';

describe('staleUsMax', () => {
  it('is -1 when the state must be current, else microseconds', () => {
    expect(staleUsMax(undefined)).toBe(-1);
    expect(staleUsMax('consistent')).toBe(-1);
    expect(staleUsMax({ maxStaleMs: 0 })).toBe(0);
    expect(staleUsMax({ maxStaleMs: 1.5 })).toBe(1500);
    expect(staleUsMax({ maxStaleMs: Number.POSITIVE_INFINITY })).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses what is no freshness', () => {
    for (const value of ['stale', null, 5, { maxStaleMs: '5' }, { maxStaleMs: 1, other: 1 }, {}]) {
      expect(() => staleUsMax(value as Freshness)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE' }),
      );
    }
    for (const maxStaleMs of [-1, Number.NaN]) {
      expect(() => staleUsMax({ maxStaleMs })).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'freshness.maxStaleMs' }),
      );
    }
  });
});

describe('isYoung', () => {
  it('takes an age of up to the limit, and none of a clock that fell back', () => {
    expect(isYoung(100, 150, 50)).toBe(true);
    expect(isYoung(100, 151, 50)).toBe(false);
    expect(isYoung(100, 100, 0)).toBe(true);
    expect(isYoung(100, 99, 50)).toBe(false);
  });
});
