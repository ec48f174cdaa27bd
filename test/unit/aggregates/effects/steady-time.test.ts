import { describe, expect, it } from 'vitest';
import { SteadyTime } from '../../../../src/aggregates/effects/steady-time.ts';
import { ManualClock } from '../../../../src/platform/clock.ts';

describe('the steady time', () => {
  it('is that of the wall clock, which it follows forwards', () => {
    const clock = new ManualClock(1_000_000);
    const time = new SteadyTime(clock);
    expect(time.nowUs()).toBe(1_000_000);
    clock.advance(5);
    expect(time.nowUs()).toBe(1_000_005);
    clock.set(9_000_000);
    expect(time.nowUs()).toBe(9_000_000);
  });

  it('goes on while the wall clock stands behind, until that has caught up', () => {
    const clock = new ManualClock(1_000_000);
    const time = new SteadyTime(clock);
    time.nowUs();
    clock.set(10);
    expect(time.nowUs()).toBe(1_000_000);
    clock.advance(700);
    expect([time.nowUs(), time.nowUs()]).toEqual([1_000_700, 1_000_700]);
    clock.advance(2_000_000);
    expect(time.nowUs()).toBe(3_000_700);
    clock.set(4_000_000);
    expect(time.nowUs()).toBe(4_000_000);
  });

  it('does not begin before what was the time already', () => {
    const clock = new ManualClock(1_000_000);
    const time = new SteadyTime(clock, 5_000_000);
    clock.advance(3);
    expect(time.nowUs()).toBe(5_000_003);
  });
});
