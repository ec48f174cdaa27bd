import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../src/platform/clock.ts';
import { carefulClock, eventTimeUsMax } from '../../../../src/store/options/event-clock.ts';
import { warnings } from '../../../support/option-proofs.ts';

describe('a careful clock', () => {
  it('tells the time that it is given, and how long things take as the platform does', () => {
    const { logger, told } = warnings();
    const platform = new ManualClock(1);
    const clock = carefulClock(new ManualClock(17), platform, logger);
    expect([clock.nowUs(), clock.elapsedMs()]).toEqual([17, platform.elapsedMs()]);
    expect(told).toEqual([]);
  });

  it('stands, and warns once, while it is given no time', () => {
    const { logger, told } = warnings();
    const wrong = [Number.NaN, 1.5, -1, eventTimeUsMax + 1, Number.POSITIVE_INFINITY, '7', 7n];
    const times: unknown[] = [...wrong, 5, undefined, eventTimeUsMax];
    const given = { nowUs: () => times.shift() as number };
    const clock = carefulClock(given, new ManualClock(1), logger);
    expect(wrong.map(() => clock.nowUs())).toEqual(wrong.map(() => 0));
    expect([clock.nowUs(), clock.nowUs(), clock.nowUs()]).toEqual([5, 5, eventTimeUsMax]);
    expect(told).toEqual([expect.stringContaining("option 'clock'")]);
  });

  it('stands, and warns once, while asking for the time throws', () => {
    const { logger, told } = warnings();
    const given = {
      nowUs: () => {
        throw new Error('no time');
      },
    };
    const clock = carefulClock(given, new ManualClock(1), logger);
    expect([clock.nowUs(), clock.nowUs()]).toEqual([0, 0]);
    expect(told).toHaveLength(1);
  });
});
