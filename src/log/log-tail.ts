import { defined } from '../model/assert.ts';
import { DiskFullError, StorageError, SyncFailedError } from '../model/errors/disk-errors.ts';
import type { SyncDone, SyncMode } from '../model/files.ts';
import type { Logger } from '../model/logger.ts';
import type { Platform } from '../model/platform.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { ActiveSegment } from './active-segment.ts';
import type { FrameGroup } from './frame-group.ts';
import { markCleanEnd } from './log-close.ts';
import type { LogStart } from './log-start.ts';
import { type EventMoved, SegmentMaker } from './segment-maker.ts';
import { cutTornTail, removeLeftovers, syncForeign } from './tail-repair.ts';
import type { Timeline } from './timeline.ts';

/** Limits of the writer, as the options of the store give them. */
export interface WriterLimits {
  readonly segmentMaxBytes: number;
  /** Events after which a sync is made. */
  readonly syncEveryNEvents: number;
  readonly syncMode: SyncMode;
  /** Whether room may be made ahead where syncs are frequent. */
  readonly preallocate: boolean;
}

/** What the end of a log works with. */
export interface LogTailParts {
  readonly platform: Platform;
  readonly start: LogStart;
  readonly limits: WriterLimits;
  readonly timeline: Timeline;
  readonly logger: Logger;
  /** Throws {@link StoreLockedError} when the directory is another writer's by now. */
  readonly verifyLock: () => void;
  /** Told where events stand that a restart, or the first write after a crash, wrote again. */
  readonly moved: EventMoved;
  /** Told that the last segment was sealed and another one begun, before anything is in that. */
  readonly sealed?: (() => void) | undefined;
}

/** A sync that nobody waits for: what it will have made durable. */
export interface RunningSync {
  readonly active: ActiveSegment;
  /** How many events, from the first. */
  readonly events: number;
  readonly offset: number;
}

/** Most events between two syncs for which it pays to make room ahead. */
const roomyCadenceMax = 64;

/**
 * The end of the log, where it grows: the open segment, and how much is written and durable. It
 * acts and keeps count; what a failure means is decided by the writer.
 */
export class LogTail {
  readonly #parts: LogTailParts;
  readonly #start: LogStart;
  readonly #maker: SegmentMaker;
  #active: ActiveSegment | undefined;
  /** Whether syncs are frequent enough to make room for them ahead. */
  #roomy: boolean;
  /** How many events, from the first, are in the file. */
  writtenEvents: number;
  /** How many events, from the first, a sync has covered. */
  durableEvents: number;
  /** Whether something is in the file that no sync of ours has covered. */
  unsynced: boolean;
  /** Whether something was written since the log was opened. */
  touched = false;

  constructor(parts: LogTailParts) {
    const { start, limits, platform, logger, moved } = parts;
    this.#parts = parts;
    this.#start = start;
    this.#maker = new SegmentMaker(platform, start, logger, moved);
    this.#roomy = limits.preallocate && limits.syncEveryNEvents <= roomyCadenceMax;
    this.writtenEvents = start.nextSequence;
    this.durableEvents = start.durableEvents;
    this.unsynced = start.durableEvents < start.nextSequence;
  }

  /** Raised at each opening after an unclean end, and at each restart. */
  get epoch(): number {
    return this.#maker.epoch;
  }

  /** The open segment; `undefined` before the first write. */
  get active(): ActiveSegment | undefined {
    return this.#active;
  }

  /** The open segment, after `begin`. */
  get open(): ActiveSegment {
    return defined(this.#active, 'a segment is open');
  }

  /**
   * Opens the log for the first write since it was recovered.
   *
   * @throws {StoreLockedError} {@link DiskFullError} {@link StorageError}
   */
  begin(): void {
    const { platform, logger, verifyLock } = this.#parts;
    const { segments, continueLast, durableOffset } = this.#start;
    const { last } = segments;
    if (continueLast && last !== undefined) {
      this.#use(ActiveSegment.continue(platform.files, last, durableOffset));
      // Its CLEAN record may not be synced: the next segment must not name an end behind it yet.
      this.unsynced = durableOffset < last.validBytes;
    } else {
      verifyLock();
      cutTornTail(platform.files, this.#start);
      syncForeign(platform.files, segments);
      this.#use(this.#makeFrom(last?.validBytes ?? 0, durableOffset));
    }
    removeLeftovers(platform.files, this.#start, logger);
  }

  /** Whether a group of so many bytes belongs into the next segment. */
  isFullFor(bytesMax: number): boolean {
    const { segment, position } = this.open;
    const full = position + bytesMax > this.#parts.limits.segmentMaxBytes;
    return full && position > segment.headerBytes;
  }

  /** Goes on in the next segment, behind one that is durable. @returns the one before */
  rotate(): ActiveSegment {
    const full = this.open;
    this.#parts.verifyLock();
    this.#use(this.#maker.make(this.writtenEvents));
    this.#parts.sealed?.();
    return full;
  }

  /** Writes a group into the open segment. @throws what the system says */
  write(bytes: Uint8Array, length: number, events: number): void {
    this.open.write(bytes, length);
    this.writtenEvents += events;
    this.unsynced = true;
    this.touched = true;
  }

  /** Makes the open segment durable. @throws {SyncFailedError} {@link StoreLockedError} */
  sync(): void {
    const { path } = this.open.segment;
    this.#verifyLockForSync(path);
    try {
      this.open.sync(this.#parts.limits.syncMode);
    } catch (cause) {
      throw new SyncFailedError(path, translateSystemError('sync', path, cause));
    }
    this.durableEvents = this.writtenEvents;
    this.unsynced = false;
  }

  /** Starts a sync of what is written by now. @returns what it covers */
  beginSync(done: SyncDone): RunningSync {
    this.#parts.verifyLock();
    const active = this.open;
    const running = { active, events: this.writtenEvents, offset: active.position };
    active.beginSync(this.#parts.limits.syncMode, done);
    return running;
  }

  /** A sync that nobody waited for succeeded. */
  covered({ active, events, offset }: RunningSync): void {
    this.durableEvents = Math.max(this.durableEvents, events);
    active.durableOffset = Math.max(active.durableOffset, offset);
    // By bytes and not by events, as not every frame holds one. A segment that writing has left
    // was synced by the rotation.
    if (active === this.#active) this.unsynced = active.durableOffset < active.position;
  }

  /**
   * Goes on in a new segment of the next epoch, in which what was not durable is written again. All
   * of it is durable when this returns; the file before is not touched any more.
   *
   * @throws {CorruptSegmentError} when it can't be read any more
   * @throws {StoreLockedError} {@link DiskFullError} {@link StorageError}
   */
  restart(): void {
    this.#parts.verifyLock();
    const failed = this.open;
    failed.abandon();
    this.#maker.epoch += 1;
    this.#use(this.#makeFrom(failed.position, failed.durableOffset));
  }

  /** Takes note that syncs are asked for, and not made by the cadence alone. */
  expectSyncs(): void {
    if (this.#roomy || !this.#parts.limits.preallocate) return;
    this.#roomy = true;
    if (this.#active !== undefined) this.#active.makesRoom = true;
  }

  /**
   * Ends the log. One that was not written to isn't touched.
   *
   * @returns whether it ends cleanly: the next opening goes on without a new epoch
   * @throws {SyncFailedError} {@link StoreLockedError}
   */
  end(group: FrameGroup): boolean {
    const active = this.#active;
    if (!this.touched || active === undefined) {
      const { continueLast, segments, leftoverPaths } = this.#start;
      const ours = segments.last !== undefined && segments.last.version === undefined;
      return continueLast || (!ours && leftoverPaths.length === 0);
    }
    if (this.unsynced) this.sync();
    const { timeline, logger, limits } = this.#parts;
    const { syncMode } = limits;
    const nextSequence = this.writtenEvents;
    return markCleanEnd({ active, group, timeline, logger, nextSequence, syncMode });
  }

  /** Makes the next segment, with what the last one holds from `durableOffset` to `end` in it. */
  #makeFrom(end: number, durableOffset: number): ActiveSegment {
    const source = this.#start.segments.last;
    const from = Math.max(durableOffset, source?.headerBytes ?? 0);
    const active =
      source === undefined || from >= end
        ? this.#maker.make(this.writtenEvents)
        : this.#maker.makeFromTail({ source, from }, this.durableEvents);
    this.durableEvents = this.writtenEvents;
    this.unsynced = false;
    return active;
  }

  /** Nobody may call events durable that another writer may have cut off by now. */
  #verifyLockForSync(path: string): void {
    try {
      this.#parts.verifyLock();
    } catch (cause) {
      const unread = cause instanceof StorageError || cause instanceof DiskFullError;
      throw unread ? new SyncFailedError(path, cause) : cause;
    }
  }

  #use(active: ActiveSegment): void {
    active.makesRoom = this.#roomy;
    this.#active = active;
  }
}
