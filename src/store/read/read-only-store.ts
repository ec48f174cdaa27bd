import { FrameReader } from '../../log/reader.ts';
import { assert } from '../../model/assert.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { Caching } from '../../projections/projections.ts';
import type { FollowStep, LogFollower } from '../../recovery/follow/follow.ts';
import { saltOf } from '../../recovery/store-salt.ts';
import type { ReadEngine } from '../engine.ts';
import { cacheOf } from '../options/cache-of.ts';
import { type RecoveryReport, rustReportOf } from '../recovery-report.ts';
import { StoreProjections } from '../store-projections.ts';
import { KindTable } from '../write/kinds.ts';
import type { ResolvedReadOnlyOptions } from './read-only-options.ts';

/** What {@link ReadOnlyStore.refresh} found. */
export interface Refreshed {
  /** How many events are new; when all was read anew, how many there are. */
  readonly events: number;
  /**
   * Whether the log is no longer a continuation of what was read before, so that all of it was read
   * anew: it was repaired, put back from a backup or replaced, or events that were seen have been
   * taken back as the write they belonged to failed.
   */
  readonly rebuilt: boolean;
}

/**
 * What reading a log found. `unclean`, and a `tornTail`, are what a store that is being written
 * looks like, too.
 */
export type ReadingReport = Pick<
  RecoveryReport,
  'ending' | 'events' | 'tornTail' | 'rust' | 'elapsedMs'
>;

/**
 * A store that is open for reading only, beside a writer or without one. What it shows changes with
 * {@link ReadOnlyStore.refresh} alone.
 *
 * Made by `openReadOnly`.
 */
export class ReadOnlyStore extends StoreProjections implements Disposable {
  readonly #options: ResolvedReadOnlyOptions;
  readonly #follower: LogFollower;
  #engine: ReadEngine;
  #recovery: ReadingReport;
  /** Names of the log that are in the table of kinds. */
  #namesEntered = 0;

  /** @internal */
  constructor(options: ResolvedReadOnlyOptions, follower: LogFollower, elapsedMs: number) {
    const engine = { ...engineOf(options, follower), caching: cachingOf(options) };
    super(engine);
    this.#options = options;
    this.#follower = follower;
    this.#engine = engine;
    this.#enterNames();
    this.#recovery = reportOf(follower, elapsedMs);
  }

  /** What reading the log found when it was opened, or when it was last read anew. */
  get recovery(): ReadingReport {
    return this.#recovery;
  }

  /**
   * Takes up what was written since. Events that were seen stay, unless `rebuilt` is `true`: then
   * entries, events and iterations from before belong to a log that is no more, and what they have
   * not read yet is a {@link StoreClosedError}.
   *
   * Without news it costs a listing of the directory and two small reads. When it throws, the store
   * shows what it showed before, perhaps with some of what is new, and the next call starts again.
   *
   * @throws {CorruptSegmentError} when bytes are not what was written
   * @throws {StorageError} when the directory or a segment can't be read
   * @throws {UnsupportedVersionError} when a segment is of another format version
   * @throws {StoreClosedError}
   */
  refresh(): Refreshed {
    if (!this.#engine.open) throw new StoreClosedError('refresh');
    const { eventCount: before } = this;
    const wasEmpty = this.#engine.segments.last === undefined;
    const { clock } = this.#engine.platform;
    const begunMs = clock.elapsedMs();
    let step: FollowStep;
    try {
      step = this.#follower.refresh();
      if (step === 'rebuilt') this.#rebuild(clock.elapsedMs() - begunMs);
    } finally {
      // A refresh that fails may have taken up events before the place where it failed.
      this.#enterNames();
    }
    // Who had read nothing sees the log for the first time.
    const rebuilt = step === 'rebuilt' && !wasEmpty;
    return { events: rebuilt ? this.eventCount : this.eventCount - before, rebuilt };
  }

  /**
   * Sequence of the last event that the log itself shows to be durable, or `undefined`. The writer
   * may have synced more: it says so in what it writes next.
   */
  override durableThrough(): number | undefined {
    const { durableEvents } = this.#follower.log.scan;
    return durableEvents === 0 ? undefined : durableEvents - 1;
  }

  /**
   * Puts all states of projections and read models that are in memory into the cache, as far as the
   * log shows that their events are durable. Failures of the cache are warnings.
   *
   * @throws {StoreClosedError}
   */
  flushProjections(): void {
    if (!this.#engine.open) throw new StoreClosedError('flushProjections');
    this.projections.flush();
  }

  /**
   * Frees the files, and closes the cache. What was read before stays readable. A second call does
   * nothing.
   */
  close(): void {
    if (!this.#engine.open) return;
    this.projections.close();
    this.#engine.open = false;
    this.#engine.index.arrivals.announce();
    this.#engine.reader.close();
  }

  /** @internal */
  protected override epochOf(): number {
    return this.#follower.log.epoch;
  }

  /** Closes the store, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #rebuild(elapsedMs: number): void {
    const engine = engineOf(this.#options, this.#follower);
    this.#engine.reader.close();
    this.adopt(engine);
    this.#engine = engine;
    this.#namesEntered = 0;
    this.#recovery = reportOf(this.#follower, elapsedMs);
  }

  #enterNames(): void {
    const { names } = this.#follower.log;
    for (const { name, kind } of names.slice(this.#namesEntered)) {
      const agrees = this.#engine.kinds.restore(name, kind);
      assert(agrees, 'a log that was read binds a name once', { name, kind });
    }
    this.#namesEntered = names.length;
  }
}

function engineOf(options: ResolvedReadOnlyOptions, { log }: LogFollower): ReadEngine {
  const { platform, fdBudget } = options;
  const { index, segments } = log;
  // Nothing is read of a log without a segment, by whatever id.
  const storeId = log.origin?.storeId ?? new Uint8Array(16);
  const salt = saltOf(storeId);
  const kinds = new KindTable();
  const reader = new FrameReader(platform.files, fdBudget, salt);
  return { platform, storeId, salt, index, kinds, segments, reader, open: true };
}

/** A token that no other reader has tells whether the cache is still this one's. */
function cachingOf({ cache, logger, platform }: ResolvedReadOnlyOptions): Caching {
  const token = new Uint8Array(16);
  platform.random.fill(token, 0, token.length);
  return { cache: cacheOf(cache), logger, owner: Buffer.from(token).toString('hex') };
}

function reportOf({ log }: LogFollower, elapsedMs: number): ReadingReport {
  return Object.freeze({
    ending: log.segments.last === undefined ? 'new' : log.clean ? 'clean' : 'unclean',
    events: log.index.eventCount,
    tornTail: log.tornTail,
    rust: rustReportOf(log.rust),
    elapsedMs,
  });
}
