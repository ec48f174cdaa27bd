import type { CommandGuard } from '../../model/command-guard.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import type { Verification } from '../fold/fold.ts';
import type { SnapshotOptions } from '../snapshots/snapshot-cache.ts';

/** Aggregates kept in memory unless told otherwise. */
const entitiesMaxDefault = 10_000;

/** What `repository` may be given. */
export interface RepositoryOptions {
  /** Most aggregates kept in memory, the least recently used going first, from 1. @default 10000 */
  readonly maxEntities?: number;
  /**
   * In `development` each command is stepped twice, and its event is frozen before, so that a
   * machine that reads the time or changes its event is a {@link MachineDefectError} before
   * anything of it is stored. It costs a second step. What `batpak/testing` runs is always
   * checked so. @default 'production'
   */
  readonly mode?: 'development' | 'production';
  /**
   * What of a history is compared with what was stored, when the definition is of the version that
   * stored it: `true` the state value after each event and the checksum of the last state,
   * `'strict'` the checksum after each event, which costs a walk through the context each time;
   * `false` nothing, so that a machine that was changed under its version goes unnoticed, and
   * `report.changed` counts nothing. A difference is a {@link ReplayDivergedError}. @default true
   */
  readonly verify?: boolean | 'strict';
  /**
   * Where states are kept over a restart, so that an aggregate of many events need not be folded
   * from its first one. A kept state is checked against the log. @default nowhere
   */
  readonly snapshots?: SnapshotOptions;
  /**
   * Gates in front of every command, such as a pipeline: asked when the payload is valid, before
   * the machine is. What they deny is refused as `denied`; what they let through bears their
   * decision. @default none
   */
  readonly guard?: CommandGuard;
}

/** The options of a repository, with their defaults. */
export interface ResolvedRepositoryOptions {
  readonly maxEntities: number;
  readonly checksPurity: boolean;
  readonly verify: Verification;
  readonly guard: CommandGuard | undefined;
  readonly snapshots: SnapshotOptions | undefined;
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} */
export function resolveRepositoryOptions(options: RepositoryOptions): ResolvedRepositoryOptions {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object');
  }
  checkKeys('options', options, ['maxEntities', 'mode', 'verify', 'guard', 'snapshots']);
  const { maxEntities = entitiesMaxDefault, mode = 'production', verify = true } = options;
  const { guard, snapshots } = options;
  if (typeof maxEntities !== 'number') {
    throw new ArgumentTypeError('maxEntities', maxEntities, 'a number');
  }
  if (!Number.isSafeInteger(maxEntities) || maxEntities < 1) {
    throw new ArgumentRangeError('maxEntities', maxEntities, 'an integer from 1');
  }
  if (mode !== 'development' && mode !== 'production') {
    throw new ArgumentRangeError('mode', mode, "'development' or 'production'");
  }
  if (typeof verify !== 'boolean' && verify !== 'strict') {
    throw new ArgumentRangeError('verify', verify, "true, 'strict' or false");
  }
  if (guard !== undefined && typeof guard?.judge !== 'function') {
    throw new ArgumentTypeError('guard', guard, 'what pipeline returned');
  }
  if (snapshots !== undefined) checkSnapshots(snapshots);
  return { maxEntities, checksPurity: mode === 'development', verify, guard, snapshots };
}

function checkSnapshots(snapshots: SnapshotOptions): void {
  if (typeof snapshots !== 'object' || snapshots === null) {
    throw new ArgumentTypeError('snapshots', snapshots, '{ cache }');
  }
  checkKeys('snapshots', snapshots, ['cache', 'everyEvents', 'onError']);
  const { cache, everyEvents, onError } = snapshots;
  if (typeof cache?.get !== 'function' || typeof cache.put !== 'function') {
    throw new ArgumentTypeError('snapshots.cache', cache, 'a cache with get and put');
  }
  if (everyEvents !== undefined && !(Number.isSafeInteger(everyEvents) && everyEvents >= 1)) {
    throw new ArgumentRangeError('snapshots.everyEvents', everyEvents, 'an integer from 1');
  }
  if (onError !== undefined && typeof onError !== 'function') {
    throw new ArgumentTypeError('snapshots.onError', onError, 'a function');
  }
}
