import { writeU16, writeU32, writeU64 } from '../bytes.ts';

const textEncoder = new TextEncoder();
const roomMin = 4096;

/** Bytes written one behind the other, into a buffer that doubles. Numbers are big-endian. */
export class ByteWriter {
  #bytes = new Uint8Array(roomMin);
  /** How many bytes there are. */
  length = 0;

  u16(value: number): this {
    this.#reserve(2);
    this.length = writeU16(this.#bytes, this.length, value);
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.length = writeU32(this.#bytes, this.length, value);
    return this;
  }

  /** A whole number up to 2^53 - 1, as 8 bytes. */
  u64(value: number): this {
    this.#reserve(8);
    this.length = writeU64(this.#bytes, this.length, value);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** The length in UTF-8 bytes (4 bytes) and the text, which is well-formed. */
  text(text: string): this {
    this.#reserve(4 + text.length * 3);
    const { written } = textEncoder.encodeInto(text, this.#bytes.subarray(this.length + 4));
    writeU32(this.#bytes, this.length, written);
    this.length += 4 + written;
    return this;
  }

  /** How many numbers (4 bytes) and each of them (4 bytes). */
  numbers(values: Uint32Array): this {
    this.#reserve(4 + 4 * values.length);
    let at = writeU32(this.#bytes, this.length, values.length);
    for (const value of values) at = writeU32(this.#bytes, at, value);
    this.length = at;
    return this;
  }

  /** How many items (4 bytes) and each of them as `write` writes it. */
  list<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.u32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** What was written: a view, which the next write may leave behind. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.#bytes.length) return;
    let room = this.#bytes.length * 2;
    while (room < wanted) room *= 2;
    const bytes = new Uint8Array(room);
    bytes.set(this.done());
    this.#bytes = bytes;
  }
}
