import { encodeSegmentHeader, type SegmentHeader } from '../codec/segment-header.ts';
import type { FileHandle, Files, SyncMode } from '../model/files.ts';
import { systemCallFailure } from '../platform/system-call-failure.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { Segment } from './segment-list.ts';
import { formatSegmentName } from './segment-name.ts';

/** The segment that is being written. Its bytes up to `segment.validBytes` are whole frames. */
export class ActiveSegment {
  readonly segment: Segment;
  readonly #handle: FileHandle;
  /** Everything before this position was synced. */
  durableOffset: number;

  private constructor(segment: Segment, handle: FileHandle, durableOffset: number) {
    this.segment = segment;
    this.#handle = handle;
    this.durableOffset = durableOffset;
  }

  /**
   * Makes a new segment. Its header and its name are durable before anything can be written to it.
   *
   * @throws {DiskFullError} {@link StorageError}
   */
  static create(files: Files, directory: string, header: SegmentHeader): ActiveSegment {
    const path = `${directory}/${formatSegmentName(header.segmentId)}`;
    const bytes = encodeSegmentHeader(header);
    const headerBytes = bytes.length;
    const segment: Segment = { id: header.segmentId, path, header, headerBytes, validBytes: 0 };
    try {
      const active = new ActiveSegment(segment, files.open(path, 'create'), 0);
      try {
        active.write(bytes, headerBytes);
        active.#handle.sync();
        // The directory too: after power loss the name may be missing although its bytes are safe.
        files.syncDirectory(directory);
      } catch (cause) {
        active.abandon();
        // Best effort: what is left of a header is void to recovery, and its name isn't used again.
        removeQuietly(files, path);
        throw cause;
      }
      active.durableOffset = headerBytes;
      return active;
    } catch (cause) {
      throw translateSystemError('create', path, cause);
    }
  }

  /**
   * Goes on with a segment that ended cleanly. Its CLEAN record may not have been synced, as the
   * process may have been killed in between: `durableOffset` lies before it.
   *
   * @throws {StorageError}
   */
  static continue(files: Files, segment: Segment, durableOffset: number): ActiveSegment {
    try {
      return new ActiveSegment(segment, files.open(segment.path, 'write'), durableOffset);
    } catch (cause) {
      throw translateSystemError('open', segment.path, cause);
    }
  }

  /** Position after the last whole frame: where the next bytes go. */
  get position(): number {
    return this.segment.validBytes;
  }

  /** Writes the first `length` bytes; the position moves only when all of them are in the file. */
  write(bytes: Uint8Array, length: number): void {
    const position = this.segment.validBytes;
    let written = 0;
    while (written < length) {
      const count = this.#handle.write(bytes, written, length - written, position + written);
      if (count === 0) throw systemCallFailure('EIO', 'write', this.segment.path);
      written += count;
    }
    this.segment.validBytes = position + length;
  }

  /** Cuts off what was written after the position. */
  cutBack(): void {
    if (this.#handle.size() > this.position) this.#handle.truncate(this.position);
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

  /** Frees the file. @throws {StorageError} when the system refuses */
  close(): void {
    try {
      this.#handle.close();
    } catch (cause) {
      throw translateSystemError('close', this.segment.path, cause);
    }
  }

  /** Frees the file after a failure that the caller is told of instead of another one. */
  abandon(): void {
    try {
      this.#handle.close();
    } catch {
      // The failure that led here is the one that counts.
    }
  }
}

function removeQuietly(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // The failure that led here is the one that the caller is told.
  }
}
