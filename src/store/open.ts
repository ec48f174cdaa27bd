import { readU32 } from '../codec/bytes.ts';
import { wrapInspection } from '../inspect/inspection.ts';
import type { LogStart } from '../log/log-start.ts';
import { FrameReader } from '../log/reader.ts';
import { Timeline } from '../log/timeline.ts';
import { LogWriter } from '../log/writer.ts';
import { WriterControl } from '../log/writer-control.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import { ConfigurationError } from '../model/errors/lifecycle-errors.ts';
import { writeUuid7 } from '../model/event-id.ts';
import type { Platform } from '../model/platform.ts';
import { acquireDirectoryLock, type DirectoryLock } from '../platform/directory-lock.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { recoverLog, saltOf } from '../recovery/ladder.ts';
import type { RecoveredLog } from '../recovery/recovered.ts';
import type { Engine } from './engine.ts';
import { KindTable } from './kinds.ts';
import { type ResolvedOptions, resolveOptions, type StoreOptions } from './options.ts';
import type { RecoveryReport } from './recovery-report.ts';
import { Store } from './store.ts';

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
    const log = recoverLog(platform.files, dataDir, randomWord(platform));
    const engine = engineOf(resolved, dataDir, log, lock);
    const recovery: RecoveryReport = Object.freeze({
      ending: log.origin === undefined ? 'new' : log.clean ? 'clean' : 'unclean',
      events: log.index.count,
      tornTail: log.tornTail,
      elapsedMs: platform.clock.elapsedMs() - begunMs,
    });
    return new Store(engine, recovery, lock);
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

function engineOf(
  options: ResolvedOptions,
  directory: string,
  log: RecoveredLog,
  lock: DirectoryLock,
): Engine {
  const { platform, logger } = options;
  const hashChain = hashChainOf(options, log);
  const storeId = log.origin?.storeId ?? newStoreId(platform);
  const salt = saltOf(storeId);
  const inspect =
    options.inspect === undefined
      ? undefined
      : wrapInspection(options.inspect, (message, cause) => logger.warn({ err: cause }, message));
  const timeline = new Timeline(platform.clock);
  timeline.resume(log.timestampUs, log.counter);
  const control = new WriterControl(
    { queueCapacity: 4096, pressureRetryThresholdPct: 75, shutdownDrainLimit: 1024 },
    inspect,
  );
  const start = startOf(directory, log, storeId, salt, hashChain);
  const { segmentMaxBytes, sync } = options;
  const limits = { segmentMaxBytes, syncEveryNEvents: sync.everyNEvents, syncMode: sync.mode };
  const verifyLock = (): void => lock.verify();
  const writer = new LogWriter({ platform, start, limits, control, timeline, logger, verifyLock });
  control.send({ type: 'open.succeeded' });
  return {
    options,
    platform,
    storeId,
    salt,
    hashChain,
    index: log.index,
    kinds: kindsOf(log),
    segments: log.segments,
    reader: new FrameReader(platform.files, options.fdBudget, salt),
    timeline,
    writer,
    inspect,
    open: true,
  };
}

function startOf(
  directory: string,
  log: RecoveredLog,
  storeId: Uint8Array,
  salt: number,
  hashChain: boolean,
): LogStart {
  const continueLast = log.clean && log.segments.last !== undefined;
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
    emptyPaths: log.emptyPaths,
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
  const { columns } = log.index;
  for (let sequence = 0; sequence < columns.count; sequence += 1) {
    kinds.markUsed(columns.kind(sequence));
  }
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

function randomWord(platform: Platform): number {
  const bytes = new Uint8Array(4);
  platform.random.fill(bytes, 0, 4);
  return readU32(bytes, 0);
}
