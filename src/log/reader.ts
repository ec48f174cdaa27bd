import { checkFrame, frameHeaderBytes, frameProblem } from '../codec/frame.ts';
import { soundFramesEnd } from '../codec/frame-run.ts';
import { recordBytesMin } from '../codec/record-layout.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { closeQuietly } from '../platform/close-quietly.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { ReadBuffer } from './read-buffer.ts';
import type { Segment } from './segment-list.ts';

/**
 * Reads frames of known place. Every read checks the frame's checksum. Keeps at most `fdBudget`
 * descriptors open, the least recently used of which is closed first.
 */
export class FrameReader {
  readonly #files: Files;
  readonly #fdBudget: number;
  readonly #salt: number;
  /** Where {@link FrameReader.readShared} puts frames, which stay as they are. */
  readonly shared = new ReadBuffer();
  /** By segment id, least recently used first. */
  readonly #handles = new Map<number, FileHandle>();

  constructor(files: Files, fdBudget: number, salt: number) {
    this.#files = files;
    this.#fdBudget = fdBudget;
    this.#salt = salt;
  }

  /**
   * The frame of `length` bytes at `offset`, in a buffer of its own.
   *
   * @throws {CorruptSegmentError} when it is not what was written
   * @throws {StorageError} when the system refuses to read it
   */
  read(segment: Segment, offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.readInto(segment, bytes, 0, offset, length);
    this.check(segment, bytes, 0, offset, length);
    return bytes;
  }

  /**
   * As {@link FrameReader.read}, into a part of {@link FrameReader.shared}.
   *
   * @returns where in its bytes the frame begins
   */
  readShared(segment: Segment, offset: number, length: number): number {
    const at = this.shared.take(length);
    this.readInto(segment, this.shared.bytes, at, offset, length);
    this.check(segment, this.shared.bytes, at, offset, length);
    return at;
  }

  /**
   * Reads `length` bytes at `offset` unchecked, the way {@link FrameReader.check} wants them, and
   * puts them at `at`.
   */
  readInto(segment: Segment, bytes: Uint8Array, at: number, offset: number, length: number): void {
    const read = this.#read(segment, bytes, at, offset, length);
    if (read === length) return;
    throw new CorruptSegmentError({
      path: segment.path,
      offset: offset + read,
      expected: `${length - read} more bytes of a frame`,
      actual: 'the end of the file',
    });
  }

  /** Checks the frame that was read from `offset` and stands at `at` in `bytes`. */
  check(segment: Segment, bytes: Uint8Array, at: number, offset: number, length: number): void {
    const salt = segment.version === undefined ? this.#salt : 0;
    const answer = checkFrame(bytes, at, at + length, salt, recordBytesMin);
    if (answer === length - frameHeaderBytes) return;
    throw new CorruptSegmentError({
      path: segment.path,
      offset,
      expected: `a frame of ${length} bytes`,
      actual: answer < 0 ? frameProblem(answer) : `one of ${answer + frameHeaderBytes}`,
    });
  }

  /**
   * How far from their start the bytes hold frames, one behind the other, that are all what was
   * written; 0 when one is not, whichever it is.
   */
  soundEnd(segment: Segment, bytes: Uint8Array): number {
    const salt = segment.version === undefined ? this.#salt : 0;
    return soundFramesEnd(bytes, 0, bytes.length, salt, recordBytesMin);
  }

  /** Closes every descriptor. */
  close(): void {
    for (const handle of this.#handles.values()) closeQuietly(handle);
    this.#handles.clear();
  }

  #read(segment: Segment, bytes: Uint8Array, at: number, offset: number, length: number): number {
    try {
      const handle = this.#handle(segment);
      let read = 0;
      while (read < length) {
        const count = handle.read(bytes, at + read, length - read, offset + read);
        if (count === 0) break;
        read += count;
      }
      return read;
    } catch (cause) {
      throw translateSystemError('read', segment.path, cause);
    }
  }

  #handle(segment: Segment): FileHandle {
    const open = this.#handles.get(segment.id);
    if (open !== undefined) {
      // With one segment, the usual case, its order can't change.
      if (this.#handles.size > 1) {
        this.#handles.delete(segment.id);
        this.#handles.set(segment.id, open);
      }
      return open;
    }
    const handle = this.#files.open(segment.path, 'read');
    this.#handles.set(segment.id, handle);
    if (this.#handles.size > this.#fdBudget) this.#closeOldest();
    return handle;
  }

  #closeOldest(): void {
    for (const [segmentId, handle] of this.#handles) {
      this.#handles.delete(segmentId);
      closeQuietly(handle);
      return;
    }
  }
}
