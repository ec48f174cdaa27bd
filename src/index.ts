export type { Moment } from './aggregates/aggregate-engine.ts';
export type { Accepted, Decision, RefusalReason, Refused } from './aggregates/decision.ts';
export {
  type Admission,
  AggregateDefinition,
  type AggregateOptions,
  type CarriedBy,
  type CommandOf,
  defineAggregate,
  type EventMap,
  type MachineEventType,
  type StoredEventOf,
} from './aggregates/definition.ts';
export { Repository, type RepositoryOptions, repository } from './aggregates/repository.ts';
export type { SendOptions } from './aggregates/send-options.ts';
export type { AggregateState, AggregateStateBase } from './aggregates/state.ts';
export type { Inspector } from './inspect/inspection.ts';
export { toMermaid } from './inspect/mermaid.ts';

export { AssertionFailure } from './model/assert.ts';
export { type At, Coordinate } from './model/coordinate.ts';
export {
  HistoryRefusedError,
  MachineDefectError,
  ReplayDivergedError,
  UnsupportedMachineError,
  UnsupportedXStateError,
} from './model/errors/aggregate-errors.ts';
export { ArgumentRangeError, ArgumentTypeError } from './model/errors/argument-error.ts';
export { BatpakError, isBatpakError } from './model/errors/batpak-error.ts';
export { CorruptSegmentError, UnsupportedVersionError } from './model/errors/corruption-errors.ts';
export {
  DiskFullError,
  StorageError,
  SyncFailedError,
  type SystemFailure,
  WriteFailedError,
  WriterDeadError,
} from './model/errors/disk-errors.ts';
export {
  ConfigurationError,
  type LockHolder,
  NestedWriteError,
  StoreClosedError,
  StoreLockedError,
} from './model/errors/lifecycle-errors.ts';
export {
  BatchFailedError,
  type CoordinateProblem,
  type Expectation,
  ExpectationFailedError,
  IdempotencyConflictError,
  InvalidCoordinateError,
  InvalidPayloadError,
  KindConflictError,
  KindsExhaustedError,
  LimitExceededError,
  ReservedKindError,
  SchemaRefusedError,
} from './model/errors/write-errors.ts';
export type { IndexEntry, StoredEvent } from './model/event.ts';
export {
  type AnyEventDefinition,
  defineEvent,
  EventDefinition,
  type EventOptions,
  type InputOf,
  type PayloadOf,
} from './model/event-definition.ts';
export type { EntityHead, EventSource, QueryOptions } from './model/event-source.ts';
export type {
  FileHandle,
  FileStatus,
  Files,
  OpenMode,
  SyncDone,
  SyncMode,
} from './model/files.ts';
export { categoryOf, kindOf } from './model/kind.ts';
export type { Logger } from './model/logger.ts';
export { err, type Outcome, ok } from './model/outcome.ts';
export type { Clock, Platform, ProcessIdentity, Random, Timers } from './model/platform.ts';
export type { Durability, Position, Receipt } from './model/receipt.ts';
export { type ClockRange, type EntityMatch, Region, type RegionSubject } from './model/region.ts';
export type { RestartPolicy } from './model/restart-policy.ts';
export { nodePlatform } from './platform/node-platform.ts';
export { defineProjection, type Projection } from './projections/projection.ts';
export type { TornTail } from './recovery/recovered.ts';
export type { VerifyCode, VerifyError, VerifyReport } from './recovery/verify.ts';
export {
  type BatchAppendOptions,
  type BatchItem,
  type ItemCausation,
  item,
} from './store/append-batch.ts';
export type { AppendOptions } from './store/append-request.ts';
export type { Closed } from './store/closed.ts';
export { openStore } from './store/open.ts';
export type { BatchOptions, StoreOptions, SyncOptions } from './store/options.ts';
export type { RecoveryReport } from './store/recovery-report.ts';
export { Store } from './store/store.ts';
