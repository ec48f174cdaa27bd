import type { RecordDraft } from '../codec/record.ts';
import {
  DiskFullError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from '../model/errors/disk-errors.ts';
import { StoreClosedError, StoreLockedError } from '../model/errors/lifecycle-errors.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { ActiveSegment } from './active-segment.ts';
import { type DurableDone, DurableWaiters } from './durable-waiters.ts';
import type { EventCounter } from './event-counter.ts';
import { FrameGroup } from './frame-group.ts';
import { LogTail, type LogTailParts, type RunningSync } from './log-tail.ts';
import type { Restarts } from './restarts.ts';
import type { WriterControl } from './writer-control.ts';
import { writerFailure } from './writer-failure.ts';

/** What a writer works with. */
export interface WriterParts extends LogTailParts {
  readonly control: WriterControl;
  readonly restarts: Restarts;
  /** Shows an inspector what is written; `undefined` when nobody looks. */
  readonly counter: EventCounter | undefined;
  /** Told of a sync that failed and that no caller is told of. */
  readonly report: (failure: unknown) => void;
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
 * successful sync covered. A failed sync is never tried again on the same file: what it should have
 * covered is written into a new one. While that can't be done, nothing more is called durable.
 */
export class LogWriter implements FrameStage {
  readonly #parts: WriterParts;
  readonly #control: WriterControl;
  readonly #tail: LogTail;
  readonly #group: FrameGroup;
  readonly #waiters = new DurableWaiters();
  #running: RunningSync | undefined;
  #deathCause: unknown;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#control = parts.control;
    this.#tail = new LogTail(parts);
    this.#group = new FrameGroup(parts.start.salt);
  }

  /** How many events, from the first, would survive power loss. */
  get durableEvents(): number {
    return this.#tail.durableEvents;
  }

  /** Raised at each opening after an unclean end, and at each restart. */
  get epoch(): number {
    return this.#tail.epoch;
  }

  /** Whether this writer wrote something that no sync has covered, and can still sync it. */
  get needsSync(): boolean {
    return this.#tail.touched && this.#tail.unsynced && this.#control.ready;
  }

  /** The segment that staged frames will be in. Meaningful after `prepare`. */
  get segmentId(): number {
    return this.#tail.open.segment.id;
  }

  /** Where in the segment's file the group will begin. Meaningful after `prepare`. */
  get groupOffset(): number {
    return this.#tail.open.position;
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
    if (!this.#control.ready) throw this.#refusal(operation);
  }

  /**
   * Makes room for a group of at most so many bytes: opens or rotates the segment.
   *
   * @throws {DiskFullError} {@link StorageError} when there is no making the next segment
   * @throws {WriterDeadError} when what was written before can't be made durable
   */
  prepare(bytesMax: number): void {
    try {
      if (this.#tail.active === undefined) this.#tail.begin();
      if (this.#tail.isFullFor(bytesMax)) this.#rotate(bytesMax);
    } catch (cause) {
      // The sync that failed was for earlier events: of this group nothing was written.
      throw cause instanceof SyncFailedError ? new WriterDeadError(cause) : cause;
    }
    this.#group.begin(bytesMax);
  }

  stage(draft: RecordDraft): number {
    draft.durableOffset = this.#tail.open.durableOffset;
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
   * @throws {WriteFailedError} when it failed otherwise; the writer has restarted, or stopped
   */
  write(events: number): void {
    const length = this.#group.end();
    try {
      this.#tail.write(this.#group.bytes, length, events);
    } catch (cause) {
      throw this.#refuse(cause);
    }
    this.#parts.counter?.add(events);
    if (this.#control.diskFull && this.#control.ready) this.#control.send({ type: 'disk.freed' });
  }

  /**
   * Syncs when as many events wait for it as the cadence says. A failure that a restart has
   * overcome is the caller's only when each event is to be durable.
   *
   * @throws {SyncFailedError}
   */
  settle(): void {
    const { syncEveryNEvents } = this.#parts.limits;
    const { writtenEvents, durableEvents } = this.#tail;
    if (writtenEvents - durableEvents < syncEveryNEvents) return;
    if (syncEveryNEvents === 1) this.#sync();
    else this.#syncForOthers();
  }

  /**
   * Makes everything in the log durable.
   *
   * @throws {SyncFailedError} when it can't be known to be; the writer has restarted, or stopped
   * @throws {StoreLockedError} when another writer has taken the directory; the writer has stopped
   * @throws {DiskFullError} {@link StorageError} when a recovered end can't be written again; it
   * stays as it was, and can be synced later
   */
  sync(): void {
    this.#tail.expectSyncs();
    this.#sync();
  }

  /**
   * Starts to make durable what is written by now, off the event loop. One sync runs at a time;
   * what is asked for meanwhile gathers for the next.
   */
  requestSync(): void {
    const control = this.#control;
    if (!this.#tail.unsynced || !control.ready || control.syncRequested) return;
    const idle = control.syncing === 'clean';
    control.send({ type: 'sync.requested' });
    // A moment later, so that all who ask in one turn share it.
    if (idle) queueMicrotask(() => this.#startDueSync());
  }

  /**
   * Tells `done` when so many events, from the first, are durable, at once if they are; or with
   * the {@link SyncFailedError}, {@link WriterDeadError}, {@link StoreLockedError} or
   * {@link StoreClosedError} that keeps them from it.
   */
  whenDurable(events: number, done: DurableDone): void {
    if (events <= this.#tail.durableEvents) done(undefined);
    else if (!this.#control.ready) done(this.#refusal('whenDurable'));
    else {
      this.#waiters.add(events, done);
      this.#tail.expectSyncs();
      this.requestSync();
    }
  }

  /**
   * Ends the log and frees the segment. A log that was not written to isn't touched.
   *
   * @param queued how many events of the queue will be refused
   * @returns whether it ends cleanly: the next opening goes on without a new epoch
   * @throws {SyncFailedError} when what was written last can't be known to be durable
   * @throws {StoreLockedError} when another writer has taken the directory
   * @throws {StorageError} when the system refuses to close the file
   */
  close(queued = 0): boolean {
    this.#parts.counter?.flush();
    if (!this.#control.closing) this.#control.send({ type: 'close.requested', queued });
    const { active } = this.#tail;
    this.#running = undefined;
    if (!this.#control.draining) {
      active?.close();
      return false;
    }
    try {
      const clean = this.#tail.end(this.#group);
      this.#tail.active?.close();
      this.#control.send({ type: 'close.finished' });
      this.#waiters.settle(this.#tail.writtenEvents, undefined);
      return clean;
    } catch (cause) {
      active?.abandon();
      this.#control.send({ type: 'io.failed', ...writerFailure('close', cause, this.#nowMs) });
      this.#waiters.settle(this.#tail.writtenEvents, cause);
      throw cause;
    }
  }

  #refusal(operation: string): StoreClosedError | WriterDeadError {
    if (this.#control.closing) return new StoreClosedError(operation);
    return new WriterDeadError(this.#deathCause);
  }

  #rotate(bytesMax: number): void {
    this.#syncForOthers();
    // A restart has made a new segment, which may have room.
    if (!this.#tail.isFullFor(bytesMax)) return;
    this.#control.send({ type: 'rotation.started' });
    let full: ActiveSegment;
    try {
      full = this.#tail.rotate();
    } catch (cause) {
      this.#control.send({ type: 'rotation.refused' });
      throw cause;
    }
    this.#control.send({ type: 'rotation.finished' });
    try {
      full.seal();
      full.close();
    } catch (cause) {
      // All of it was synced: a descriptor that the system won't close properly harms nothing.
      this.#parts.logger.warn({ err: cause }, 'a full segment could not be closed');
    }
  }

  #sync(): void {
    if (!this.#tail.unsynced) return;
    if (this.#tail.active === undefined) this.#beginForSync();
    try {
      if (this.#tail.unsynced) this.#tail.sync();
    } catch (cause) {
      this.#fail('sync', cause, this.#tail.writtenEvents);
      throw cause;
    }
    // One fact for a sync that the caller waits for: nothing can come between its steps, and each
    // of three sends would cost 10 µs behind a sync that leaves the processor's caches cold.
    this.#control.send({ type: 'sync.covered' });
    this.#waiters.settle(this.#tail.durableEvents, undefined);
  }

  /** Writes a recovered end again, where it is durable. That this can't be done changes nothing. */
  #beginForSync(): void {
    try {
      this.#tail.begin();
    } catch (cause) {
      if (this.#control.syncing === 'due') this.#control.send({ type: 'sync.refused' });
      this.#waiters.settle(this.#tail.writtenEvents, cause);
      throw cause;
    }
  }

  /** Syncs for events that were written before: a failure is theirs, unless the writer is dead. */
  #syncForOthers(): void {
    try {
      this.#sync();
    } catch (cause) {
      if (!this.#control.ready) throw cause;
      this.#parts.report(cause);
    }
  }

  /** Starts the sync that was asked for, unless another one has covered it or the writer failed. */
  #startDueSync(): void {
    const control = this.#control;
    if (!control.ready || control.syncing !== 'due') return;
    try {
      if (this.#tail.active === undefined) this.#syncForOthers();
      else this.#beginSync();
    } catch (cause) {
      // The writer is dead, and those who wait have been told.
      this.#parts.report(cause);
    }
  }

  #beginSync(): void {
    try {
      const running = this.#tail.beginSync((failure) => this.#answered(running, failure));
      this.#running = running;
    } catch {
      // The sync that is waited for takes its place, and fails where this one could not begin.
      this.#syncForOthers();
      return;
    }
    this.#control.send({ type: 'sync.started' });
  }

  #answered(running: RunningSync, failure: Error | undefined): void {
    // A restart, or the end, came first: whoever waited has been told.
    if (this.#running !== running) return;
    this.#running = undefined;
    const { active, events } = running;
    const { path } = active.segment;
    if (failure !== undefined && active === this.#tail.active) {
      const error = new SyncFailedError(path, translateSystemError('sync', path, failure));
      this.#fail('sync', error, events);
      this.#parts.report(error);
      return;
    }
    // A segment that writing has left was synced by the rotation: this answer comes too late.
    if (failure !== undefined) this.#parts.logger.warn({ err: failure }, `${path} failed to sync`);
    this.#tail.covered(running);
    this.#control.send({ type: 'sync.finished' });
    this.#waiters.settle(this.#tail.durableEvents, undefined);
    this.#startDueSync();
  }

  /** Undoes a write that failed. @returns what the caller is to be told */
  #refuse(cause: unknown): unknown {
    const { open } = this.#tail;
    const { path } = open.segment;
    const failure = translateSystemError('write', path, cause);
    const wasCut = open.tryCutBack();
    if (wasCut && failure instanceof DiskFullError) {
      if (this.#control.ready) this.#control.send({ type: 'disk.filled' });
      return failure;
    }
    // A new segment names where this one ends, so that what could not be cut off is no data.
    const restarted = this.#fail('write', failure, 0);
    return new WriteFailedError(wasCut || restarted ? 'not stored' : 'unknown', path, failure);
  }

  /**
   * Follows a failure to its end: a restart, or death.
   *
   * @param uncertain how many events, from the first, a sync covered that has failed
   * @returns whether writing goes on
   */
  #fail(operation: string, error: unknown, uncertain: number): boolean {
    const { restarts, logger } = this.#parts;
    const control = this.#control;
    const failure = writerFailure(operation, error, this.#nowMs);
    const wasReady = control.ready;
    this.#running = undefined;
    control.send({ type: 'io.failed', ...failure });
    if (!wasReady) return this.#die(error, uncertain);
    if (error instanceof StoreLockedError || !restarts.allows(failure.atMs)) {
      control.send({ type: 'restart.denied' });
      return this.#die(error, uncertain);
    }
    control.send({ type: 'restart.allowed' });
    try {
      this.#tail.restart();
    } catch (cause) {
      restarts.failed();
      control.send({ type: 'restart.failed', ...writerFailure('restart', cause, this.#nowMs) });
      logger.error({ err: cause }, 'the writer could not be restarted after a failure of the disk');
      return this.#die(error, uncertain);
    }
    restarts.finished();
    control.send({ type: 'restart.finished' });
    this.#waiters.settle(uncertain, error);
    this.#waiters.settle(this.#tail.durableEvents, undefined);
    return true;
  }

  get #nowMs(): number {
    return this.#parts.platform.clock.elapsedMs();
  }

  #die(cause: unknown, uncertain: number): false {
    this.#deathCause = cause;
    this.#waiters.settle(uncertain, cause);
    this.#waiters.settle(Number.POSITIVE_INFINITY, new WriterDeadError(cause));
    return false;
  }
}
