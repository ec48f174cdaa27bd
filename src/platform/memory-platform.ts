import type { Files } from '../model/files.ts';
import type { Platform } from '../model/platform.ts';
import { ManualClock } from './clock.ts';
import { MemoryFiles } from './memory-files.ts';
import { MemoryProcess, type MemoryProcessOptions } from './memory-process.ts';
import { SeededRandom } from './random.ts';
import { ManualTimers } from './timers.ts';

/** What {@link memoryPlatform} can be told; everything else has a default. */
export interface MemoryPlatformOptions<F extends Files = MemoryFiles> {
  /** The disk. @default a new, empty {@link MemoryFiles} */
  readonly files?: F;
  /** Seed of the random numbers, an integer. @default 1 */
  readonly seed?: number;
  /** What the clock shows at first, in microseconds. @default 2025-01-01T00:00:00Z */
  readonly nowUs?: number;
  /** Who the process is. */
  readonly process?: MemoryProcessOptions;
}

/** A {@link Platform} whose every part does only what a test tells it to. */
export interface MemoryPlatform<F extends Files = MemoryFiles> extends Platform {
  readonly files: F;
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  /** `timers.advance` moves the clock too. */
  readonly timers: ManualTimers;
  readonly process: MemoryProcess;
}

const firstDayUs = 1_735_689_600_000_000;

/** A platform in memory: nothing in it happens by itself, and the same seed gives the same run. */
export function memoryPlatform(options?: MemoryPlatformOptions): MemoryPlatform;
export function memoryPlatform<F extends Files>(
  options: MemoryPlatformOptions<F> & { readonly files: F },
): MemoryPlatform<F>;
export function memoryPlatform(options: MemoryPlatformOptions<Files> = {}): MemoryPlatform<Files> {
  const clock = new ManualClock(options.nowUs ?? firstDayUs);
  return {
    files: options.files ?? new MemoryFiles(),
    clock,
    random: new SeededRandom(options.seed ?? 1),
    timers: new ManualTimers(clock),
    process: new MemoryProcess(options.process),
  };
}
