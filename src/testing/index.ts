export { ManualClock } from '../platform/clock.ts';
export {
  FaultPlan,
  type FaultTarget,
  type FileOperation,
  type LoggedOperation,
  type TransferTarget,
} from '../platform/fault-plan.ts';
export { MemoryFiles } from '../platform/memory-files.ts';
export {
  type MemoryPlatform,
  type MemoryPlatformOptions,
  memoryPlatform,
} from '../platform/memory-platform.ts';
export { MemoryProcess, type MemoryProcessOptions } from '../platform/memory-process.ts';
export { SeededRandom } from '../platform/random.ts';
export { ManualTimers } from '../platform/timers.ts';
