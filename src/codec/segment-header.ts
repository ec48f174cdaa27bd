import { Packr } from 'msgpackr';
import { UnsupportedVersionError } from '../model/errors/corruption-errors.ts';
import { readU32, writeU32 } from './bytes.ts';
import { checksum } from './frame.ts';

/**
 * `FBAT · header length u32 · msgpack map`, the container that every version shares. The map of
 * version 2 ends with `crc`, a uint32 over all bytes of the file before its own four, so that a
 * header can't be changed unnoticed and still reads as plain msgpack.
 */

/** The version this library writes. */
export const segmentVersion = 2;

const magic = new Uint8Array([0x46, 0x42, 0x41, 0x54]);
const preambleBytes = 8;
/** `crc` as msgpack, and the byte that says a uint32 follows. */
const checksumKey = new Uint8Array([0xa3, 0x63, 0x72, 0x63, 0xce]);
const headerBytesMax = 4096;
const codec = new Packr({ useRecords: false, copyBuffers: true });

/** What a segment says of itself. */
export interface SegmentHeader {
  readonly segmentId: number;
  /** When it was made, in nanoseconds since 1970. */
  readonly createdNs: bigint;
  /** 16 bytes, the same in every segment of a store. */
  readonly storeId: Uint8Array;
  /** Raised at each opening after an unclean end and at each restart of the writer. */
  readonly epoch: number;
  /** Whether events of this store carry hashes; fixed when the store is made. */
  readonly hashChain: boolean;
  /** Sequence of the first event in it, or of the next event of the store while it has none. */
  readonly firstSequence: number;
  /** The segment before it as it stood then; none for a store's first. */
  readonly previous: SegmentLink | undefined;
  /** In a rewritten segment: how the one behind it knows the file that it stands for. */
  readonly replaces?: ReplacedEnd | undefined;
}

/** Where a file ended that was rewritten: what the link of the segment behind it still names. */
export interface ReplacedEnd {
  readonly validBytes: number;
  readonly nextSequence: number;
}

/** The end of the segment before: what shows that it is missing or was shortened. */
export interface SegmentLink {
  readonly segmentId: number;
  /** Bytes of the file up to the end of its last whole frame. */
  readonly validBytes: number;
  /** Sequence that the event after its last has. */
  readonly nextSequence: number;
}

/** Why the start of a file is no header. */
export type HeaderProblem =
  | 'cut off'
  | 'bad magic'
  | 'impossible length'
  | 'checksum mismatch'
  | 'unreadable';

/** The bytes with which the segment's file begins. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const map = codec.pack({
    version: segmentVersion,
    flags: 0,
    created_ns: header.createdNs,
    segment_id: header.segmentId,
    store_id: header.storeId,
    epoch: header.epoch,
    hash_chain: header.hashChain,
    first_sequence: header.firstSequence,
    previous:
      header.previous === undefined
        ? null
        : {
            segment_id: header.previous.segmentId,
            valid_bytes: header.previous.validBytes,
            next_sequence: header.previous.nextSequence,
          },
    ...(header.replaces === undefined ? {} : { replaces: replacesMap(header.replaces) }),
    // Any number above 16 bits takes the five-byte form that the checksum needs.
    crc: 0xffffffff,
  });
  const bytes = new Uint8Array(preambleBytes + map.length);
  bytes.set(magic);
  writeU32(bytes, 4, map.length);
  bytes.set(map, preambleBytes);
  const crcAt = bytes.length - 4;
  writeU32(bytes, crcAt, checksum(bytes, 0, crcAt, 0));
  return bytes;
}

function replacesMap({ validBytes, nextSequence }: ReplacedEnd): object {
  return { valid_bytes: validBytes, next_sequence: nextSequence };
}

/** Bytes from the file's start that are certain to hold its whole header. */
export const segmentHeaderBytesMax: number = preambleBytes + headerBytesMax;

/** A header that was read, and how long it is. */
export interface DecodedSegmentHeader {
  readonly header: SegmentHeader;
  /** Where the first frame begins. */
  readonly bytes: number;
}

/**
 * Reads the header at the start of `bytes`.
 *
 * @param path of the file, for the error
 * @returns the header, or what is wrong
 * @throws {UnsupportedVersionError} when the header is whole but of another version
 */
export function decodeSegmentHeader(
  bytes: Uint8Array,
  path: string,
): DecodedSegmentHeader | HeaderProblem {
  if (bytes.length < preambleBytes) return 'cut off';
  if (magic.some((byte, index) => bytes[index] !== byte)) return 'bad magic';
  const length = readU32(bytes, 4);
  if (length < 8 || length > headerBytesMax) return 'impossible length';
  const end = preambleBytes + length;
  if (bytes.length < end) return holdsChecksum(bytes) ? 'impossible length' : 'cut off';
  const map = unpackMap(bytes, end);
  if (map === undefined) return 'unreadable';
  const version = map.version;
  if (!isCount(version)) return 'unreadable';
  if (version !== segmentVersion) {
    throw new UnsupportedVersionError(path, version, [segmentVersion]);
  }
  if (readU32(bytes, end - 4) !== checksum(bytes, 0, end - 4, 0)) return 'checksum mismatch';
  const header = headerOf(map);
  return header === undefined ? 'unreadable' : { header, bytes: end };
}

/** Whether bytes begin as a header of version 2 does and bear the checksum of one. */
export function headerChecksumHolds(bytes: Uint8Array): boolean {
  if (bytes.length < preambleBytes) return false;
  if (magic.some((byte, index) => bytes[index] !== byte)) return false;
  const end = preambleBytes + readU32(bytes, 4);
  if (end > bytes.length || end > segmentHeaderBytesMax || end < preambleBytes + 8) return false;
  return readU32(bytes, end - 4) === checksum(bytes, 0, end - 4, 0);
}

/**
 * Whether the last field of a header stands whole in the bytes. A header that was cut off lacks it;
 * one that has it and still seems too short has a damaged length.
 */
function holdsChecksum(bytes: Uint8Array): boolean {
  for (let at = preambleBytes; at + checksumKey.length + 4 <= bytes.length; at += 1) {
    if (checksumKey.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

function unpackMap(bytes: Uint8Array, end: number): Record<string, unknown> | undefined {
  try {
    const value: unknown = codec.unpack(bytes.subarray(preambleBytes, end));
    return isMap(value) ? value : undefined;
  } catch {
    // Whatever msgpackr makes of damaged bytes, they are no header; the caller says so.
    return undefined;
  }
}

function headerOf(map: Record<string, unknown>): SegmentHeader | undefined {
  const { segment_id, created_ns, store_id, epoch, hash_chain, first_sequence, previous } = map;
  const { replaces } = map;
  if (!isCount(segment_id) || !isCount(epoch) || !isCount(first_sequence)) return undefined;
  if (typeof created_ns !== 'bigint' || typeof hash_chain !== 'boolean') return undefined;
  if (!(store_id instanceof Uint8Array) || store_id.length !== 16) return undefined;
  const link = previous === null ? undefined : linkOf(previous);
  if (previous !== null && link === undefined) return undefined;
  const replaced = replacedEndOf(replaces);
  if (replaces !== undefined && replaced === undefined) return undefined;
  return {
    segmentId: segment_id,
    createdNs: created_ns,
    storeId: store_id,
    epoch,
    hashChain: hash_chain,
    firstSequence: first_sequence,
    previous: link,
    ...(replaced === undefined ? {} : { replaces: replaced }),
  };
}

function replacedEndOf(value: unknown): ReplacedEnd | undefined {
  if (!isMap(value)) return undefined;
  const { valid_bytes, next_sequence } = value;
  if (!isCount(valid_bytes) || !isCount(next_sequence)) return undefined;
  return { validBytes: valid_bytes, nextSequence: next_sequence };
}

function linkOf(value: unknown): SegmentLink | undefined {
  if (!isMap(value)) return undefined;
  const { segment_id, valid_bytes, next_sequence } = value;
  if (!isCount(segment_id) || !isCount(valid_bytes) || !isCount(next_sequence)) return undefined;
  return { segmentId: segment_id, validBytes: valid_bytes, nextSequence: next_sequence };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
