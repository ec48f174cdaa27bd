import type { Platform } from '../model/platform.ts';
import { SystemClock } from './clock.ts';
import { NodeFiles } from './node-files.ts';
import { systemProcessIdentity } from './process-identity.ts';
import { SystemRandom } from './random.ts';
import { SystemTimers } from './timers.ts';

let platform: Platform | undefined;

/** The real disk, clock, randomness, timers and process. Made once, at the first call. */
export function nodePlatform(): Platform {
  platform ??= Object.freeze({
    files: new NodeFiles(),
    clock: new SystemClock(),
    random: new SystemRandom(),
    timers: new SystemTimers(),
    process: systemProcessIdentity(),
  });
  return platform;
}
