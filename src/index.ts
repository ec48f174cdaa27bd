export type {
  Accepted,
  AllAccepted,
  Decision,
  DecisionOfAll,
  OneRefused,
  RefusalReason,
  Refused,
} from './aggregates/command/decision.ts';
export type { SendItem, SendOptions } from './aggregates/command/send-options.ts';
export {
  type ExplainedState,
  type ExplainedTransition,
  type Explanation,
  explain,
  type SteppedBy,
} from './aggregates/compile/explain.ts';
export type { Obstacle } from './aggregates/compile/obstacle.ts';
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
  type TypedEvents,
} from './aggregates/definition/definition.ts';
export type { ActorError } from './aggregates/effects/external-event.ts';
export type { PendingEffects, PendingTimer, RunningActor } from './aggregates/effects/pending.ts';
export {
  checkHistory,
  type HistoryCheck,
  type HistoryFinding,
} from './aggregates/evolution/check-history.ts';
export type { OnRefused } from './aggregates/evolution/evolution.ts';
export type { Moment } from './aggregates/fold/aggregate-reader.ts';
export type { EventCount, FoldReport } from './aggregates/fold/fold-report.ts';
export type {
  HistoryAside,
  HistoryEntry,
  HistoryInput,
  HistoryOutside,
  HistoryStart,
} from './aggregates/repository/history.ts';
export type { RepositoryOptions } from './aggregates/repository/options.ts';
export {
  type CreateArguments,
  ReadOnlyRepository,
  Repository,
  repository,
} from './aggregates/repository/repository.ts';
export type { AggregateState, AggregateStateBase } from './aggregates/repository/state.ts';
export { actorErrorOf } from './aggregates/runner/actor-result.ts';
export { EffectRunner, type EffectRunnerEnd } from './aggregates/runner/effect-runner.ts';
export type { EffectFailure } from './aggregates/runner/effect-work.ts';
export { type EffectStart, Effects, effects } from './aggregates/runner/effects.ts';
export type { EffectRunnerState } from './aggregates/runner/runner-control.ts';
export type {
  ActionCall,
  ActionImplementations,
  ActorCall,
  ActorImplementations,
  EffectOptions,
  InvokedActors,
  NamedActions,
} from './aggregates/runner/runner-options.ts';
export type {
  SnapshotCache,
  SnapshotMeta,
  SnapshotOptions,
} from './aggregates/snapshots/snapshot-cache.ts';
export type { ParkedEvent } from './codec/cursor-state.ts';
export type { LostClocks } from './codec/gap.ts';
export { Cursor } from './delivery/cursor/cursor.ts';
export type {
  CursorFrom,
  CursorOptions,
  DeliveryRead,
  UnnamedCursorOptions,
} from './delivery/cursor/cursor-options.ts';
export type { CursorDiscardReason, CursorRecovery } from './delivery/cursor/kept-cursor.ts';
export type { CursorSummary } from './delivery/cursor/named-cursors.ts';
export type { SubscribeOptions } from './delivery/live-reads.ts';
export { Subscription } from './delivery/lossy/subscription.ts';
export type { SubscriptionGap } from './delivery/lossy/subscription-feed.ts';
export type { ReactOptions, Reactor } from './delivery/react/reactor.ts';
export type { BackOff } from './delivery/worker/back-off.ts';
export type {
  CursorHandler,
  HandlerContext,
  WorkerEnd,
} from './delivery/worker/cursor-handler.ts';
export { CursorWorker } from './delivery/worker/cursor-worker.ts';
export type { WorkerState } from './delivery/worker/worker-control.ts';
export type { WorkerOptions } from './delivery/worker/worker-options.ts';
export {
  type CloudEvent,
  type CloudEventOptions,
  cloudSourceOf,
  toCloudEvent,
} from './exchange/cloud-event.ts';
export { type ExportOptions, exportCloudEventLines, exportCloudEvents } from './exchange/export.ts';
export {
  type CloudEventInput,
  type ImportOptions,
  type ImportReport,
  importCloudEventStream,
  importCloudEvents,
} from './exchange/import.ts';
export { type EventOrigin, originOf } from './exchange/origin.ts';
export { type ReadableStreamOptions, toReadableStream } from './exchange/readable-stream.ts';
export type { GateVerdict } from './gates/ask-gate.ts';
export type { BypassReason } from './gates/audit/decision-bytes.ts';
export {
  appendDenial,
  type DenialOptions,
  denialKind,
  denialOf,
} from './gates/audit/denial-event.ts';
export {
  type EventLookup,
  explainDecision,
  type GateDecision,
  verifyDecision,
} from './gates/audit/explain-decision.ts';
export {
  type Allowed,
  type AnyGate,
  allow,
  type Denied,
  type DenyOptions,
  defineGate,
  deny,
  Gate,
  type GateAnswer,
  type GateContext,
  type GateOptions,
  type GatePayload,
} from './gates/gate.ts';
export type { GateReceipt } from './gates/gate-receipt.ts';
export { GateSet, type SetVerdict } from './gates/gate-set.ts';
export type { CommitOptions } from './gates/gated-write.ts';
export { Pipeline, type PipelineOptions, pipeline } from './gates/pipeline.ts';
export { Proposal } from './gates/proposal.ts';
export {
  defineTypestate,
  Typestate,
  type TypestateAccepted,
  type TypestateDecision,
  type TypestateHandle,
  type TypestateHost,
  type TypestateRefused,
} from './gates/typestate/typestate.ts';
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
export type {
  CacheCapabilities,
  CachedValue,
  CacheMeta,
  ProjectionCache,
} from './model/cache.ts';
export type { CommandContext, CommandGuard, Judgement } from './model/command-guard.ts';
export { type At, Coordinate } from './model/coordinate.ts';
export type { Denial, GateIdentity, JudgedValues } from './model/denial.ts';
export {
  EffectsRunningError,
  HistoryRefusedError,
  MachineDefectError,
  ReplayDivergedError,
  UnsupportedMachineError,
  UnsupportedXStateError,
} from './model/errors/aggregate-errors.ts';
export { ArgumentRangeError, ArgumentTypeError } from './model/errors/argument-error.ts';
export { BatpakError, isBatpakError } from './model/errors/batpak-error.ts';
export {
  CacheDamagedError,
  CacheInUseError,
  CacheUnavailableError,
} from './model/errors/cache-errors.ts';
export { CorruptSegmentError, UnsupportedVersionError } from './model/errors/corruption-errors.ts';
export {
  CorruptCursorError,
  CursorClosedError,
  CursorOpenError,
  CursorRegionError,
  CursorVoidError,
  ReactionLoopError,
} from './model/errors/delivery-errors.ts';
export {
  DiskFullError,
  StorageError,
  SyncFailedError,
  type SystemFailure,
  WriteFailedError,
  WriterDeadError,
} from './model/errors/disk-errors.ts';
export {
  FutureEventVersionError,
  UpcastFailedError,
} from './model/errors/event-version-errors.ts';
export { ImportFailedError, InvalidCloudEventError } from './model/errors/exchange-errors.ts';
export {
  VisibilityFenceActiveError,
  VisibilityFenceCancelledError,
  VisibilityFenceNotActiveError,
} from './model/errors/fence-errors.ts';
export {
  ForeignGateReceiptError,
  ForgedGateReceiptError,
  GateReceiptUsedError,
  UngatedEventError,
  UnjudgedPayloadError,
  UnreadableDecisionError,
} from './model/errors/gate-errors.ts';
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
  type Upcast,
} from './model/event-definition.ts';
export type {
  EventSink,
  KeyedReaction,
  Reaction,
  ReactionItemOptions,
} from './model/event-sink.ts';
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
export type { Compensation } from './model/outcome/compensation.ts';
export { err, type Failed, type Outcome, ok, type Pending } from './model/outcome/outcome.ts';
export { outcomes } from './model/outcome/outcomes.ts';
export type { WaitCondition, WaitFacts } from './model/outcome/wait-condition.ts';
export type { Clock, Platform, ProcessIdentity, Random, Timers } from './model/platform.ts';
export type { Durability, Position, Receipt } from './model/receipt.ts';
export { type ClockRange, type EntityMatch, Region, type RegionSubject } from './model/region.ts';
export type { RestartPolicy } from './model/restart-policy.ts';
export { isEvent, type TypedEvent } from './model/typed-event.ts';
export { nodePlatform } from './platform/node-platform.ts';
export { FileCache, type FileCacheOptions } from './projections/caches/file-cache.ts';
export { MemoryCache, type MemoryCacheOptions } from './projections/caches/memory-cache.ts';
export { NoCache } from './projections/caches/no-cache.ts';
export type { StatesOf } from './projections/fold-all.ts';
export type { Freshness } from './projections/freshness.ts';
export {
  defineProjection,
  type EntryProjectionOptions,
  type EventOf,
  type Projection,
  type ProjectionOptions,
  type ProjectionReads,
  type StateOf,
} from './projections/projection.ts';
export { ProjectionWatcher, type WatchOptions } from './projections/projection-watcher.ts';
export type { ProjectionChange } from './projections/projector.ts';
export { type BuildOptions, ReadModel } from './projections/read-models/read-model.ts';
export {
  defineReadModel,
  type EntryReadModelOptions,
  type ReadModelDefinition,
  type ReadModelOptions,
} from './projections/read-models/read-model-definition.ts';
export type { BuildProgress } from './projections/read-models/read-model-fold.ts';
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
export type { EventClock } from './store/options/event-clock.ts';
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
  type BatchItemOf,
  type BatchItemsOf,
  type ItemCausation,
  item,
} from './store/write/append-batch.ts';
export type { AppendOptions } from './store/write/append-request.ts';
export { VisibilityFence } from './store/write/fence.ts';
export { Outbox, type OutboxOptions } from './store/write/outbox.ts';
export type { PressureLevel, WriterPressure } from './store/write/pressure.ts';
export type { Cause, ReactionOptions } from './store/write/reactions.ts';
export type { Ticket } from './store/write/ticket.ts';
