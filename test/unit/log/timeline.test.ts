import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../src/log/timeline.ts';
import { ManualClock } from '../../../src/platform/clock.ts';

const startUs = 1_735_689_600_000_000;

function given(): { clock: ManualClock; timeline: Timeline; advance: () => [number, number] } {
  const clock = new ManualClock(startUs);
  const timeline = new Timeline(clock);
  const advance = (): [number, number] => {
    timeline.advance();
    return [timeline.timestampUs - startUs, timeline.counter];
  };
  return { clock, timeline, advance };
}

describe('Timeline', () => {
  it('follows the clock, with a counter of zero', () => {
    const { clock, advance } = given();
    expect(advance()).toEqual([0, 0]);
    clock.advance(7);
    expect(advance()).toEqual([7, 0]);
  });

  it('counts while the clock stands or falls back', () => {
    const { clock, advance } = given();
    expect([advance(), advance(), advance()]).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    clock.set(startUs - 1_000_000);
    expect(advance()).toEqual([0, 3]);
    clock.set(startUs + 1);
    expect(advance()).toEqual([1, 0]);
  });

  it('moves on by a microsecond when the counter is used up', () => {
    const { timeline, advance } = given();
    timeline.resume(startUs, 0xfffe);
    expect([advance(), advance(), advance()]).toEqual([
      [0, 0xffff],
      [1, 0],
      [1, 1],
    ]);
  });

  it('goes on after the time that it resumes from, whatever the clock shows', () => {
    const { timeline, advance } = given();
    timeline.resume(startUs + 5, 3);
    expect(advance()).toEqual([5, 4]);
  });
});
