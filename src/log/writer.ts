import { RecordDraft, recordTypes } from '../codec/record.ts';
import type { SegmentLink } from '../codec/segment-header.ts';
import { defined } from '../model/assert.ts';
import {
  DiskFullError,
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from '../model/errors/disk-errors.ts';
import { StoreClosedError, StoreLockedError } from '../model/errors/lifecycle-errors.ts';
import type { SyncMode } from '../model/files.ts';
import { systemKinds } from '../model/kind.ts';
import type { Logger } from '../model/logger.ts';
import type { Platform } from '../model/platform.ts';
import { systemCodeOf, translateSystemError } from '../platform/system-error.ts';
import { ActiveSegment } from './active-segment.ts';
import { FrameGroup } from './frame-group.ts';
import type { LogStart } from './log-start.ts';
import { cutTornTail, removeEmptySegments, syncTail } from './tail-repair.ts';
import type { Timeline } from './timeline.ts';
import type { WriterControl } from './writer-control.ts';

/** Limits of the writer, as the options of the store give them. */
export interface WriterLimits {
  readonly segmentMaxBytes: number;
  /** Events after which a sync is made. */
  readonly syncEveryNEvents: number;
  readonly syncMode: SyncMode;
}

/** What a writer works with. */
export interface WriterParts {
  readonly platform: Platform;
  readonly start: LogStart;
  readonly limits: WriterLimits;
  readonly control: WriterControl;
  readonly timeline: Timeline;
  readonly logger: Logger;
  /** Throws {@link StoreLockedError} when the directory is another writer's by now. */
  readonly verifyLock: () => void;
}

/** What takes frames one by one into a group. */
export interface FrameStage {
  /** Encodes a frame into the group. @returns where in the group it begins */
  stage(draft: RecordDraft): number;
}

/**
 * Writes frames to the log. Frames are staged into a group, and a group is in the file whole or not
 * at all: `prepare`, `stage` once or more, `write`; then the caller makes the events visible and
 * calls `settle`, which syncs when it is time.
 *
 * Invariants: published bytes are never cut off or changed; `durableEvents` counts only what a
 * successful sync covered; after a failed sync nothing is called durable any more.
 */
export class LogWriter implements FrameStage {
  readonly #parts: WriterParts;
  readonly #start: LogStart;
  readonly #control: WriterControl;
  readonly #group: FrameGroup;
  #active: ActiveSegment | undefined;
  #nextSegmentId: number;
  #writtenEvents: number;
  #durableEvents: number;
  /** Whether something is in the file that no sync of ours has covered. */
  #unsynced: boolean;
  /** Whether something was written since the log was opened. */
  #touched = false;
  #deathCause: unknown;

  constructor(parts: WriterParts) {
    const { start } = parts;
    this.#parts = parts;
    this.#start = start;
    this.#control = parts.control;
    this.#group = new FrameGroup(start.salt);
    this.#nextSegmentId = start.nextSegmentId;
    this.#writtenEvents = start.nextSequence;
    this.#durableEvents = start.durableEvents;
    this.#unsynced = start.durableEvents < start.nextSequence;
  }

  /** How many events, from the first, would survive power loss. */
  get durableEvents(): number {
    return this.#durableEvents;
  }

  /** Whether this writer wrote something that no sync has covered, and can still sync it. */
  get needsSync(): boolean {
    return this.#touched && this.#unsynced && this.#control.ready;
  }

  /** The segment that staged frames will be in. Meaningful after `prepare`. */
  get segmentId(): number {
    return this.#open().segment.id;
  }

  /** Where in the segment's file the group will begin. Meaningful after `prepare`. */
  get groupOffset(): number {
    return this.#open().position;
  }

  /** The group being staged, or the one staged last. */
  get group(): FrameGroup {
    return this.#group;
  }

  /**
   * Checks that writes may start.
   *
   * @throws {StoreClosedError} when the store was closed
   * @throws {WriterDeadError} when an earlier failure stopped the writer
   */
  requireReady(operation: string): void {
    if (this.#control.ready) return;
    if (this.#control.closing) throw new StoreClosedError(operation);
    throw new WriterDeadError(this.#deathCause);
  }

  /**
   * Makes room for a group of at most so many bytes: opens or rotates the segment.
   *
   * @throws {DiskFullError} {@link StorageError} when there is no making the next segment
   * @throws {WriterDeadError} when what was written before can't be made durable
   */
  prepare(bytesMax: number): void {
    try {
      if (this.#active === undefined) this.#begin();
      const { segment, position } = this.#open();
      const full = position + bytesMax > this.#parts.limits.segmentMaxBytes;
      if (full && position > segment.headerBytes) this.#rotate();
    } catch (cause) {
      // The sync that failed was for earlier events: of this group nothing was written.
      throw cause instanceof SyncFailedError ? new WriterDeadError(cause) : cause;
    }
    this.#group.begin(bytesMax);
  }

  stage(draft: RecordDraft): number {
    draft.durableOffset = this.#open().durableOffset;
    return this.#group.stage(draft);
  }

  /** Forgets what was staged. */
  discard(): void {
    this.#group.end();
  }

  /**
   * Writes the group. `events` of its frames are events; the rest are names and batch markers.
   *
   * @throws {DiskFullError} when the disk refused it: nothing of it is stored, writing can go on
   * @throws {WriteFailedError} when it failed otherwise: the writer has stopped
   */
  write(events: number): void {
    const active = this.#open();
    const length = this.#group.end();
    try {
      active.write(this.#group.bytes, length);
    } catch (cause) {
      throw this.#refuse(active, cause);
    }
    this.#writtenEvents += events;
    this.#unsynced = true;
    this.#touched = true;
    if (this.#control.diskFull) this.#control.send({ type: 'disk.freed' });
  }

  /** Syncs when as many events wait for it as the cadence says. @throws {SyncFailedError} */
  settle(): void {
    const waiting = this.#writtenEvents - this.#durableEvents;
    if (waiting >= this.#parts.limits.syncEveryNEvents) this.sync();
  }

  /**
   * Makes everything in the log durable.
   *
   * @throws {SyncFailedError} when it can't be known to be; the writer has stopped
   * @throws {StoreLockedError} when another writer has taken the directory; the writer has stopped
   */
  sync(): void {
    if (!this.#unsynced) return;
    this.#control.send({ type: 'sync.requested' });
    this.#control.send({ type: 'sync.started' });
    try {
      this.#syncFile();
    } catch (cause) {
      throw this.#die('sync', cause);
    }
    this.#control.send({ type: 'sync.finished' });
  }

  /**
   * Ends the log and frees the segment. A log that was not written to isn't touched.
   *
   * @returns whether it ends cleanly: the next opening goes on without a new epoch
   * @throws {SyncFailedError} when what was written last can't be known to be durable
   * @throws {StoreLockedError} when another writer has taken the directory
   * @throws {StorageError} when the system refuses to close the file
   */
  close(): boolean {
    const { ready } = this.#control;
    this.#control.send({ type: 'close.requested', queued: 0 });
    const active = this.#active;
    if (!ready) {
      active?.close();
      return false;
    }
    try {
      const clean = this.#end();
      active?.close();
      this.#control.send({ type: 'close.finished' });
      return clean;
    } catch (cause) {
      active?.abandon();
      this.#control.send({ type: 'io.failed', ...this.#failureOf('close', cause) });
      throw cause;
    }
  }

  #end(): boolean {
    const active = this.#active;
    if (!this.#touched || active === undefined) {
      const { continueLast, segments, emptyPaths } = this.#start;
      return continueLast || (segments.last === undefined && emptyPaths.length === 0);
    }
    if (this.#unsynced) this.#syncFile();
    return this.#endCleanly(active);
  }

  /**
   * Writes a CLEAN record whose durableOffset covers everything before it, and syncs again: who
   * finds that record last knows that nothing is missing. A disk that refuses it costs the next
   * opening a look at the tail, and nothing else.
   */
  #endCleanly(active: ActiveSegment): boolean {
    const { position } = active;
    try {
      this.#stageClean();
      active.write(this.#group.bytes, this.#group.end());
      active.sync(this.#parts.limits.syncMode);
      return true;
    } catch (cause) {
      const failure = translateSystemError('write', active.segment.path, cause);
      this.#parts.logger.warn({ err: failure }, 'the store could not be marked as cleanly closed');
      // A mark that was not synced must not be believed later.
      active.retreat(position);
      return false;
    }
  }

  #stageClean(): void {
    const { timeline } = this.#parts;
    const draft = new RecordDraft();
    draft.type = recordTypes.clean;
    draft.kind = systemKinds.clean;
    draft.sequence = this.#writtenEvents;
    timeline.advance();
    draft.timestampUs = timeline.timestampUs;
    draft.counter = timeline.counter;
    this.#group.begin(0);
    this.stage(draft);
  }

  #open(): ActiveSegment {
    return defined(this.#active, 'a segment is open');
  }

  /** Syncs the segment, or the recovered tail before there is one of ours. */
  #syncFile(): void {
    const { platform, limits, verifyLock } = this.#parts;
    verifyLock();
    const active = this.#active;
    const path = active?.segment.path ?? this.#start.directory;
    try {
      if (active === undefined) syncTail(platform.files, this.#start);
      else active.sync(limits.syncMode);
    } catch (cause) {
      throw new SyncFailedError(path, translateSystemError('sync', path, cause));
    }
    this.#durableEvents = this.#writtenEvents;
    this.#unsynced = false;
  }

  /** Opens the log for the first write since it was recovered. */
  #begin(): void {
    const { files } = this.#parts.platform;
    const { segments, continueLast, durableOffset } = this.#start;
    if (continueLast) {
      const last = defined(segments.last, 'a clean log has an end');
      this.#active = ActiveSegment.continue(files, last, durableOffset);
      return;
    }
    cutTornTail(files, this.#start);
    this.#unsynced = segments.last !== undefined;
    this.sync();
    this.#active = this.#create();
    removeEmptySegments(files, this.#start);
  }

  #rotate(): void {
    this.sync();
    this.#parts.verifyLock();
    this.#control.send({ type: 'rotation.started' });
    const full = this.#open();
    try {
      this.#active = this.#create();
    } catch (cause) {
      this.#control.send({ type: 'rotation.refused' });
      throw cause;
    }
    this.#control.send({ type: 'rotation.finished' });
    try {
      full.close();
    } catch (cause) {
      // All of it was synced: a descriptor that the system won't close properly harms nothing.
      this.#parts.logger.warn({ err: cause }, 'a full segment could not be closed');
    }
  }

  /** Makes the next segment. Its number is spent even when that fails: no name is used twice. */
  #create(): ActiveSegment {
    const { files, clock } = this.#parts.platform;
    const { directory, storeId, hashChain, epoch, segments } = this.#start;
    const segmentId = this.#nextSegmentId;
    this.#nextSegmentId += 1;
    const active = ActiveSegment.create(files, directory, {
      segmentId,
      createdNs: BigInt(clock.nowUs()) * 1000n,
      storeId,
      epoch,
      hashChain,
      firstSequence: this.#writtenEvents,
      previous: this.#linkToLast(),
    });
    segments.add(active.segment);
    return active;
  }

  #linkToLast(): SegmentLink | undefined {
    const last = this.#start.segments.last;
    if (last === undefined) return undefined;
    return {
      segmentId: last.id,
      validBytes: last.validBytes,
      nextSequence: this.#writtenEvents,
    };
  }

  /** Undoes a write that failed. @returns what the caller is to be told */
  #refuse(active: ActiveSegment, cause: unknown): unknown {
    const { path } = active.segment;
    const failure = translateSystemError('write', path, cause);
    try {
      active.cutBack();
    } catch (cutCause) {
      const unsure = translateSystemError('truncate', path, cutCause);
      return this.#die('truncate', new WriteFailedError('unknown', path, unsure));
    }
    if (failure instanceof DiskFullError) {
      this.#control.send({ type: 'disk.filled' });
      return failure;
    }
    return this.#die('write', new WriteFailedError('not stored', path, failure));
  }

  /** Stops the writer for good. @returns the error, to be thrown */
  #die(operation: string, error: unknown): unknown {
    this.#deathCause = error;
    this.#control.send({ type: 'io.failed', ...this.#failureOf(operation, error) });
    this.#control.send({ type: 'restart.denied' });
    return error;
  }

  #failureOf(
    operation: string,
    error: unknown,
  ): { operation: string; systemCode: string; atMs: number } {
    const failure = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const known = failure instanceof StorageError || failure instanceof DiskFullError;
    const systemCode = known ? failure.systemCode : (systemCodeOf(failure) ?? 'none');
    return { operation, systemCode, atMs: this.#parts.platform.clock.elapsedMs() };
  }
}
