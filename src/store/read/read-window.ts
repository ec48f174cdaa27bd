import { readU32 } from '../../codec/bytes.ts';
import { frameHeaderBytes } from '../../codec/frame.ts';
import type { RecordView } from '../../codec/record-view.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { ReadEngine } from '../engine.ts';
import { pointRecord, readRecord } from './frames.ts';

const windowBytesMin = 4 * 1024;
const windowBytesMax = 256 * 1024;

const nothing = new Uint8Array(0);

/**
 * Reads records in order. One that is far from the last is read alone. When the next one follows
 * closely, a window over the segment begins with it, and each window that follows is twice as
 * large: a scan makes few calls, and a sparse query reads nothing besides. Records keep their
 * window alive; a window is never filled twice.
 *
 * All whole frames of a window are checked at once, a third of what a call for each takes; where
 * that finds damage each is checked by itself, which tells its place.
 */
export class ReadWindow {
  readonly #engine: ReadEngine;
  #segment: Segment | undefined;
  #bytes: Uint8Array = nothing;
  #offset = 0;
  #size = 0;
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
    if (!this.#holds(segment, offset, length)) {
      if (!this.#follows(segment, offset)) return this.#alone(sequence, segment, offset, length);
      this.#move(segment, offset, length);
    }
    const at = offset - this.#offset;
    if (!this.#isSound(at, length)) reader.check(segment, this.#bytes, at, offset, length);
    return pointRecord(this.#engine, sequence, segment, this.#bytes, at, at + length);
  }

  #holds(segment: Segment, offset: number, length: number): boolean {
    const end = this.#offset + this.#bytes.length;
    return segment === this.#segment && offset >= this.#offset && offset + length <= end;
  }

  /** Whether it lies in the window, behind whose end it reaches, or not far from that. */
  #follows(segment: Segment, offset: number): boolean {
    const end = this.#offset + this.#bytes.length;
    const near = offset >= this.#offset && offset <= end + windowBytesMin;
    return segment === this.#segment && near;
  }

  /** Reads one record. The window ends behind it, and has no bytes. */
  #alone(sequence: number, segment: Segment, offset: number, length: number): RecordView {
    const record = readRecord(this.#engine, sequence);
    this.#segment = segment;
    this.#bytes = nothing;
    this.#offset = offset + length;
    this.#size = 0;
    return record;
  }

  #move(segment: Segment, offset: number, length: number): void {
    this.#size = Math.min(Math.max(this.#size * 2, windowBytesMin), windowBytesMax);
    const size = Math.max(length, Math.min(this.#size, segment.validBytes - offset));
    this.#bytes = new Uint8Array(size);
    this.#engine.reader.readInto(segment, this.#bytes, 0, offset, size);
    this.#segment = segment;
    this.#offset = offset;
    this.#sound = 0;
    this.#soundEnd = this.#engine.reader.soundEnd(segment, this.#bytes);
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
