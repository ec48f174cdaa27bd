import { readText, readU16, readU32 } from '../bytes.ts';

/**
 * Reads msgpack value by value, where the shape is known and values needn't become objects first:
 * a fraction of what a general decoder takes for records whose bytes are arrays of integers.
 *
 * Nothing throws. Where the bytes hold something else than is asked for, `ok` becomes false for
 * good, and answers mean nothing from then on.
 */
export class MsgpackCursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  /** Whether all that was asked for was there. */
  ok = true;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Whether every byte was read. */
  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Passes over nil, if that is next. */
  nil(): boolean {
    const isNil = this.#bytes[this.#at] === 0xc0;
    if (isNil) this.#take(1);
    return isNil;
  }

  /** Passes over the head of a map. @returns how many pairs of key and value follow */
  map(): number {
    const head = this.#u8();
    if ((head & 0xf0) === 0x80) return head & 0x0f;
    if (head === 0xde) return this.#u16();
    return head === 0xdf ? this.#u32() : this.#fail();
  }

  text(): string {
    const head = this.#u8();
    const length = this.#textBytes(head);
    const start = this.#take(length);
    if (!this.ok) return '';
    try {
      return readText(this.#bytes, start, length);
    } catch {
      // Not UTF-8: no text of whoever wrote this.
      this.#fail();
      return '';
    }
  }

  /** A whole number from 0 to `max`, which is at most 2^53 - 1. */
  count(max: number): number {
    const value = this.#integer(this.#u8());
    return value >= 0 && value <= max ? value : this.#fail();
  }

  /** Bytes, or an array of integers that stands for them, in a buffer of their own. */
  binary(): Uint8Array {
    const head = this.#u8();
    if (head >= 0xc4 && head <= 0xc6) {
      const length = head === 0xc4 ? this.#u8() : head === 0xc5 ? this.#u16() : this.#u32();
      const start = this.#take(length);
      // A copy made by `slice` would be a Buffer where the bytes are one.
      return this.ok ? new Uint8Array(this.#bytes.subarray(start, start + length)) : none;
    }
    const length = this.#arrayItems(head);
    // Each item takes a byte at least: a length beyond that is no reason to ask for memory.
    if (length > this.#end - this.#at) this.#fail();
    return this.ok ? this.#integers(length) : none;
  }

  /** Passes over the next value, whatever it is. */
  skip(): void {
    for (let left = 1; left > 0 && this.ok; left -= 1) left += this.#skipOne(this.#u8());
  }

  #integers(length: number): Uint8Array {
    const items = new Uint8Array(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < length; index += 1) {
      let byte = bytes[at] ?? 0xff;
      at += 1;
      if (byte > 0x7f) {
        if (byte !== 0xcc) this.#fail();
        byte = bytes[at] ?? 0;
        at += 1;
      }
      items[index] = byte;
    }
    this.#at = at;
    if (at > this.#end) this.#fail();
    return items;
  }

  #integer(head: number): number {
    if (head <= 0x7f) return head;
    switch (head) {
      case 0xcc:
        return this.#u8();
      case 0xcd:
        return this.#u16();
      case 0xce:
        return this.#u32();
      case 0xcf:
      case 0xd3: {
        // As a signed number it is too high, or below 0: neither is a count.
        const high = this.#u32();
        return high * 0x1_0000_0000 + this.#u32();
      }
      default:
        return -1;
    }
  }

  #textBytes(head: number): number {
    if ((head & 0xe0) === 0xa0) return head & 0x1f;
    if (head === 0xd9) return this.#u8();
    if (head === 0xda) return this.#u16();
    return head === 0xdb ? this.#u32() : this.#fail();
  }

  #arrayItems(head: number): number {
    if ((head & 0xf0) === 0x90) return head & 0x0f;
    if (head === 0xdc) return this.#u16();
    return head === 0xdd ? this.#u32() : this.#fail();
  }

  /** Passes over one value but those it holds. @returns how many these are */
  #skipOne(head: number): number {
    if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return 0;
    if (head <= 0x8f) return 2 * (head & 0x0f);
    if (head <= 0x9f) return head & 0x0f;
    if (head === 0xdc || head === 0xdd) return this.#arrayItems(head);
    if (head === 0xde) return 2 * this.#u16();
    if (head === 0xdf) return 2 * this.#u32();
    this.#take(head <= 0xbf || head >= 0xd9 ? this.#textBytes(head) : this.#scalarBytes(head));
    return 0;
  }

  /** Bytes behind the head of a number, of binary, or of an extension. */
  #scalarBytes(head: number): number {
    switch (head) {
      case 0xc4:
        return this.#u8();
      case 0xc5:
        return this.#u16();
      case 0xc6:
        return this.#u32();
      case 0xc7:
        return this.#u8() + 1;
      case 0xc8:
        return this.#u16() + 1;
      case 0xc9:
        return this.#u32() + 1;
      default:
        return fixedBytes.get(head) ?? this.#fail();
    }
  }

  #u8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }
  #u16(): number {
    return readU16(this.#bytes, this.#take(2));
  }
  #u32(): number {
    return readU32(this.#bytes, this.#take(4));
  }

  /** Moves on by so many bytes. @returns where they begin */
  #take(count: number): number {
    const start = this.#at;
    this.#at = start + count;
    if (this.#at > this.#end) this.#fail();
    return start;
  }

  #fail(): number {
    this.ok = false;
    return 0;
  }
}

const none: Uint8Array = new Uint8Array(0);

/** Bytes behind the heads of floats, integers and extensions of fixed length. */
const fixedBytes: ReadonlyMap<number, number> = new Map([
  ...([
    [0xca, 4],
    [0xcb, 8],
    [0xcc, 1],
    [0xcd, 2],
    [0xce, 4],
    [0xcf, 8],
  ] as const),
  ...([
    [0xd0, 1],
    [0xd1, 2],
    [0xd2, 4],
    [0xd3, 8],
  ] as const),
  ...([
    [0xd4, 2],
    [0xd5, 3],
    [0xd6, 5],
    [0xd7, 9],
    [0xd8, 17],
  ] as const),
]);
