import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/platform/clock.ts';
import { NodeFiles } from '../../../src/platform/node-files.ts';
import { nodePlatform } from '../../../src/platform/node-platform.ts';
import { SystemRandom } from '../../../src/platform/random.ts';
import { SystemTimers } from '../../../src/platform/timers.ts';

describe('nodePlatform', () => {
  it('is made of what the system has', () => {
    const platform = nodePlatform();
    expect(platform.files).toBeInstanceOf(NodeFiles);
    expect(platform.clock).toBeInstanceOf(SystemClock);
    expect(platform.random).toBeInstanceOf(SystemRandom);
    expect(platform.timers).toBeInstanceOf(SystemTimers);
    expect(platform.process.pid).toBe(process.pid);
  });

  it('is made once and stays as it is', () => {
    expect(nodePlatform()).toBe(nodePlatform());
    expect(Object.isFrozen(nodePlatform())).toBe(true);
  });
});
