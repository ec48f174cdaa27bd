import { broadcastCapacityDefault } from '../../delivery/live-reads.ts';
import { defaultKeyRetention } from '../../indexes/key-index.ts';
import type { Inspector } from '../../inspect/inspection.ts';
import type { ProjectionCache } from '../../model/cache.ts';
import type { ConfigurationError } from '../../model/errors/lifecycle-errors.ts';
import type { SyncMode } from '../../model/files.ts';
import type { Logger } from '../../model/logger.ts';
import type { Platform } from '../../model/platform.ts';
import type { RestartPolicy } from '../../model/restart-policy.ts';
import { carefulClock, type EventClock } from './event-clock.ts';
import {
  OptionReader,
  takeCache,
  takeClock,
  takeDirectory,
  takeInspector,
  takeLogger,
  takePlatform,
} from './option-reader.ts';

const MiB = 1024 * 1024;

/** What `openStore` takes. A wrong value or an unknown key is a {@link ConfigurationError}. */
export interface StoreOptions {
  /** Directory of the store; made, with its parents, when it is missing. One process at a time. */
  readonly dataDir: string;
  /** Bytes from which a segment file is full, 1 to 4 026 531 840. @default 256 MiB */
  readonly segmentMaxBytes?: number;
  /** Most segment files kept open for reading, 1 to 65 536. @default 64 */
  readonly fdBudget?: number;
  /** Largest payload and extensions of one append, in bytes, 1 to 64 MiB. @default 16 MiB */
  readonly singleAppendMaxBytes?: number;
  /**
   * Events of its region that a lossy subscription may fall behind before it loses the oldest, 1 to
   * 1 048 576. @default 8192
   */
  readonly broadcastCapacity?: number;
  readonly batch?: BatchOptions;
  readonly fence?: FenceOptions;
  readonly writer?: WriterOptions;
  readonly sync?: SyncOptions;
  readonly idempotency?: IdempotencyOptions;
  readonly index?: IndexOptions;
  /**
   * Where states of projections and read models are kept beside memory: `memory` is a
   * `MemoryCache` of 32 MiB, `none` nothing. A `FileCache` or `LmdbCache` lasts over a restart. The
   * store takes it over, and closes it when it is closed. @default 'memory'
   */
  readonly cache?: 'memory' | 'none' | ProjectionCache;
  /**
   * Whether events carry a blake3 hash linked to the entity's event before. Fixed when the store is
   * made: later openings must say the same or nothing. @default true
   */
  readonly hashChain?: boolean;
  /**
   * Watches the store's machines: an XState inspection observer, as `createActor` takes it. Its
   * first exception detaches it with a warning.
   */
  readonly inspect?: Inspector;
  /** Where warnings go, shaped like pino. @default nowhere */
  readonly logger?: Logger;
  /**
   * The time that events are stamped with, in whole microseconds since 1970, up to the year 2223.
   * It may stand still or fall back: then events keep the time of the one before, and a counter
   * tells them apart. So a clock that runs ahead is caught up with, and not set back. What is no
   * time, or an exception, is one warning and counts as a clock that stands.
   * @default the platform's
   */
  readonly clock?: EventClock;
  /**
   * What to do about damage. `strict` refuses to open the store, with the place. `salvage` writes
   * the damaged segments anew with all that is whole in them, keeps the old files in `quarantine/`,
   * and reports what is lost in `store.recovery`. A sound store is opened as ever.
   * @default 'strict'
   */
  readonly recovery?: 'strict' | 'salvage';
  /** `force` takes the directory even from a holder that may live. @default 'respect' */
  readonly lock?: 'respect' | 'force';
  /** The outside world, for tests. @default nodePlatform() */
  readonly platform?: Platform;
}

/**
 * How long idempotency keys are kept. A write whose key was forgotten is a new write: it is stored
 * a second time.
 */
export interface IdempotencyOptions {
  /**
   * How many events the one that bears a key may lie behind the newest before the key is forgotten,
   * 1 to 2^32 - 1. @default 16 777 216
   */
  readonly keepSequences?: number;
  /**
   * Most keys that are kept in memory, about 30 bytes each, 1 to 67 108 864. Over it the oldest are
   * forgotten first, with one warning. @default 4 194 304
   */
  readonly maxKeys?: number;
}

/** How the index of a store is kept over its closing. */
export interface IndexOptions {
  /**
   * Whether `close` writes the index image, and opening uses the one that is there. Without it
   * opening reads every segment that has no footer. @default true
   */
  readonly enableCheckpoint?: boolean;
  /**
   * Whether the columns of events that are known from the image or a footer are read when they are
   * first needed; otherwise all of them are read by opening. @default true
   */
  readonly lazyImage?: boolean;
  readonly views?: ViewOptions;
}

/**
 * When queries make the views that they skip events by, at most 6.3 bytes an event. `auto`:
 * for a page of 65 536 events, once doing without it has cost as much as making it would.
 * `always`: when a query first comes to the page. `never`: not at all. Answers are the same.
 */
export interface ViewOptions {
  /** Events by kind and by scope. @default 'auto' */
  readonly soa?: 'auto' | 'always' | 'never';
  /** Events by entity, for reading forwards in parts. @default 'auto' */
  readonly entityGroups?: 'auto' | 'always' | 'never';
  /**
   * A summary of each 64 events, by kind, scope and clock, also of the page that is being written:
   * 0.3 bytes an event. @default 'auto'
   */
  readonly tiles64?: 'auto' | 'always' | 'never';
}

/** Limits of one atomic batch. */
export interface BatchOptions {
  /** Most items, 1 to 4 096. @default 256 */
  readonly maxSize?: number;
  /** Most bytes of payloads and extensions together, 1 to 16 MiB. @default 1 MiB */
  readonly maxBytes?: number;
  /**
   * How many single appends may share one sync of the cadence, 0 to 65 536: `sync.everyNEvents` is
   * raised to it, and 0 leaves single appends to `sync.maxDelayMs`. Other than 1, a single append
   * or submit that is not `durable: true` needs an idempotency key, as its caller may have to
   * repeat it after a power loss. @default 1
   */
  readonly groupCommitMaxBatch?: number;
}

/** Limits of a visibility fence. */
export interface FenceOptions {
  /**
   * Most bytes that a fence stages in memory, as frames, 1 to 128 MiB; a segment bounds it too, as
   * all of it is one batch. `batch.maxSize` and `batch.maxBytes` don't. @default 16 MiB
   */
  readonly maxBytes?: number;
}

/**
 * What the writer queues and how it ends. The Rust crate's `stack_size` has no counterpart: there
 * is no writer thread.
 */
export interface WriterOptions {
  /**
   * Submitted events that are queued before a submit writes some of them first, 1 to 1 048 576.
   * @default 4096
   */
  readonly channelCapacity?: number;
  /** Per cent of the capacity from which `trySubmit` answers `retry`, 1 to 100. @default 75 */
  readonly pressureRetryThresholdPct?: number;
  /** Queued events that `close` still writes, 0 to 1 048 576; the others fail. @default 1024 */
  readonly shutdownDrainLimit?: number;
  /** How often the writer may start again after a failure of the disk. @default { type: 'once' } */
  readonly restartPolicy?: RestartPolicy;
}

/** When written events are synced to the disk by themselves: whichever comes first. */
export interface SyncOptions {
  /**
   * After so many events, 1 to 2^32 - 1; 0 means 1: every append is durable. For submitted events
   * the sync runs off the event loop, while up to four times as many may be written. @default 1000
   */
  readonly everyNEvents?: number;
  /** `all` is fsync, `data` is fdatasync. @default 'all' */
  readonly mode?: SyncMode;
  /**
   * `auto`: where syncs are frequent (`everyNEvents` of 64 or less, or once one was asked for) the
   * file is filled with zeros ahead in steps of 1 MiB, so that a sync has no metadata to write.
   * What isn't used is cut off when the segment is full or the store closed. @default 'auto'
   */
  readonly preallocate?: 'auto' | 'never';
  /** At the latest so many milliseconds after a write, 1 to 3 600 000. @default 1000 */
  readonly maxDelayMs?: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly dataDir: string;
  readonly segmentMaxBytes: number;
  readonly fdBudget: number;
  readonly singleAppendMaxBytes: number;
  readonly broadcastCapacity: number;
  readonly batch: Readonly<Required<BatchOptions>>;
  readonly fence: Readonly<Required<FenceOptions>>;
  readonly writer: Readonly<Required<WriterOptions>>;
  readonly sync: Readonly<Required<SyncOptions>>;
  readonly idempotency: Readonly<Required<IdempotencyOptions>>;
  readonly index: Readonly<Required<IndexOptions>> & {
    readonly views: Readonly<Required<ViewOptions>>;
  };
  readonly cache: 'memory' | 'none' | ProjectionCache;
  /** `undefined`: as the store was made, or `true` for a new one. */
  readonly hashChain: boolean | undefined;
  readonly inspect: Inspector | undefined;
  readonly logger: Logger;
  readonly recovery: 'strict' | 'salvage';
  readonly lock: 'respect' | 'force';
  readonly platform: Platform;
}

const viewPolicies = ['auto', 'always', 'never'] as const;

const everyNEventsMax = 0xffff_ffff;

/** Offsets are 32 bits; this leaves room for the largest group after a segment's last frame. */
const segmentMaxBytesMax = 3840 * MiB;

/** The group `idempotency`, with its defaults. @throws {ConfigurationError} */
export function takeKeyRetention(top: OptionReader): Readonly<Required<IdempotencyOptions>> {
  const { keepSequences, maxKeys } = defaultKeyRetention;
  const group = top.group('idempotency');
  const retention = Object.freeze({
    keepSequences: group.integer('keepSequences', keepSequences, 1, 0xffff_ffff),
    maxKeys: group.integer('maxKeys', maxKeys, 1, 67_108_864),
  });
  group.refuseUnknown();
  return retention;
}

/** Checks the options and fills in the defaults. @throws {ConfigurationError} */
export function resolveOptions(options: StoreOptions): ResolvedOptions {
  const top = new OptionReader('', options);
  const batch = top.group('batch');
  const fence = top.group('fence');
  const writer = top.group('writer');
  const sync = top.group('sync');
  const index = top.group('index');
  const givenViews = index.take('views');
  const views = new OptionReader('index.views', givenViews === undefined ? {} : givenViews);
  const groupCommitMaxBatch = batch.integer('groupCommitMaxBatch', 1, 0, 65_536);
  const logger = takeLogger(top);
  const clock = takeClock(top);
  const platform = takePlatform(top);
  const resolved: ResolvedOptions = Object.freeze({
    dataDir: takeDirectory(top),
    segmentMaxBytes: top.integer('segmentMaxBytes', 256 * MiB, 1, segmentMaxBytesMax),
    fdBudget: top.integer('fdBudget', 64, 1, 65_536),
    singleAppendMaxBytes: top.integer('singleAppendMaxBytes', 16 * MiB, 1, 64 * MiB),
    broadcastCapacity: top.integer('broadcastCapacity', broadcastCapacityDefault, 1, 1_048_576),
    batch: Object.freeze({
      maxSize: batch.integer('maxSize', 256, 1, 4096),
      maxBytes: batch.integer('maxBytes', MiB, 1, 16 * MiB),
      groupCommitMaxBatch,
    }),
    fence: Object.freeze({ maxBytes: fence.integer('maxBytes', 16 * MiB, 1, 128 * MiB) }),
    writer: Object.freeze({
      channelCapacity: writer.integer('channelCapacity', 4096, 1, 1_048_576),
      pressureRetryThresholdPct: writer.integer('pressureRetryThresholdPct', 75, 1, 100),
      shutdownDrainLimit: writer.integer('shutdownDrainLimit', 1024, 0, 1_048_576),
      restartPolicy: restartPolicy(writer),
    }),
    sync: Object.freeze({
      everyNEvents: cadence(
        sync.integer('everyNEvents', 1000, 0, everyNEventsMax),
        groupCommitMaxBatch,
      ),
      mode: sync.choice('mode', 'all', ['all', 'data'] as const),
      preallocate: sync.choice('preallocate', 'auto', ['auto', 'never'] as const),
      maxDelayMs: sync.integer('maxDelayMs', 1000, 1, 3_600_000),
    }),
    idempotency: takeKeyRetention(top),
    index: Object.freeze({
      enableCheckpoint: index.optionalBoolean('enableCheckpoint') ?? true,
      lazyImage: index.optionalBoolean('lazyImage') ?? true,
      views: Object.freeze({
        soa: views.choice('soa', 'auto', viewPolicies),
        entityGroups: views.choice('entityGroups', 'auto', viewPolicies),
        tiles64: views.choice('tiles64', 'auto', viewPolicies),
      }),
    }),
    cache: takeCache(top),
    hashChain: top.optionalBoolean('hashChain'),
    inspect: takeInspector(top),
    logger,
    recovery: top.choice('recovery', 'strict', ['strict', 'salvage'] as const),
    lock: top.choice('lock', 'respect', ['respect', 'force'] as const),
    platform: clock === undefined ? platform : withClock(platform, clock, logger),
  });
  for (const reader of [top, batch, fence, writer, sync, index, views]) reader.refuseUnknown();
  return resolved;
}

/** The platform, whose time of day is the caller's. */
function withClock(platform: Platform, clock: EventClock, logger: Logger): Platform {
  const { files, random, timers, process } = platform;
  return { files, clock: carefulClock(clock, platform.clock, logger), random, timers, process };
}

function restartPolicy(writer: OptionReader): RestartPolicy {
  const given = writer.take('restartPolicy');
  if (given === undefined) return Object.freeze({ type: 'once' });
  const policy = new OptionReader('writer.restartPolicy', given);
  const type = policy.choice('type', 'once', ['once', 'bounded'] as const);
  const resolved: RestartPolicy =
    type === 'once'
      ? { type }
      : {
          type,
          maxRestarts: requiredInteger(policy, 'maxRestarts', 0, 1_000_000),
          withinMs: requiredInteger(policy, 'withinMs', 1, 86_400_000),
        };
  policy.refuseUnknown();
  return Object.freeze(resolved);
}

function requiredInteger(reader: OptionReader, key: string, min: number, max: number): number {
  const value = reader.take(key);
  if (value === undefined) throw reader.refuse(key, value, `an integer ${min}..${max}`);
  return reader.integer(key, min, min, max);
}

/** Events after which the cadence syncs, when so many appends may share one sync of it. */
function cadence(everyNEvents: number, groupCommitMaxBatch: number): number {
  if (groupCommitMaxBatch === 0) return everyNEventsMax;
  return Math.max(everyNEvents || 1, groupCommitMaxBatch);
}
