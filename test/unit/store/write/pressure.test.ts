import { describe, expect, it } from 'vitest';
import { pressureLevel, pressureOf } from '../../../../src/store/write/pressure.ts';

const thresholds = { channelCapacity: 10, pressureRetryThresholdPct: 75 };

describe('pressureLevel', () => {
  it('is high from the threshold, rounded up, and full from the capacity', () => {
    const levels = [0, 7, 8, 9, 10, 11].map((queued) => pressureLevel(queued, thresholds, false));
    expect(levels).toEqual(['normal', 'normal', 'high', 'high', 'full', 'full']);
  });

  it('is never high for an empty queue, and full for a full disk', () => {
    const least = { channelCapacity: 10, pressureRetryThresholdPct: 1 };
    expect([pressureLevel(0, least, false), pressureLevel(1, least, false)]).toEqual([
      'normal',
      'high',
    ]);
    expect(pressureLevel(0, thresholds, true)).toBe('full');
  });
});

describe('pressureOf', () => {
  it('tells in per cent of the capacity', () => {
    expect(pressureOf(5, thresholds, false)).toEqual({
      queued: 5,
      capacity: 10,
      utilizationPct: 50,
      level: 'normal',
    });
    expect(pressureOf(12, thresholds, false)).toMatchObject({ utilizationPct: 120, level: 'full' });
  });
});
