import { readU32 } from '../codec/bytes.ts';
import { checkFrame, frameBodyBytesMax, frameCutOff, frameHeaderBytes } from '../codec/frame.ts';
import { soundFramesEnd } from '../codec/frame-run.ts';
import { recordBytesMin } from '../codec/record-layout.ts';
import type { FileHandle } from '../model/files.ts';

/** How much is read at once unless the reader says otherwise. */
const chunkBytesDefault = 1024 * 1024;

/** What {@link FrameScanner.next} answers at the end of the file. */
export const endOfFile = 0;

/**
 * Walks over the frames of a segment in order, through a window that moves over the file. The
 * current frame's body stands in `bytes` from `bodyStart` to `bodyEnd` until the next step.
 */
export class FrameScanner {
  readonly #handle: FileHandle;
  readonly #sizeBytes: number;
  readonly #salt: number;
  readonly #chunkBytes: number;
  /** Position in the file of the window's first byte, and how many of its bytes are filled. */
  #windowOffset: number;
  #windowBytes = 0;
  /** How many bytes from the window's start are whole frames whose checksums hold. */
  #soundBytes = 0;
  /** Whether every step since the window's start was from one frame to the next. */
  #inRow = false;
  #nextOffset: number;
  bytes: Uint8Array = new Uint8Array(0);
  /** Position of the current frame in the file. */
  offset: number;
  bodyStart = 0;
  bodyEnd = 0;

  /**
   * @param sizeBytes how far the file may be read
   * @param chunkBytes how much is read at once, if no frame is larger
   */
  constructor(
    handle: FileHandle,
    start: number,
    sizeBytes: number,
    salt: number,
    chunkBytes: number = chunkBytesDefault,
  ) {
    this.#chunkBytes = chunkBytes;
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
    this.#salt = salt;
    this.#windowOffset = start;
    this.#nextOffset = start;
    this.offset = start;
  }

  /** Position after the current frame. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Goes on from this position, forwards or back, whether or not a frame begins there. */
  moveTo(offset: number): void {
    this.#nextOffset = offset;
    this.#inRow = false;
  }

  /** Goes on from a frame that was stepped to, or from behind one. */
  returnTo(offset: number): void {
    this.#nextOffset = offset;
  }

  /**
   * Steps to the next frame.
   *
   * @returns the length of its body, `endOfFile`, or a negative problem of `checkFrame`: then
   * `offset` is where the bad place begins, and the scanner does not move on
   */
  next(): number {
    this.offset = this.#nextOffset;
    if (this.offset === this.#sizeBytes) return endOfFile;
    let answer = this.#check();
    if (answer === frameCutOff) {
      this.#fill();
      answer = this.#check();
    }
    if (answer < 0) return answer;
    this.bodyStart = this.offset - this.#windowOffset + frameHeaderBytes;
    this.bodyEnd = this.bodyStart + answer;
    this.#nextOffset = this.offset + frameHeaderBytes + answer;
    return answer;
  }

  #check(): number {
    const at = this.offset - this.#windowOffset;
    if (at < 0 || at > this.#windowBytes) return frameCutOff;
    if (this.#inRow && at < this.#soundBytes) return readU32(this.bytes, at);
    return checkFrame(this.bytes, at, this.#windowBytes, this.#salt, recordBytesMin);
  }

  /** Moves the window to the current offset, wide enough for the frame there. */
  #fill(): void {
    const left = this.#sizeBytes - this.offset;
    const wanted = Math.min(left, this.#chunkBytes);
    this.#load(wanted);
    if (wanted >= frameHeaderBytes) {
      const frame = frameHeaderBytes + readU32(this.bytes, 0);
      if (frame > wanted && frame <= left && frame <= frameBodyBytesMax) this.#load(frame);
    }
    const { bytes } = this;
    this.#soundBytes = soundFramesEnd(bytes, 0, this.#windowBytes, this.#salt, recordBytesMin);
    this.#inRow = true;
  }

  #load(length: number): void {
    // No Buffer: parts of one are made at twice the cost, and each checksum needs one.
    if (this.bytes.length < length) this.bytes = new Uint8Array(length);
    this.#windowOffset = this.offset;
    this.#windowBytes = 0;
    while (this.#windowBytes < length) {
      const count = this.#handle.read(
        this.bytes,
        this.#windowBytes,
        length - this.#windowBytes,
        this.#windowOffset + this.#windowBytes,
      );
      if (count === 0) break;
      this.#windowBytes += count;
    }
  }
}
