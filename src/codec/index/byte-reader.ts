import { readText, readU16, readU32, readU64, sliceBytes } from '../bytes.ts';

/**
 * Reads what a `ByteWriter` wrote. Bytes that end too early, or are no text, make it `broken`: from
 * then on every answer is 0, empty, or an empty list, so that a reader checks once at the end.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Whether something was asked for that is not there. */
  broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether everything was read, and was there. */
  get finished(): boolean {
    return !this.broken && this.#at === this.#bytes.length;
  }

  u16(): number {
    return this.#take(2) ? readU16(this.#bytes, this.#at - 2) : 0;
  }

  u32(): number {
    return this.#take(4) ? readU32(this.#bytes, this.#at - 4) : 0;
  }

  u64(): number {
    const value = this.#take(8) ? readU64(this.#bytes, this.#at - 8) : 0;
    if (!Number.isSafeInteger(value)) this.broken = true;
    return this.broken ? 0 : value;
  }

  /** A copy of so many bytes. */
  bytes(length: number): Uint8Array {
    if (!this.#take(length)) return new Uint8Array(0);
    return sliceBytes(this.#bytes, this.#at - length, this.#at);
  }

  text(): string {
    const length = this.u32();
    if (!this.#take(length)) return '';
    try {
      return readText(this.#bytes, this.#at - length, length);
    } catch {
      this.broken = true;
      return '';
    }
  }

  numbers(): Uint32Array {
    const length = this.u32();
    if (!this.#take(4 * length)) return new Uint32Array(0);
    const values = new Uint32Array(length);
    const start = this.#at - 4 * length;
    for (let index = 0; index < length; index += 1) {
      values[index] = readU32(this.#bytes, start + 4 * index);
    }
    return values;
  }

  /** A list whose items `read` reads, of `bytesMin` bytes or more each. */
  list<Item>(bytesMin: number, read: () => Item): Item[] {
    const count = this.u32();
    const items: Item[] = [];
    // A damaged count must not cost more than the bytes that are there.
    if (count * bytesMin > this.#bytes.length - this.#at) this.broken = true;
    for (let index = 0; index < count && !this.broken; index += 1) items.push(read());
    return this.broken ? [] : items;
  }

  #take(count: number): boolean {
    if (count > this.#bytes.length - this.#at) this.broken = true;
    if (this.broken) return false;
    this.#at += count;
    return true;
  }
}
