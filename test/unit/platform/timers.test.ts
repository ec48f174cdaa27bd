import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { ManualClock } from '../../../src/platform/clock.ts';
import { ManualTimers, SystemTimers } from '../../../src/platform/timers.ts';

describe('SystemTimers', () => {
  it('calls once after the delay', async () => {
    const called = vi.fn();
    const before = performance.now();
    await new Promise<void>((resolve) => {
      new SystemTimers().after(20, () => {
        called();
        setTimeout(resolve, 30);
      });
      // The timer itself keeps nothing alive.
      setTimeout(() => undefined, 200);
    });
    expect(called).toHaveBeenCalledTimes(1);
    expect(performance.now() - before).toBeGreaterThan(45);
  });

  it('never calls once it is cancelled', async () => {
    const called = vi.fn();
    const cancel = new SystemTimers().after(5, called);
    cancel();
    cancel();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(called).not.toHaveBeenCalled();
  });

  it('calls soon behind what is on its way, and keeps the process alive for that', () => {
    const timers = new URL('../../../src/platform/timers.ts', import.meta.url).href;
    const calls = "timers.soon(() => { timers.soon(() => console.log('done')); });";
    const made = 'const timers = new SystemTimers();';
    const script = `import { SystemTimers } from '${timers}'; ${made} ${calls}`;
    const tsx = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const result = spawnSync(process.execPath, tsx, { timeout: 20_000, encoding: 'utf8' });
    expect(result).toMatchObject({ status: 0, stdout: 'done\n' });
  });

  it('calls soon on another turn, behind the microtasks of this one', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      new SystemTimers().soon(() => {
        order.push('soon');
        resolve();
      });
      queueMicrotask(() => order.push('microtask'));
      order.push('call');
    });
    expect(order).toEqual(['call', 'microtask', 'soon']);
  });

  it('does not keep the process alive', () => {
    const timers = new URL('../../../src/platform/timers.ts', import.meta.url).href;
    const after = 'new SystemTimers().after(60_000, () => {})';
    const script = `import { SystemTimers } from '${timers}'; ${after};`;
    const tsx = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const result = spawnSync(process.execPath, tsx, { timeout: 20_000, encoding: 'utf8' });
    expect(result).toMatchObject({ status: 0, signal: null, stderr: '' });
  });

  it('waits for delays that are too long for the system', () => {
    vi.useFakeTimers();
    try {
      const called = vi.fn();
      const thirtyDaysMs = 30 * 86_400_000;
      new SystemTimers().after(thirtyDaysMs, called);
      const cancel = new SystemTimers().after(thirtyDaysMs, called);
      vi.advanceTimersByTime(thirtyDaysMs - 1);
      expect(called).not.toHaveBeenCalled();
      cancel();
      vi.advanceTimersByTime(1);
      expect(called).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('asserts that a delay is a number of at least 0', () => {
    for (const delayMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new SystemTimers().after(delayMs, () => undefined)).toThrow(AssertionFailure);
      expect(() => new ManualTimers().after(delayMs, () => undefined)).toThrow(AssertionFailure);
    }
  });
});

describe('ManualTimers', () => {
  it('calls soon without time that passes, when the calling code is through', async () => {
    const timers = new ManualTimers();
    const called = vi.fn();
    timers.soon(called);
    expect([called.mock.calls.length, timers.pending]).toEqual([0, 0]);
    await Promise.resolve();
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('fires what falls due, in order of time and then of setting', () => {
    const timers = new ManualTimers();
    const fired: string[] = [];
    timers.after(20, () => fired.push('late'));
    timers.after(10, () => fired.push('early'));
    timers.after(10, () => fired.push('early too'));
    timers.advance(9);
    expect(fired).toEqual([]);
    timers.advance(1);
    expect(fired).toEqual(['early', 'early too']);
    timers.advance(100);
    expect(fired).toEqual(['early', 'early too', 'late']);
    expect(timers.pending).toBe(0);
  });

  it('fires timers that a callback sets within the time that passes', () => {
    const timers = new ManualTimers();
    const fired: number[] = [];
    const tick = (): void => {
      fired.push(fired.length);
      timers.after(10, tick);
    };
    timers.after(10, tick);
    timers.advance(35);
    expect(fired).toEqual([0, 1, 2]);
    expect(timers.pending).toBe(1);
  });

  it('forgets what is cancelled, also by an earlier callback', () => {
    const timers = new ManualTimers();
    const called = vi.fn();
    const cancel = timers.after(20, called);
    timers.after(10, cancel);
    timers.advance(50);
    expect(called).not.toHaveBeenCalled();
  });

  it('moves its clock along, so that a callback sees the time it was due at', () => {
    const clock = new ManualClock(1_000_000);
    const timers = new ManualTimers(clock);
    const seen: number[] = [];
    timers.after(0.0005, () => seen.push(clock.nowUs()));
    timers.after(7, () => seen.push(clock.nowUs()));
    timers.advance(10);
    expect(seen).toEqual([1_000_001, 1_007_000]);
    expect(clock.nowUs()).toBe(1_010_000);
    expect(clock.elapsedMs()).toBe(10);
  });

  it('lets out what a callback throws, and goes on with the next call', () => {
    const timers = new ManualTimers();
    const called = vi.fn();
    timers.after(1, () => {
      throw new RangeError('planned');
    });
    timers.after(2, called);
    expect(() => timers.advance(5)).toThrow('planned');
    expect(called).not.toHaveBeenCalled();
    timers.advance(1);
    expect(called).toHaveBeenCalledTimes(1);
  });
});
