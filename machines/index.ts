export { type BatchEvent, batchMachine } from './batch.ts';
export {
  type CursorWorkerContext,
  type CursorWorkerEvent,
  type CursorWorkerInput,
  cursorWorkerMachine,
} from './cursor-worker.ts';
export {
  type EffectRunnerContext,
  type EffectRunnerEvent,
  type EffectRunnerInput,
  effectRunnerMachine,
} from './effect-runner.ts';
export { type FenceEvent, fenceMachine } from './fence.ts';
export { type GateEvent, gateMachine } from './gate.ts';
export { type RecoveryEvent, recoveryMachine } from './recovery.ts';
export {
  type RestartContext,
  type RestartEvent,
  type RestartInput,
  restartMachine,
} from './restart.ts';
export {
  type WriterContext,
  type WriterEvent,
  type WriterFailure,
  type WriterInput,
  writerMachine,
} from './writer.ts';
