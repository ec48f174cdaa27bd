export type { Moment } from './aggregates/aggregate-reader.ts';
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
export {
  ReadOnlyRepository,
  Repository,
  type RepositoryOptions,
  repository,
} from './aggregates/repository.ts';

export type { SendOptions } from './aggregates/send-options.ts';
export type { AggregateState, AggregateStateBase } from './aggregates/state.ts';
export type { LostClocks } from './codec/gap.ts';
export type { Hole } from './indexes/hole-table.ts';
export type { QueryPlan } from './indexes/query/query-plan.ts';
export {
  type CausalEdge,
  type CausalGraph,
  type CausalNode,
  type CorrelationGroup,
  causalGraphToDot,
  causalGraphToMermaid,
} from './inspect/causal-graph.ts';
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
  VisibilityFenceActiveError,
  VisibilityFenceCancelledError,
  VisibilityFenceNotActiveError,
} from './model/errors/fence-errors.ts';
export {
  ConfigurationError,
  type LockHolder,
  NestedWriteError,
  StoreClosedError,
  StoreLockedError,
} from './model/errors/lifecycle-errors.ts';
export {
  type AncestryBreak,
  AncestryBrokenError,
  RegionSyntaxError,
} from './model/errors/query-errors.ts';
export {
  BatchFailedError,
  type CoordinateProblem,
  type Expectation,
  ExpectationFailedError,
  IdempotencyConflictError,
  IdempotencyRequiredError,
  InvalidCoordinateError,
  InvalidPayloadError,
  KindConflictError,
  KindsExhaustedError,
  LimitExceededError,
  ReservedKindError,
  SchemaRefusedError,
  UnknownCauseError,
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
export type {
  EntityHead,
  EventSource,
  LiveSource,
  LogIdentity,
  QueryOptions,
} from './model/event-source.ts';
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
export type {
  RecoverySources,
  RecoveryTimes,
  RefusedSource,
} from './recovery/recovery-steps.ts';
export type { QuarantinedFile } from './recovery/salvage/quarantine.ts';
export type { SalvagedSegment, SalvageReport } from './recovery/salvage/salvage.ts';
export type { LostBytes } from './recovery/salvage/salvage-plan.ts';
export type { VerifyCode, VerifyError, VerifyReport } from './recovery/verify/verify.ts';
export type { VerifyGap } from './recovery/verify/verify-gaps.ts';
export type { Closed } from './store/closed.ts';
export { openStore } from './store/open.ts';
export type {
  BatchOptions,
  FenceOptions,
  IdempotencyOptions,
  IndexOptions,
  StoreOptions,
  SyncOptions,
  ViewOptions,
  WriterOptions,
} from './store/options/options.ts';
export { type Preset, presets } from './store/options/presets.ts';
export type { WalkOptions } from './store/read/ancestors.ts';
export { openReadOnly } from './store/read/open-read-only.ts';
export type { ReadOnlyOptions } from './store/read/read-only-options.ts';
export { type ReadingReport, ReadOnlyStore, type Refreshed } from './store/read/read-only-store.ts';
export type { RecoveryReport, RustReport } from './store/recovery-report.ts';
export { Store } from './store/store.ts';
export {
  type BatchAppendOptions,
  type BatchItem,
  type ItemCausation,
  item,
} from './store/write/append-batch.ts';
export type { AppendOptions } from './store/write/append-request.ts';
export { VisibilityFence } from './store/write/fence.ts';
export { Outbox, type OutboxOptions } from './store/write/outbox.ts';
export type { PressureLevel, WriterPressure } from './store/write/pressure.ts';
export type { Cause, ReactionOptions } from './store/write/reactions.ts';
export type { Ticket } from './store/write/ticket.ts';
