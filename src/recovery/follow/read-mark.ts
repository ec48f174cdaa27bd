import { equalBytes, readU32 } from '../../codec/bytes.ts';
import { frameHeaderBytes } from '../../codec/frame.ts';
import { timestampUsIn } from '../../codec/record-layout.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { FileHandle } from '../../model/files.ts';
import { readRange } from '../read-range.ts';

/** From the start of a frame: its checksum, and of its record the sequence, the time and the id. */
const markBytes = frameHeaderBytes + 50;
const lengthBytes = 4;

/** What is there behind the bytes that were read. */
export type Behind = 'nothing' | 'something' | 'other bytes than were read';

/**
 * How far a follower has read the newest segment, told by the frame that it read last, or by the
 * segment's header before the first frame. No two frames of a store have the same time and id, and
 * what is taken back is always the end of a segment: while that frame stands where it stood, all
 * before it does.
 */
export class ReadMark {
  readonly #offset: number;
  readonly #bytes: Uint8Array;

  private constructor(offset: number, bytes: Uint8Array) {
    this.#offset = offset;
    this.#bytes = bytes;
  }

  /**
   * Marks the last frame before the segment's `validBytes`.
   *
   * @param timestampUs of the frame that was read last
   * @returns `undefined` when another one stands there by now
   */
  static of(
    handle: FileHandle,
    segment: Segment,
    index: EventIndex,
    timestampUs: number,
  ): ReadMark | undefined {
    const { columns, count } = index;
    const holdsEvents = count > segment.header.firstSequence;
    let offset = holdsEvents ? columns.offset(count - 1) : 0;
    let end = holdsEvents ? offset + columns.length(count - 1) : segment.headerBytes;
    // Behind the last event there may be a COMMIT, names, a GAP or a CLEAN record.
    while (end < segment.validBytes) {
      const length = readU32(readRange(handle, end, end + lengthBytes), 0);
      if (length === 0) return undefined;
      offset = end;
      end += frameHeaderBytes + length;
    }
    if (end !== segment.validBytes) return undefined;
    const wanted = offset === 0 ? segment.headerBytes : markBytes;
    const bytes = readRange(handle, offset, offset + wanted);
    if (bytes.length < wanted) return undefined;
    const same = offset === 0 || timestampUsIn(bytes, frameHeaderBytes) === timestampUs;
    return same ? new ReadMark(offset, bytes) : undefined;
  }

  /** Looks what is behind the segment's `validBytes`, in two small reads. */
  look(handle: FileHandle, segment: Segment): Behind {
    const bytes = this.#bytes;
    const there = readRange(handle, this.#offset, this.#offset + bytes.length);
    if (there.length < bytes.length || !equalBytes(there, 0, bytes, 0, bytes.length)) {
      return 'other bytes than were read';
    }
    const next = readRange(handle, segment.validBytes, segment.validBytes + lengthBytes);
    // Zeros are there where room was made beforehand.
    return next.length < lengthBytes || readU32(next, 0) === 0 ? 'nothing' : 'something';
  }
}
