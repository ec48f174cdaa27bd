import {
  type DecodedSegmentHeader,
  decodeSegmentHeader,
  headerChecksumHolds,
} from '../../codec/segment-header.ts';
import { UnsupportedVersionError } from '../../model/errors/corruption-errors.ts';

/** How much of a file is tried; a header of version 2 has 130 to 300 bytes. */
const triedBytesMax = 512;

/**
 * The header that these bytes were before one of their bits changed: it is known by its checksum,
 * which no other header so near has. `undefined` when one bit is not all that changed.
 */
export function mendHeader(bytes: Uint8Array, path: string): DecodedSegmentHeader | undefined {
  const tried = Uint8Array.from(bytes);
  for (let at = 0; at < Math.min(tried.length, triedBytesMax); at += 1) {
    const byte = tried[at] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) {
      tried[at] = byte ^ (1 << bit);
      const decoded = headerChecksumHolds(tried) ? decodedOrNot(tried, path) : undefined;
      if (decoded !== undefined) return decoded;
    }
    tried[at] = byte;
  }
  return undefined;
}

function decodedOrNot(bytes: Uint8Array, path: string): DecodedSegmentHeader | undefined {
  try {
    const decoded = decodeSegmentHeader(bytes, path);
    return typeof decoded === 'string' ? undefined : decoded;
  } catch (cause) {
    if (cause instanceof UnsupportedVersionError) return undefined;
    throw cause;
  }
}
