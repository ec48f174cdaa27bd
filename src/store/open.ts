import type { KeyRetention } from '../indexes/key-index.ts';
import { type WrappedInspector, wrapInspection } from '../inspect/inspection.ts';
import { EventCounter } from '../log/event-counter.ts';
import type { LogStart } from '../log/log-start.ts';
import type { WriterLimits } from '../log/log-tail.ts';
import { FrameReader } from '../log/reader.ts';
import { Restarts } from '../log/restarts.ts';
import { Timeline } from '../log/timeline.ts';
import { LogWriter } from '../log/writer.ts';
import { WriterControl } from '../log/writer-control.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import { ConfigurationError } from '../model/errors/lifecycle-errors.ts';
import { writeUuid7 } from '../model/event-id.ts';
import type { Platform } from '../model/platform.ts';
import { acquireDirectoryLock, type DirectoryLock } from '../platform/directory-lock.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { FooterWriter } from '../recovery/image/footer-writer.ts';
import { kindsIn } from '../recovery/image/image-writer.ts';
import { recoverLog } from '../recovery/ladder.ts';
import type { RecoveredLog } from '../recovery/recovered.ts';
import { RecoverySteps } from '../recovery/recovery-steps.ts';
import {
  putLeftoversAway,
  readOrSalvage,
  type SalvageReport,
} from '../recovery/salvage/salvage.ts';
import { saltOf, seedOf } from '../recovery/store-salt.ts';
import type { Engine } from './engine.ts';
import { KeptImage } from './kept-image.ts';
import { cacheOf } from './options/cache-of.ts';
import { type ResolvedOptions, resolveOptions, type StoreOptions } from './options/options.ts';
import { type RecoveryReport, rustReportOf } from './recovery-report.ts';
import { Store } from './store.ts';
import { FailureReports } from './write/failure-reports.ts';
import { KeptKeys } from './write/kept-keys.ts';
import { KindTable } from './write/kinds.ts';

/**
 * Opens the store in a directory for reading and writing; makes it when there is none. One store
 * at a time: the directory is locked until `close`.
 *
 * Nothing but the lock is written before the first append, and a store that isn't changed leaves
 * the directory as it was.
 *
 * ```ts
 * const store = openStore({ dataDir: './data' });
 * ```
 *
 * @throws {ConfigurationError} when an option is wrong or unknown
 * @throws {StoreLockedError} when another process, or this one, has it open
 * @throws {StorageError} when the directory can't be read or written
 * @throws {CorruptSegmentError} when bytes are not what was written
 * @throws {UnsupportedVersionError} when a segment is of another format version
 */
export function openStore(options: StoreOptions): Store {
  const resolved = resolveOptions(options);
  const { platform } = resolved;
  const dataDir = platform.files.absolute(resolved.dataDir);
  makeDirectory(platform, dataDir);
  const lock = acquireDirectoryLock(dataDir, platform, { force: resolved.lock === 'force' });
  try {
    const begunMs = platform.clock.elapsedMs();
    const newId = newStoreId(platform);
    const { log, salvage, steps, inspect } = readLog(resolved, dataDir, newId);
    const putAway = putLeftoversAway(platform.files, dataDir);
    const engine = engineOf(resolved, dataDir, { log, steps, inspect }, lock, newId);
    const recovery: RecoveryReport = Object.freeze({
      ending:
        log.segments.last === undefined && log.origin === undefined
          ? 'new'
          : log.clean
            ? 'clean'
            : 'unclean',
      events: log.index.eventCount,
      tornTail: log.tornTail,
      salvage,
      putAway: [...putAway, ...(salvage?.putAway ?? [])],
      rust: rustReportOf(log.rust),
      sources: Object.freeze(steps.sources),
      refused: Object.freeze(steps.refused),
      timesMs: Object.freeze(steps.times),
      elapsedMs: platform.clock.elapsedMs() - begunMs,
    });
    return new Store(engine, recovery, lock);
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

/** Reads the log strictly, or salvages what can be salvaged when that fails and is asked for. */
function readLog(options: ResolvedOptions, dataDir: string, newId: Uint8Array): RecoveryOutcome {
  const { logger, platform, index } = options;
  const { files, clock } = platform;
  const inspect = inspectorOf(options);
  const steps = new RecoverySteps(clock, inspect);
  const salvage = options.recovery === 'salvage';
  const read = (): RecoveredLog =>
    recoverLog(files, dataDir, seedOf(newId), {
      retention: keyRetention(options),
      image: index.enableCheckpoint,
      rebuilt: () => logger.warn({ dataDir }, 'columns of the index were damaged and made anew'),
      steps,
      salvage,
    });
  const readAll = (): void => {
    if (steps.state === 'salvaging') steps.step('salvage.finished');
    try {
      recoverLog(files, dataDir, seedOf(newId), { footers: false });
    } catch (cause) {
      if (cause instanceof CorruptSegmentError) steps.step('salvage.begun');
      throw cause;
    }
  };
  try {
    const outcome = salvage
      ? readOrSalvage(files, dataDir, { readAll, read }, clock.nowUs())
      : { log: read(), salvage: undefined };
    if (!index.lazyImage) outcome.log.index.columns.loadAll();
    outcome.log.index.views.configure(index.views);
    return { ...outcome, steps, inspect };
  } catch (cause) {
    if (steps.state === 'salvaging') steps.step('salvage.failed');
    throw cause;
  }
}

interface RecoveryOutcome {
  readonly log: RecoveredLog;
  readonly salvage: SalvageReport | undefined;
  readonly steps: RecoverySteps;
  readonly inspect: WrappedInspector | undefined;
}

function engineOf(
  options: ResolvedOptions,
  directory: string,
  { log, steps, inspect }: Pick<RecoveryOutcome, 'log' | 'steps' | 'inspect'>,
  lock: DirectoryLock,
  newId: Uint8Array,
): Engine {
  const { platform, logger } = options;
  const hashChain = hashChainOf(options, log);
  const storeId = log.origin?.storeId ?? newId;
  const salt = saltOf(storeId);
  const timeline = new Timeline(platform.clock);
  timeline.resume(log.timestampUs, log.counter);
  const { channelCapacity, pressureRetryThresholdPct, shutdownDrainLimit } = options.writer;
  const reports = new FailureReports(logger);
  const control = new WriterControl(
    { queueCapacity: channelCapacity, pressureRetryThresholdPct, shutdownDrainLimit },
    inspect,
  );
  const start = startOf(directory, log, storeId, salt, hashChain);
  const limits = limitsOf(options);
  const verifyLock = (): void => lock.verify();
  const kinds = kindsOf(log);
  const reader = new FrameReader(platform.files, options.fdBudget, salt);
  const { segments, index, notes } = log;
  const names = () => kinds.logged;
  const known = { storeId, salt, hashChain, segments, index, notes, names, logger };
  const footers = new FooterWriter({ ...known, platform, reader });
  const writer = new LogWriter({
    ...{ platform, start, limits, control, timeline, logger, verifyLock },
    restarts: new Restarts(options.writer.restartPolicy),
    counter: inspect === undefined ? undefined : new EventCounter(control, platform.timers),
    moved: (sequence, offset) => log.index.columns.move(sequence, offset),
    sealed: () => {
      const { timestampUs, counter } = timeline;
      footers.sealed({ timestampUs, counter, names: kinds.logged.length });
    },
    report: (failure) => reports.report(failure, 'a sync failed'),
  });
  control.send({ type: 'open.succeeded' });
  return {
    options,
    platform,
    storeId,
    salt,
    hashChain,
    index,
    keptKeys: new KeptKeys({
      ...{ ...known, files: platform.files, directory, recoveredEpoch: log.epoch },
      refused: (path, reason) => steps.refuse(path, reason),
    }),
    keptImage: new KeptImage({
      ...{ ...known, files: platform.files, directory, timeline },
      enabled: options.index.enableCheckpoint,
      joined: steps.imageJoined && steps.sources.scanned + steps.sources.footers === 0,
    }),
    footers,
    kinds,
    caching: { cache: cacheOf(options.cache), logger },
    segments,
    reader,
    timeline,
    writer,
    control,
    reports,
    inspect,
    open: true,
  };
}

function limitsOf({ segmentMaxBytes, sync }: ResolvedOptions): WriterLimits {
  const { everyNEvents, mode, preallocate } = sync;
  return {
    segmentMaxBytes,
    syncEveryNEvents: everyNEvents,
    syncMode: mode,
    preallocate: preallocate === 'auto',
  };
}

/** The observer of the options, made harmless. */
function inspectorOf({ inspect, logger }: ResolvedOptions): WrappedInspector | undefined {
  if (inspect === undefined) return undefined;
  return wrapInspection(inspect, (message, cause) => logger.warn({ err: cause }, message));
}

function keyRetention({ idempotency, logger }: ResolvedOptions): KeyRetention {
  const overflowed = (): void =>
    logger.warn(
      { maxKeys: idempotency.maxKeys },
      'there are more idempotency keys than idempotency.maxKeys: the oldest are forgotten early',
    );
  return { ...idempotency, overflowed };
}

function startOf(
  directory: string,
  log: RecoveredLog,
  storeId: Uint8Array,
  salt: number,
  hashChain: boolean,
): LogStart {
  const { last } = log.segments;
  const continueLast = log.clean && last !== undefined && last.version === undefined;
  return {
    directory,
    storeId,
    salt,
    hashChain,
    epoch: continueLast ? log.epoch : log.epoch + 1,
    segments: log.segments,
    nextSegmentId: log.lastSegmentId + 1,
    nextSequence: log.index.count,
    durableEvents: log.durableEvents,
    durableOffset: log.durableOffset,
    continueLast,
    tornBytes: log.tornTail?.bytes ?? 0,
    leftoverPaths: log.leftoverPaths,
  };
}

function kindsOf(log: RecoveredLog): KindTable {
  const kinds = new KindTable();
  for (const { name, kind } of log.names) {
    if (kinds.restore(name, kind)) continue;
    throw new CorruptSegmentError({
      path: log.segments.last?.path ?? '',
      offset: 0,
      expected: `'${name}' bound to one kind`,
      actual: `a second binding, to ${kind}`,
    });
  }
  for (const kind of kindsIn(log.index.kinds)) kinds.markUsed(kind);
  return kinds;
}

function hashChainOf(options: ResolvedOptions, log: RecoveredLog): boolean {
  const made = log.origin?.hashChain;
  const wanted = options.hashChain;
  if (made !== undefined && wanted !== undefined && made !== wanted) {
    const expected = `${made}, as this store was made, or left out`;
    throw new ConfigurationError('hashChain', wanted, expected, String(wanted));
  }
  return made ?? wanted ?? true;
}

function makeDirectory(platform: Platform, directory: string): void {
  try {
    platform.files.makeDirectory(directory);
  } catch (cause) {
    throw translateSystemError('mkdir', directory, cause);
  }
}

function newStoreId(platform: Platform): Uint8Array {
  const id = new Uint8Array(16);
  platform.random.fill(id, 8, 16);
  writeUuid7(id, 0, platform.clock.nowUs(), 0);
  return id;
}
