import { checksum } from '../../codec/frame.ts';
import {
  decodeFooterSummary,
  type FooterSummary,
  footerVersion,
} from '../../codec/index/footer.ts';
import { decodeTrailer, trailerBytes } from '../../codec/index/trailer.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { FileHandle } from '../../model/files.ts';

/** A footer that was found at the end of a segment's file. */
export interface FoundFooter {
  readonly summary: FooterSummary;
  /** Where it begins in the file. */
  readonly at: number;
}

/** Why a segment's footer is not used; `none` is the usual one. */
export type FooterProblem =
  | 'none'
  | 'another version'
  | 'impossible length'
  | 'checksum mismatch'
  | 'unreadable'
  | 'of another segment'
  | 'of other frames'
  | 'does not follow'
  | 'bad chunk';

/**
 * Reads the footer of a segment whose `validBytes` are known.
 *
 * @param sizeBytes of the file
 */
export function readFooter(
  handle: FileHandle,
  sizeBytes: number,
  segment: Segment,
  salt: number,
): FoundFooter | FooterProblem {
  const room = sizeBytes - segment.validBytes;
  if (room < trailerBytes) return 'none';
  const end = readAt(handle, sizeBytes - trailerBytes, trailerBytes);
  const trailer = decodeTrailer(end, 'FBATFOOT', salt);
  if (trailer === undefined) return 'none';
  if (trailer.version !== footerVersion) return 'another version';
  const { chunkBytes, summaryBytes } = trailer;
  if (chunkBytes + summaryBytes + trailerBytes > room) return 'impossible length';
  const bytes = readAt(handle, sizeBytes - trailerBytes - summaryBytes, summaryBytes);
  if (bytes.length < summaryBytes) return 'unreadable';
  if (checksum(bytes, 0, bytes.length, salt) !== trailer.summaryChecksum) {
    return 'checksum mismatch';
  }
  const summary = decodeFooterSummary(bytes);
  if (summary === undefined) return 'unreadable';
  if (!isOf(summary, segment)) return 'of another segment';
  return { summary, at: sizeBytes - trailerBytes - summaryBytes - chunkBytes };
}

function isOf(summary: FooterSummary, segment: Segment): boolean {
  const { header } = segment;
  return (
    Buffer.compare(summary.storeId, header.storeId) === 0 &&
    summary.segmentId === segment.id &&
    summary.revision === segment.revision &&
    summary.epoch === header.epoch &&
    summary.validBytes === segment.validBytes &&
    summary.firstSequence === header.firstSequence &&
    summary.hashChain === header.hashChain
  );
}

function readAt(handle: FileHandle, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, handle.read(bytes, 0, length, position));
}
