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
export { checkCommands, randomCommands } from './check-commands.ts';
export { given } from './given.ts';
export {
  DecidedCommand,
  type ExpectedRefusal,
  type ExpectedState,
  GivenAggregate,
  type GivenOptions,
} from './given-aggregate.ts';
export { type GivenEvent, GivenProjection, happened } from './given-projection.ts';
export { actorDone, actorFails, type Happening, timerFires } from './happening.ts';
export { type ChoiceOptions, mostlyAccepted } from './mostly-accepted.ts';
export { type AggregatePath, type PathOptions, pathsOf } from './paths-of.ts';
export { SpecFailure } from './spec-failure.ts';
export type { WalkOptions } from './walk.ts';
