import { checksumFrom, frameHeaderBytes } from '../codec/frame.ts';
import { type EncodedRecord, encodeRecord, type RecordDraft } from '../codec/record.ts';
import { hashedFrom } from '../codec/record-layout.ts';
import { assert } from '../model/assert.ts';

const bytesMin = 64 * 1024;
const bytesKept = 4 * 1024 * 1024;

/** Frames that will be written in one call: one buffer that is used again and again. */
export class FrameGroup {
  readonly #salt: number;
  readonly #encoded: EncodedRecord = { end: 0, hash: undefined };
  /** The staged frames stand at the start; they stay until the next group is begun. */
  bytes: Uint8Array = new Uint8Array(bytesMin);
  /** Bytes staged so far. */
  length = 0;

  constructor(salt: number) {
    this.#salt = salt;
  }

  /** Hash of the event staged last, in a buffer of its own; `undefined` without a hash chain. */
  get hash(): Uint8Array | undefined {
    return this.#encoded.hash;
  }

  /** Begins a group of at most so many bytes. */
  begin(bytesMax: number): void {
    assert(this.length === 0, 'a group is begun when the last one is written');
    const tooSmall = bytesMax > this.bytes.length;
    // One huge batch must not hold its room for ever.
    const tooLarge = this.bytes.length > bytesKept && bytesMax <= bytesKept;
    if (tooSmall || tooLarge) this.bytes = new Uint8Array(Math.max(bytesMax, bytesMin));
  }

  /** Encodes a frame behind the others. @returns where it begins */
  stage(draft: RecordDraft): number {
    const start = this.length;
    encodeRecord(draft, this.bytes, start, this.#salt, this.#encoded);
    this.length = this.#encoded.end;
    assert(this.length <= this.bytes.length, 'a group fits the room made for it');
    return start;
  }

  /** The checksum of the staged frame at `start`, from its record's type on, begun from `crc`. */
  itemChecksum(start: number, crc: number): number {
    const from = start + frameHeaderBytes + hashedFrom;
    return checksumFrom(this.bytes, start, from, this.#salt, crc);
  }

  /** Ends the group, written or not. @returns how many bytes were staged */
  end(): number {
    const { length } = this;
    this.length = 0;
    return length;
  }
}
