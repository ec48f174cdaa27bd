import { describe, expect, expectTypeOf, it } from 'vitest';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../../src/platform/memory-platform.ts';

describe('memoryPlatform', () => {
  it('begins with an empty disk, on the first day of 2025, as process 1', () => {
    const platform = memoryPlatform();
    expect(platform.files.list('/')).toEqual([]);
    expect(new Date(platform.clock.nowUs() / 1000).toISOString()).toBe('2025-01-01T00:00:00.000Z');
    expect(platform.process).toMatchObject({ pid: 1, hostname: 'memory' });
    expectTypeOf(platform.files).toEqualTypeOf<MemoryFiles>();
  });

  it('gives the same random bytes for the same seed', () => {
    const draw = (seed?: number): number =>
      memoryPlatform(seed === undefined ? {} : { seed }).random.nextUint32();
    expect(draw()).toBe(draw(1));
    expect(draw(2)).not.toBe(draw(1));
  });

  it('takes the files, time and process it is given, and keeps the type of the files', () => {
    const files = new FaultPlan(new MemoryFiles());
    const platform = memoryPlatform({ files, nowUs: 5, process: { pid: 7 } });
    expect(platform.files).toBe(files);
    expect(platform.clock.nowUs()).toBe(5);
    expect(platform.process.pid).toBe(7);
    expectTypeOf(platform.files).toEqualTypeOf<FaultPlan>();
  });

  it('moves the clock with the timers', () => {
    const platform = memoryPlatform({ nowUs: 0 });
    platform.timers.advance(3);
    expect(platform.clock.nowUs()).toBe(3_000);
  });
});
