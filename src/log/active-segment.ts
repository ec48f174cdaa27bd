import { encodeSegmentHeader, type SegmentHeader } from '../codec/segment-header.ts';
import { DiskFullError } from '../model/errors/disk-errors.ts';
import type { FileHandle, Files, SyncDone, SyncMode } from '../model/files.ts';
import { systemCallFailure } from '../platform/system-call-failure.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { Segment } from './segment-list.ts';
import { formatSegmentName, unfinishedSuffix } from './segment-name.ts';

/** Room that is filled with zeros at once, so that the syncs after it have no metadata to write. */
const roomBytes = 1024 * 1024;
const zeros = new Uint8Array(roomBytes);

/** The segment that is being written. Its bytes up to `segment.validBytes` are whole frames. */
export class ActiveSegment {
  readonly segment: Segment;
  readonly #files: Files;
  readonly #handle: FileHandle;
  /**
   * For syncs that nobody waits for. A descriptor of its own: the system tells each descriptor of a
   * failure once, and the writer's own must not miss it.
   */
  #syncHandle: FileHandle | undefined;
  /** Everything before this position was synced. */
  durableOffset: number;
  /** Where the room that was filled with zeros ends; 0 when there is none. */
  #roomEnd = 0;
  /** Whether room is made ahead of what is written. */
  makesRoom = false;

  private constructor(files: Files, segment: Segment, handle: FileHandle, durableOffset: number) {
    this.#files = files;
    this.segment = segment;
    this.#handle = handle;
    this.durableOffset = durableOffset;
  }

  /**
   * Makes a new segment. Its header and its name are durable before anything else can be written to
   * it. What `fill` writes is durable as well, and the file bears its name only with all of it.
   *
   * @throws {DiskFullError} {@link StorageError} and what `fill` throws
   */
  static create(
    files: Files,
    directory: string,
    header: SegmentHeader,
    fill?: (segment: ActiveSegment) => void,
  ): ActiveSegment {
    const path = `${directory}/${formatSegmentName(header.segmentId)}`;
    try {
      const active = ActiveSegment.#writeNew(files, path, header, fill);
      try {
        // The directory too: after power loss the name may be missing although its bytes are safe.
        files.syncDirectory(directory);
      } catch (cause) {
        active.abandon();
        removeQuietly(files, path);
        throw cause;
      }
      active.durableOffset = active.position;
      return active;
    } catch (cause) {
      throw translateSystemError('create', path, cause);
    }
  }

  /**
   * Goes on with a segment that ended cleanly. Its CLEAN record may not have been synced, as the
   * process may have been killed in between: `durableOffset` lies before it. As that sync may have
   * failed, too, it is written once more: no other sync would store it.
   *
   * @throws {StorageError}
   */
  static continue(files: Files, segment: Segment, durableOffset: number): ActiveSegment {
    try {
      const handle = files.open(segment.path, 'write');
      const active = new ActiveSegment(files, segment, handle, durableOffset);
      try {
        active.#writeAgain(durableOffset);
      } catch (cause) {
        active.abandon();
        throw cause;
      }
      return active;
    } catch (cause) {
      throw translateSystemError('open', segment.path, cause);
    }
  }

  /** Writes a segment that nobody knows of yet; when that fails nothing of it stays. */
  static #writeNew(
    files: Files,
    path: string,
    header: SegmentHeader,
    fill: ((segment: ActiveSegment) => void) | undefined,
  ): ActiveSegment {
    const bytes = encodeSegmentHeader(header);
    const headerBytes = bytes.length;
    const id = header.segmentId;
    const segment: Segment = { id, revision: 0, path, header, headerBytes, validBytes: 0 };
    const madeAt = fill === undefined ? path : path + unfinishedSuffix;
    // An attempt of a process before may have left one that was never given its name.
    if (fill !== undefined && files.stat(madeAt) !== undefined) files.remove(madeAt);
    const active = new ActiveSegment(files, segment, files.open(madeAt, 'create'), 0);
    try {
      active.write(bytes, headerBytes);
      fill?.(active);
      active.#handle.sync();
      if (fill !== undefined) files.rename(madeAt, path);
      return active;
    } catch (cause) {
      active.abandon();
      removeQuietly(files, madeAt);
      throw cause;
    }
  }

  /** Position after the last whole frame: where the next bytes go. */
  get position(): number {
    return this.segment.validBytes;
  }

  /** Writes the first `length` bytes; the position moves only when all of them are in the file. */
  write(bytes: Uint8Array, length: number): void {
    const position = this.segment.validBytes;
    if (this.makesRoom && position + length > this.#roomEnd) this.#makeRoom(position + length);
    this.#writeAll(bytes, length, position);
    this.segment.validBytes = position + length;
  }

  /** Cuts off what was written after the position, and what room there is. */
  cutBack(): void {
    this.#roomEnd = 0;
    if (this.#handle.size() > this.position) this.#handle.truncate(this.position);
  }

  /** The same after a write that failed. @returns whether nothing of it is left */
  tryCutBack(): boolean {
    try {
      this.cutBack();
      return true;
    } catch {
      // The caller is told of the write, and that its outcome is unknown if it is.
      return false;
    }
  }

  /** Takes back everything after `position`, which nobody was told of. @throws {StorageError} */
  retreat(position: number): void {
    this.segment.validBytes = position;
    try {
      this.cutBack();
    } catch (cause) {
      throw translateSystemError('truncate', this.segment.path, cause);
    }
  }

  /** Makes everything up to the position durable. */
  sync(mode: SyncMode): void {
    if (mode === 'data') this.#handle.dataSync();
    else this.#handle.sync();
    this.durableOffset = this.position;
  }

  /** Starts to make durable what is written by now. `durableOffset` is the caller's to move. */
  beginSync(mode: SyncMode, done: SyncDone): void {
    this.#syncHandle ??= this.#files.open(this.segment.path, 'write');
    this.#syncHandle.beginSync(mode, done);
  }

  /** Cuts off the room that was not used. @throws what the system says */
  seal(): void {
    this.makesRoom = false;
    if (this.#roomEnd > this.position) this.cutBack();
  }

  /** Frees the file. @throws {StorageError} when the system refuses */
  close(): void {
    try {
      this.#syncHandle?.close();
      this.#handle.close();
    } catch (cause) {
      throw translateSystemError('close', this.segment.path, cause);
    }
  }

  /** Frees the file after a failure that the caller is told of instead of another one. */
  abandon(): void {
    try {
      this.close();
    } catch {
      // The failure that led here is the one that counts.
    }
  }

  /**
   * Fills the file with zeros up to the next step behind `end`. Zeros are no frame, so that a
   * reader ends before them. A disk that has no room ahead is left to say so when it is needed.
   */
  #makeRoom(end: number): void {
    const from = Math.max(this.#roomEnd, this.position);
    const to = Math.ceil(end / roomBytes) * roomBytes;
    try {
      for (let at = from; at < to; at += roomBytes) {
        this.#writeAll(zeros, Math.min(roomBytes, to - at), at);
      }
      this.#roomEnd = to;
    } catch (cause) {
      this.makesRoom = false;
      this.cutBack();
      const failure = translateSystemError('write', this.segment.path, cause);
      if (!(failure instanceof DiskFullError)) throw cause;
    }
  }

  /** Writes what stands behind `from` again as it is, so that the next sync stores it. */
  #writeAgain(from: number): void {
    const bytes = new Uint8Array(this.position - from);
    let read = 0;
    while (read < bytes.length) {
      const count = this.#handle.read(bytes, read, bytes.length - read, from + read);
      if (count === 0) throw systemCallFailure('EIO', 'read', this.segment.path);
      read += count;
    }
    this.#writeAll(bytes, bytes.length, from);
  }

  #writeAll(bytes: Uint8Array, length: number, position: number): void {
    let written = 0;
    while (written < length) {
      const count = this.#handle.write(bytes, written, length - written, position + written);
      if (count === 0) throw systemCallFailure('EIO', 'write', this.segment.path);
      written += count;
    }
  }
}

function removeQuietly(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // The failure that led here is the one that the caller is told. What is left of a header is
    // void to recovery, and its name isn't used again.
  }
}
