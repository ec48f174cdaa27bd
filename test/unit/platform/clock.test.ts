import { describe, expect, it, vi } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { ManualClock, SystemClock } from '../../../src/platform/clock.ts';

describe('SystemClock', () => {
  it('shows the time of the wall clock in whole microseconds', () => {
    const clock = new SystemClock();
    for (let round = 0; round < 1000; round += 1) {
      const before = Date.now() * 1000;
      const nowUs = clock.nowUs();
      const after = Date.now() * 1000;
      expect(Number.isSafeInteger(nowUs)).toBe(true);
      // It may lag by the millisecond that it measures with the finer clock.
      expect(nowUs).toBeGreaterThanOrEqual(before - 1000);
      expect(nowUs).toBeLessThanOrEqual(after + 1000);
    }
  });

  it('counts microseconds inside a millisecond, and never falls back by itself', () => {
    const clock = new SystemClock();
    const inside = new Set<number>();
    let last = 0;
    for (let round = 0; round < 200_000; round += 1) {
      const nowUs = clock.nowUs();
      if (nowUs < last) expect(nowUs).toBeGreaterThanOrEqual(last);
      last = nowUs;
      inside.add(nowUs % 1000);
    }
    expect(inside.size).toBeGreaterThan(500);
  });

  it('follows the wall clock when it is set back', async () => {
    const clock = new SystemClock();
    const before = clock.nowUs();
    const wall = vi.spyOn(Date, 'now').mockReturnValue(1_000);
    try {
      await new Promise((resolve) => setTimeout(resolve, 3));
      expect(before).toBeGreaterThan(2_000_000);
      expect(clock.nowUs()).toBe(1_000_000);
      expect(clock.nowUs()).toBeLessThan(1_001_000);
    } finally {
      wall.mockRestore();
    }
  });

  it('measures how long something took', async () => {
    const clock = new SystemClock();
    const before = clock.elapsedMs();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const elapsed = clock.elapsedMs() - before;
    expect(elapsed).toBeGreaterThan(15);
    expect(elapsed).toBeLessThan(5_000);
  });
});

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1_000);
    expect([clock.nowUs(), clock.nowUs()]).toEqual([1_000, 1_000]);
    clock.advance(2_500);
    expect(clock.nowUs()).toBe(3_500);
    expect(clock.elapsedMs()).toBe(2.5);
  });

  it('is set back without time going backwards', () => {
    const clock = new ManualClock(1_000_000);
    clock.advance(5_000);
    clock.set(7);
    expect(clock.nowUs()).toBe(7);
    expect(clock.elapsedMs()).toBe(5);
  });

  it('takes whole microseconds only', () => {
    const clock = new ManualClock(0);
    expect(() => clock.set(0.5)).toThrow(AssertionFailure);
    expect(() => clock.advance(-1)).toThrow(AssertionFailure);
    expect(() => new ManualClock(Number.NaN)).toThrow(AssertionFailure);
  });
});
