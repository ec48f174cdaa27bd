import {
  copyBytes,
  equalBytes,
  readText,
  readU16,
  readU32,
  readU64,
  sliceBytes,
  textBytesMax,
  writeText,
  writeU32,
  writeU64,
} from './bytes.ts';
import { checksum } from './frame.ts';

/** An event that a worker has given up on for the time being. */
export interface ParkedEvent {
  readonly sequence: number;
  /** How often it was tried. */
  readonly tries: number;
  /** When it was parked, in microseconds since 1970. */
  readonly parkedAtUs: number;
  /** Message of the failure of the last try, cut to 1 000 characters. */
  readonly message: string;
}

/**
 * The file of a named cursor: how far it has come in the log, and what it left aside. All numbers
 * are big-endian.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 4 | `FBCU` |
 * | 4 | 4 | version, 1 |
 * | 8 | 16 | store id |
 * | 24 | 8 | epoch of the log when the file was written |
 * | 32 | 8 | position: every event before this sequence is done with, and was durable |
 * | 40 | 8 | anchor: sequence of the last event before the position; 0 when there is none |
 * | 48 | 8 | timestampUs of the anchor; 0 when there is none |
 * | 56 | 4 | how many parked events there are |
 * | 60 | 2 + n | name of the cursor: length, and UTF-8 |
 * | | 2 + n | canonical text of its region |
 * | | | parked events: sequence (8), tries (4), time (8), message (2 + n) |
 * | end - 4 | 4 | CRC-32 of everything before |
 */
export interface CursorState {
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  readonly epoch: number;
  /** Every event before this sequence is done with. */
  readonly position: number;
  /** Sequence of the last event before the position; 0 when there is none. */
  readonly anchorSequence: number;
  /** Time of that event; 0 when there is none. */
  readonly anchorTimestampUs: number;
  readonly name: string;
  readonly region: string;
  /** By their sequences, rising. */
  readonly parked: readonly ParkedEvent[];
}

/** Why bytes are no file of a cursor that this library can read. */
export type CursorStateProblem =
  | 'cut off'
  | 'bad magic'
  | 'unknown version'
  | 'impossible length'
  | 'checksum mismatch';

/** The version of the format that is written. */
export const cursorStateVersion = 1;

const magic = new Uint8Array([0x46, 0x42, 0x43, 0x55]);
const at = {
  version: 4,
  storeId: 8,
  epoch: 24,
  position: 32,
  anchorSequence: 40,
  anchorTimestamp: 48,
  parkedCount: 56,
  name: 60,
} as const;
const parkedBytesMin = 22;
const checksumBytes = 4;

/** The bytes of the file. */
export function encodeCursorState(state: CursorState): Uint8Array {
  const { storeId, name, region, parked } = state;
  let bytesMax = at.name + textBytesMax(name) + textBytesMax(region) + checksumBytes;
  for (const { message } of parked) bytesMax += parkedBytesMin + textBytesMax(message);
  const bytes = new Uint8Array(bytesMax);
  bytes.set(magic);
  writeU32(bytes, at.version, cursorStateVersion);
  copyBytes(bytes, at.storeId, storeId, 0, 16);
  writeU64(bytes, at.epoch, state.epoch);
  writeU64(bytes, at.position, state.position);
  writeU64(bytes, at.anchorSequence, state.anchorSequence);
  writeU64(bytes, at.anchorTimestamp, state.anchorTimestampUs);
  writeU32(bytes, at.parkedCount, parked.length);
  let end = writeText(bytes, writeText(bytes, at.name, name), region);
  for (const { sequence, tries, parkedAtUs, message } of parked) {
    end = writeU32(bytes, writeU64(bytes, end, sequence), tries);
    end = writeText(bytes, writeU64(bytes, end, parkedAtUs), message);
  }
  writeU32(bytes, end, checksum(bytes, 0, end, 0));
  return sliceBytes(bytes, 0, end + checksumBytes);
}

/** Reads the file. @returns what it says, or what is wrong with it */
export function decodeCursorState(bytes: Uint8Array): CursorState | CursorStateProblem {
  if (!equalBytes(bytes, 0, magic, 0, Math.min(magic.length, bytes.length))) return 'bad magic';
  if (bytes.length < at.storeId) return 'cut off';
  if (readU32(bytes, at.version) !== cursorStateVersion) return 'unknown version';
  const end = bytes.length - checksumBytes;
  if (end < at.name + 4) return 'cut off';
  if (readU32(bytes, end) !== checksum(bytes, 0, end, 0)) return 'checksum mismatch';
  const texts = new TextReader(bytes, at.name, end);
  const name = texts.next();
  const region = texts.next();
  const parkedCount = readU32(bytes, at.parkedCount);
  const parked: ParkedEvent[] = [];
  while (parked.length < parkedCount && texts.holds(parkedBytesMin)) {
    const start = texts.skip(parkedBytesMin - 2);
    parked.push({
      sequence: readU64(bytes, start),
      tries: readU32(bytes, start + 8),
      parkedAtUs: readU64(bytes, start + 12),
      message: texts.next(),
    });
  }
  if (parked.length < parkedCount || !texts.ended) return 'impossible length';
  return {
    storeId: sliceBytes(bytes, at.storeId, at.epoch),
    epoch: readU64(bytes, at.epoch),
    position: readU64(bytes, at.position),
    anchorSequence: readU64(bytes, at.anchorSequence),
    anchorTimestampUs: readU64(bytes, at.anchorTimestamp),
    ...{ name, region, parked },
  };
}

/** Texts one behind the other. Reading past the end makes that `ended` is never true. */
class TextReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get ended(): boolean {
    return this.#at === this.#end;
  }

  holds(length: number): boolean {
    return this.#at + length <= this.#end;
  }

  skip(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }

  next(): string {
    const length = this.holds(2) ? readU16(this.#bytes, this.#at) : this.#end;
    const start = this.#at + 2;
    this.#at = start + length;
    return this.#at <= this.#end ? readText(this.#bytes, start, length) : '';
  }
}
