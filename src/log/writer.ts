import { type EncodedRecord, encodeRecord, RecordDraft, recordTypes } from '../codec/record.ts';
import type { SegmentLink } from '../codec/segment-header.ts';
import { assert, defined } from '../model/assert.ts';
import {
  DiskFullError,
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from '../model/errors/disk-errors.ts';
import { StoreClosedError } from '../model/errors/lifecycle-errors.ts';
import { systemKinds } from '../model/kind.ts';
import type { Platform } from '../model/platform.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { ActiveSegment, type SyncMode } from './active-segment.ts';
import type { LogStart } from './log-start.ts';
import { removeEmptySegments, repairTail } from './tail-repair.ts';
import type { Timeline } from './timeline.ts';
import type { WriterControl } from './writer-control.ts';

const groupBytesMin = 64 * 1024;
const groupBytesKept = 4 * 1024 * 1024;

/** Limits of the writer, as the options of the store give them. */
export interface WriterLimits {
  readonly segmentMaxBytes: number;
  /** Events after which a sync is made. */
  readonly syncEveryNEvents: number;
  readonly syncMode: SyncMode;
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
 * Invariants: published bytes are never cut off or overwritten; `durableEvents` counts only what a
 * successful sync covered; after a failed sync nothing is called durable any more.
 */
export class LogWriter implements FrameStage {
  readonly #platform: Platform;
  readonly #start: LogStart;
  readonly #limits: WriterLimits;
  readonly #control: WriterControl;
  readonly #timeline: Timeline;
  readonly #encoded: EncodedRecord = { end: 0, hash: undefined };
  #active: ActiveSegment | undefined;
  #group = new Uint8Array(groupBytesMin);
  #groupEnd = 0;
  #nextSegmentId: number;
  #writtenEvents: number;
  #durableEvents: number;
  /** Whether bytes that are no events (a name) wait for a sync as well. */
  #changed = false;
  #deathCause: unknown;

  constructor(
    platform: Platform,
    start: LogStart,
    limits: WriterLimits,
    control: WriterControl,
    timeline: Timeline,
  ) {
    this.#platform = platform;
    this.#start = start;
    this.#limits = limits;
    this.#control = control;
    this.#timeline = timeline;
    this.#nextSegmentId = start.nextSegmentId;
    this.#writtenEvents = start.nextSequence;
    this.#durableEvents = start.durableEvents;
  }

  /** How many events, from the first, would survive power loss. */
  get durableEvents(): number {
    return this.#durableEvents;
  }

  /** Whether something was written that no sync has covered. */
  get needsSync(): boolean {
    return this.#changed;
  }

  /** The segment that staged frames will be in. Meaningful after `prepare`. */
  get segmentId(): number {
    return this.#open().segment.id;
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

  /** Makes room for a group of at most so many bytes: opens or rotates the segment. */
  prepare(bytesMax: number): void {
    assert(this.#groupEnd === 0, 'a group is begun when the last one is written');
    if (this.#active === undefined) this.#begin();
    const { segment, position } = this.#open();
    const full = position + bytesMax > this.#limits.segmentMaxBytes;
    if (full && position > segment.headerBytes) this.#rotate();
    this.#makeRoom(bytesMax);
  }

  /** Where in the segment's file the group will begin. Meaningful after `prepare`. */
  get groupOffset(): number {
    return this.#open().position;
  }

  /** Encodes a frame into the group. @returns where in the group it begins */
  stage(draft: RecordDraft): number {
    const start = this.#groupEnd;
    draft.durableOffset = this.#open().durableOffset;
    encodeRecord(draft, this.#group, start, this.#start.salt, this.#encoded);
    this.#groupEnd = this.#encoded.end;
    assert(this.#groupEnd <= this.#group.length, 'a group fits the room made for it');
    return start;
  }

  /** The staged bytes, up to `stagedBytes`; they stay until the next group is begun. */
  get group(): Uint8Array {
    return this.#group;
  }
  get stagedBytes(): number {
    return this.#groupEnd;
  }

  /** Hash of the event staged last, in a buffer of its own. */
  get stagedHash(): Uint8Array | undefined {
    return this.#encoded.hash;
  }

  /** Forgets what was staged. */
  discard(): void {
    this.#groupEnd = 0;
  }

  /**
   * Writes the group. `events` of its frames are events; the rest are names and batch markers.
   *
   * @throws {DiskFullError} when the disk refused it: nothing of it is stored, writing can go on
   * @throws {WriteFailedError} when it failed otherwise: the writer has stopped
   */
  write(events: number): void {
    const active = this.#open();
    const length = this.#groupEnd;
    this.#groupEnd = 0;
    try {
      active.write(this.#group, length);
    } catch (cause) {
      throw this.#refuse(active, cause);
    }
    this.#writtenEvents += events;
    this.#changed = true;
    if (this.#control.diskFull) this.#control.send({ type: 'disk.freed' });
  }

  /** Syncs when as many events wait for it as the cadence says. @throws {SyncFailedError} */
  settle(): void {
    const waiting = this.#writtenEvents - this.#durableEvents;
    if (waiting >= this.#limits.syncEveryNEvents) this.sync();
  }

  /** Makes everything written durable. @throws {SyncFailedError} when it can't be known to be */
  sync(): void {
    if (!this.#changed) return;
    const active = this.#open();
    this.#control.send({ type: 'sync.requested' });
    this.#control.send({ type: 'sync.started' });
    try {
      active.sync(this.#limits.syncMode);
    } catch (cause) {
      throw this.#die('sync', new SyncFailedError(active.segment.path, cause), cause);
    }
    this.#durableEvents = this.#writtenEvents;
    this.#changed = false;
    this.#control.send({ type: 'sync.finished' });
  }

  /**
   * Makes everything durable and frees the segment. A log that was not changed isn't touched.
   *
   * @returns whether the log ends cleanly: the next opening continues it without a new epoch
   * @throws {SyncFailedError} when what was written last can't be known to be durable
   */
  close(): boolean {
    const active = this.#active;
    const wasReady = this.#control.ready;
    this.#control.send({ type: 'close.requested', queued: 0 });
    if (active === undefined || !wasReady) {
      active?.close();
      if (wasReady) this.#control.send({ type: 'close.finished' });
      return wasReady;
    }
    try {
      if (this.#changed) active.sync(this.#limits.syncMode);
    } catch (cause) {
      this.#control.send({ type: 'io.failed', ...this.#failureOf('sync', cause) });
      active.close();
      throw new SyncFailedError(active.segment.path, cause);
    }
    this.#durableEvents = this.#writtenEvents;
    const clean = this.#endCleanly(active);
    active.close();
    this.#control.send({ type: 'close.finished' });
    return clean;
  }

  /**
   * Writes a CLEAN record whose durableOffset covers everything before it, and syncs again: who
   * finds that record last knows that nothing is missing. A disk that refuses it costs the next
   * opening a look at the tail, and nothing else.
   */
  #endCleanly(active: ActiveSegment): boolean {
    try {
      this.#writeClean(active);
      return true;
    } catch (cause) {
      // Only a refusal of the disk is borne; a broken promise of our own is thrown again by this.
      translateSystemError('write', active.segment.path, cause);
      return false;
    }
  }

  #writeClean(active: ActiveSegment): void {
    const draft = new RecordDraft();
    draft.type = recordTypes.clean;
    draft.kind = systemKinds.clean;
    draft.sequence = this.#writtenEvents;
    this.#timeline.advance();
    draft.timestampUs = this.#timeline.timestampUs;
    draft.counter = this.#timeline.counter;
    this.stage(draft);
    const length = this.#groupEnd;
    this.#groupEnd = 0;
    active.write(this.#group, length);
    active.sync(this.#limits.syncMode);
  }

  #makeRoom(bytesMax: number): void {
    const tooSmall = bytesMax > this.#group.length;
    // One huge batch must not hold its room for ever.
    const tooLarge = this.#group.length > groupBytesKept && bytesMax <= groupBytesKept;
    if (tooSmall || tooLarge) this.#group = new Uint8Array(Math.max(bytesMax, groupBytesMin));
  }

  #open(): ActiveSegment {
    return defined(this.#active, 'a segment is open');
  }

  /** Opens the log for the first write since it was recovered. */
  #begin(): void {
    const { files } = this.#platform;
    const { segments, continueLast } = this.#start;
    if (continueLast) {
      this.#active = ActiveSegment.continue(
        files,
        defined(segments.last, 'a clean log has an end'),
      );
      return;
    }
    repairTail(files, this.#start);
    this.#durableEvents = this.#writtenEvents;
    this.#active = this.#create();
    removeEmptySegments(files, this.#start);
  }

  #rotate(): void {
    this.sync();
    this.#control.send({ type: 'rotation.started' });
    let next: ActiveSegment;
    try {
      next = this.#create();
    } catch (cause) {
      this.#control.send({ type: 'rotation.refused' });
      throw cause;
    }
    this.#open().close();
    this.#active = next;
    this.#control.send({ type: 'rotation.finished' });
  }

  /** Makes the next segment. Its number is spent even when that fails: no name is used twice. */
  #create(): ActiveSegment {
    const { directory, storeId, hashChain, epoch, segments } = this.#start;
    const segmentId = this.#nextSegmentId;
    this.#nextSegmentId += 1;
    const active = ActiveSegment.create(this.#platform.files, directory, {
      segmentId,
      createdNs: BigInt(this.#platform.clock.nowUs()) * 1000n,
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
  #refuse(active: ActiveSegment, cause: unknown): Error {
    const { path } = active.segment;
    const failure = translateSystemError('write', path, cause);
    try {
      active.cutBack();
    } catch (cutCause) {
      return this.#die('truncate', new WriteFailedError('unknown', path, failure), cutCause);
    }
    if (failure instanceof DiskFullError) {
      this.#control.send({ type: 'disk.filled' });
      return failure;
    }
    return this.#die('write', new WriteFailedError('not stored', path, failure), cause);
  }

  /** Stops the writer for good. @returns the error, to be thrown */
  #die(operation: string, error: Error, cause: unknown): Error {
    this.#deathCause = error;
    this.#control.send({ type: 'io.failed', ...this.#failureOf(operation, cause) });
    this.#control.send({ type: 'restart.denied' });
    return error;
  }

  #failureOf(
    operation: string,
    cause: unknown,
  ): { operation: string; systemCode: string; atMs: number } {
    const failure =
      cause instanceof StorageError || cause instanceof DiskFullError
        ? cause
        : translateSystemError(operation, this.#start.directory, cause);
    const systemCode = 'systemCode' in failure ? String(failure.systemCode) : 'unknown';
    return { operation, systemCode, atMs: this.#platform.clock.elapsedMs() };
  }
}
