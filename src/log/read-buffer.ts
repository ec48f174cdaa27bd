/** Bytes of a buffer that is shared: what someone who keeps one frame keeps alive at most. */
const sharedBytes = 8 * 1024;
const frameBytesMax = sharedBytes / 4;

/**
 * Room for frames that are read one by one. A buffer for each takes longer to make (1 µs) than its
 * bytes take to read, so that many share one. A part that was given out is given to nobody else.
 */
export class ReadBuffer {
  /** The bytes that {@link ReadBuffer.take} gave room in last. */
  bytes: Uint8Array = new Uint8Array(0);
  #next = 0;

  /** Gives room for so many bytes. @returns where in {@link ReadBuffer.bytes} it begins */
  take(length: number): number {
    if (this.#next + length > this.bytes.length) {
      if (length > frameBytesMax) {
        this.bytes = new Uint8Array(length);
        this.#next = length;
        return 0;
      }
      this.bytes = new Uint8Array(sharedBytes);
      this.#next = 0;
    }
    const start = this.#next;
    this.#next = start + length;
    return start;
  }
}
