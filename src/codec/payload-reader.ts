import { readU16, readU32 } from './bytes.ts';

/** What {@link PayloadReader.read} answers for bytes that it leaves to another decoder. */
export const notPlain: unique symbol = Symbol('not plain');

const keyBytesMax = 31;
const keySlots = 1024;
const shortText = 8;
const sharedTextMax = 1024;
const depthMax = 128;

const doubles = new Float64Array(1);
const bytesOfDouble = new DataView(doubles.buffer);

/** A key that was met, by its bytes. */
interface KnownKey {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Reads the msgpack that most payloads are: `nil`, booleans, numbers of up to 32 bits and doubles,
 * strings, arrays, and maps with string keys. It leaves everything else, and what is no msgpack, to
 * the decoder for all of it. What it reads is what that would read, in a third to three quarters of
 * the time; decoding is half of a scan.
 */
export class PayloadReader {
  readonly #keys: (KnownKey | undefined)[] = new Array(keySlots).fill(undefined);
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  /** What is left of the payload from its first long text on, as characters, and where that is. */
  #rest = '';
  #restAt = 0;

  /** The value from `start` up to `end`, or {@link notPlain}. It shares nothing with the bytes. */
  read(bytes: Uint8Array, start: number, end: number): unknown {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#rest = '';
    const value = this.#value(0);
    return this.#at === end ? value : notPlain;
  }

  /** Gives up: no place behind is the end of the payload. */
  #leave(): typeof notPlain {
    this.#at = Number.POSITIVE_INFINITY;
    return notPlain;
  }

  #value(depth: number): unknown {
    const bytes = this.#bytes;
    const at = this.#at;
    const type = bytes[at] ?? 0xc1;
    this.#at = at + 1;
    if (type < 0x80) return type;
    if (type < 0x90) return this.#map(type & 0x0f, depth);
    if (type < 0xa0) return this.#array(type & 0x0f, depth);
    if (type < 0xc0) return this.#text(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    return this.#longer(type, at + 1, depth);
  }

  #longer(type: number, at: number, depth: number): unknown {
    const bytes = this.#bytes;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#leave();
      case 0xcb:
        this.#at = at + 8;
        bytesOfDouble.setUint32(0, readU32(bytes, at));
        bytesOfDouble.setUint32(4, readU32(bytes, at + 4));
        return bytesOfDouble.getFloat64(0);
      case 0xcc:
        this.#at = at + 1;
        return bytes[at] ?? 0;
      case 0xcd:
        this.#at = at + 2;
        return readU16(bytes, at);
      case 0xce:
        this.#at = at + 4;
        return readU32(bytes, at);
      case 0xd0:
        this.#at = at + 1;
        return ((bytes[at] ?? 0) << 24) >> 24;
      case 0xd1:
        this.#at = at + 2;
        return (readU16(bytes, at) << 16) >> 16;
      case 0xd2:
        this.#at = at + 4;
        return readU32(bytes, at) | 0;
      case 0xd9:
        this.#at = at + 1;
        return this.#text(bytes[at] ?? 0);
      case 0xda:
        this.#at = at + 2;
        return this.#text(readU16(bytes, at));
      case 0xdc:
        this.#at = at + 2;
        return this.#array(readU16(bytes, at), depth);
      case 0xde:
        this.#at = at + 2;
        return this.#map(readU16(bytes, at), depth);
      default:
        return this.#leave();
    }
  }

  #text(length: number): string {
    const bytes = this.#bytes;
    const start = this.#at;
    const end = start + length;
    this.#at = end;
    if (end > this.#end) return '';
    for (let at = start; at < end; at += 1) {
      if ((bytes[at] ?? 0) >= 0x80) return Buffer.prototype.utf8Slice.call(bytes, start, end);
    }
    if (length > shortText) return this.#longText(start, end);
    let text = '';
    for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
    return text;
  }

  /** One native call (100 ns) for the texts of a payload; a text keeps all of its characters. */
  #longText(start: number, end: number): string {
    if (this.#end - start > sharedTextMax) {
      return Buffer.prototype.latin1Slice.call(this.#bytes, start, end);
    }
    if (this.#rest === '') {
      this.#rest = Buffer.prototype.latin1Slice.call(this.#bytes, start, this.#end);
      this.#restAt = start;
    }
    return this.#rest.substring(start - this.#restAt, end - this.#restAt);
  }

  #array(length: number, depth: number): unknown {
    if (depth === depthMax || length > this.#end - this.#at) return this.#leave();
    const items: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      const item = this.#value(depth + 1);
      if (this.#at > this.#end) return notPlain;
      items.push(item);
    }
    return items;
  }

  #map(length: number, depth: number): unknown {
    if (depth === depthMax) return this.#leave();
    const map: Record<string, unknown> = {};
    for (let index = 0; index < length; index += 1) {
      const key = this.#key();
      if (key === undefined) return this.#leave();
      map[key] = this.#value(depth + 1);
      if (this.#at > this.#end) return notPlain;
    }
    return map;
  }

  #key(): string | undefined {
    const bytes = this.#bytes;
    const length = (bytes[this.#at] ?? 0) - 0xa0;
    if (length < 0 || length > keyBytesMax) return undefined;
    const start = this.#at + 1;
    const end = start + length;
    let hash = length;
    for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = hash & (keySlots - 1);
    const known = this.#keys[slot];
    if (known !== undefined && isAt(known.bytes, bytes, start, length)) {
      this.#at = end;
      return known.text;
    }
    this.#at = start;
    const text = this.#text(length);
    if (this.#at > this.#end || text === '__proto__') return undefined;
    this.#keys[slot] = { bytes: bytes.slice(start, end), text };
    return text;
  }
}

function isAt(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (known[index] !== bytes[start + index]) return false;
  }
  return true;
}
