import { readU32, readU64, writeU32, writeU64 } from '../bytes.ts';
import { checksum } from '../frame.ts';

/**
 * The last 40 bytes of a footer or an image, by which it is found from the end of its file. Before
 * it lies the summary, before that the chunks of columns.
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 8 | what it is: `FBATFOOT` or `FBATIMAG` |
 * | 8 | 4 | version |
 * | 12 | 8 | bytes of the chunks |
 * | 20 | 8 | bytes of the summary |
 * | 28 | 4 | CRC-32 of the summary |
 * | 32 | 4 | 0 |
 * | 36 | 4 | CRC-32 of the 36 bytes before |
 *
 * In a footer both checksums start from the salt of the store's frames, so that a payload at the
 * end of a segment can't pass for a footer; in an image they start from 0, so that the image of
 * another store can be told from a damaged one.
 */

/** Bytes of a trailer. */
export const trailerBytes = 40;

/** What a trailer ends. */
export type TrailerMagic = 'FBATFOOT' | 'FBATIMAG';

/** What a trailer tells. */
export interface Trailer {
  readonly version: number;
  readonly chunkBytes: number;
  readonly summaryBytes: number;
  readonly summaryChecksum: number;
}

/** Writes the trailer behind a summary. */
export function encodeTrailer(
  magic: TrailerMagic,
  version: number,
  chunkBytes: number,
  summary: Uint8Array,
  salt: number,
): Uint8Array {
  const bytes = new Uint8Array(trailerBytes);
  for (let at = 0; at < magic.length; at += 1) bytes[at] = magic.charCodeAt(at);
  writeU32(bytes, 8, version);
  writeU64(bytes, 12, chunkBytes);
  writeU64(bytes, 20, summary.length);
  writeU32(bytes, 28, checksum(summary, 0, summary.length, salt));
  writeU32(bytes, 36, checksum(bytes, 0, 36, salt));
  return bytes;
}

/** The trailer that the bytes are; `undefined` when they are none of this make and store. */
export function decodeTrailer(
  bytes: Uint8Array,
  magic: TrailerMagic,
  salt: number,
): Trailer | undefined {
  if (bytes.length !== trailerBytes) return undefined;
  for (let at = 0; at < magic.length; at += 1) {
    if (bytes[at] !== magic.charCodeAt(at)) return undefined;
  }
  if (readU32(bytes, 36) !== checksum(bytes, 0, 36, salt)) return undefined;
  return {
    version: readU32(bytes, 8),
    chunkBytes: readU64(bytes, 12),
    summaryBytes: readU64(bytes, 20),
    summaryChecksum: readU32(bytes, 28),
  };
}
