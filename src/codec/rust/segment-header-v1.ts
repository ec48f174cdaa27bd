import { Packr } from 'msgpackr';
import { readU32 } from '../bytes.ts';
import { rustSegmentVersion } from './record-v1.ts';

/**
 * The header of a segment of the Rust crate: `FBAT · header length u32 · msgpack map {version,
 * flags, created_ns, segment_id}`. It has no checksum, and says nothing of sequences, of the store
 * or of the segment before.
 */

const magic = 0x46424154;
const preambleBytes = 8;
const headerBytesMax = 4096;
const codec = new Packr({ useRecords: false });

/** What such a segment says of itself. */
export interface RustSegmentHeader {
  readonly segmentId: number;
  /** When it was made, in nanoseconds since 1970. */
  readonly createdNs: bigint;
  /** Where the first frame begins. */
  readonly bytes: number;
}

/** Reads the header at the start of `bytes`. @returns `undefined` when it is none of version 1 */
export function decodeRustSegmentHeader(bytes: Uint8Array): RustSegmentHeader | undefined {
  if (bytes.length < preambleBytes || readU32(bytes, 0) !== magic) return undefined;
  const length = readU32(bytes, 4);
  const end = preambleBytes + length;
  if (length > headerBytesMax || end > bytes.length) return undefined;
  const map = unpackMap(bytes, end);
  const { version, segment_id: segmentId, created_ns: createdNs } = map;
  if (version !== rustSegmentVersion) return undefined;
  if (typeof segmentId !== 'number' && typeof segmentId !== 'bigint') return undefined;
  if (typeof createdNs !== 'number' && typeof createdNs !== 'bigint') return undefined;
  return { segmentId: Number(segmentId), createdNs: BigInt(createdNs), bytes: end };
}

function unpackMap(bytes: Uint8Array, end: number): Record<string, unknown> {
  try {
    const value: unknown = codec.unpack(bytes, { start: preambleBytes, end });
    return isMap(value) ? value : {};
  } catch {
    // Whatever msgpackr makes of damaged bytes, they are no header of version 1.
    return {};
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
