import { readU32 } from '../../codec/bytes.ts';
import { frameHeaderBytes } from '../../codec/frame.ts';
import type { RecordView } from '../../codec/record-view.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { ReadEngine } from '../engine.ts';
import { pointRecord } from './frames.ts';

const windowBytesMin = 4 * 1024;
const windowBytesMax = 256 * 1024;

/**
 * Reads records in order through a window over the segment. It doubles while the next record
 * follows within it and shrinks when the reader jumps, so a scan makes few calls and a sparse query
 * reads little besides. Records keep their window alive; a window is never filled twice.
 *
 * Of a window that follows another one all whole frames are checked at once, a third of what a call
 * for each takes; where that finds damage each is checked by itself, which tells its place.
 */
export class ReadWindow {
  readonly #engine: ReadEngine;
  #segment: Segment | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #size = windowBytesMin;
  /** The next frame that was checked with its window, and where those end. */
  #sound = 0;
  #soundEnd = 0;

  constructor(engine: ReadEngine) {
    this.#engine = engine;
  }

  /** The record of a visible event, checked. @throws {CorruptSegmentError} */
  record(sequence: number): RecordView {
    const { index, segments, reader } = this.#engine;
    const segment = segments.of(sequence);
    const offset = index.columns.offset(sequence);
    const length = index.columns.length(sequence);
    if (!this.#holds(segment, offset, length)) this.#move(segment, offset, length);
    const at = offset - this.#offset;
    if (!this.#isSound(at, length)) reader.check(segment, this.#bytes, at, offset, length);
    return pointRecord(this.#engine, sequence, segment, this.#bytes, at, at + length);
  }

  #holds(segment: Segment, offset: number, length: number): boolean {
    const end = this.#offset + this.#bytes.length;
    return segment === this.#segment && offset >= this.#offset && offset + length <= end;
  }

  #move(segment: Segment, offset: number, length: number): void {
    const end = this.#offset + this.#bytes.length;
    const follows = segment === this.#segment && offset >= this.#offset && offset <= end;
    this.#size = follows ? Math.min(this.#size * 2, windowBytesMax) : windowBytesMin;
    const size = Math.max(length, Math.min(this.#size, segment.validBytes - offset));
    this.#bytes = new Uint8Array(size);
    this.#engine.reader.readInto(segment, this.#bytes, 0, offset, size);
    this.#segment = segment;
    this.#offset = offset;
    this.#sound = 0;
    this.#soundEnd = follows ? this.#engine.reader.soundEnd(segment, this.#bytes) : 0;
  }

  /** Whether a frame of this length stands there, among those that were checked together. */
  #isSound(at: number, length: number): boolean {
    let next = this.#sound;
    // Frames between, such as the marks of batches, are passed over by their lengths.
    while (next < at && next < this.#soundEnd) {
      next += frameHeaderBytes + readU32(this.#bytes, next);
    }
    if (next !== at || next >= this.#soundEnd) return false;
    this.#sound = next;
    return readU32(this.#bytes, at) === length - frameHeaderBytes;
  }
}
