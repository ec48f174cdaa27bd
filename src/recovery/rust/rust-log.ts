import { HiddenRanges, hiddenRangesVersions } from '../../codec/rust/hidden-ranges.ts';
import { decodeRustSegmentHeader } from '../../codec/rust/segment-header-v1.ts';
import { segmentHeaderBytesMax } from '../../codec/segment-header.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import { defined } from '../../model/assert.ts';
import {
  CorruptSegmentError,
  UnsupportedVersionError,
} from '../../model/errors/corruption-errors.ts';
import type { Files } from '../../model/files.ts';
import { readRange } from '../read-range.ts';
import type { RustLog } from '../recovered.ts';
import { readSegmentHeader, type SegmentFile, withSegment } from '../segment-opening.ts';
import { RustWalk } from './rust-walk.ts';

/** Name of the file that says which events are hidden. */
export const hiddenRangesName = 'visibility_ranges.fbv';

/** Segments of a directory by who wrote them. */
export interface SegmentsByOrigin {
  /** Of the Rust crate, format version 1. */
  readonly rust: readonly SegmentFile[];
  /** Of this library, or damaged so that nobody can tell. */
  readonly own: readonly SegmentFile[];
}

/**
 * Tells the segments of the Rust crate from ours.
 *
 * @throws {CorruptSegmentError} when one of the crate's stands behind one of ours
 */
export function segmentsByOrigin(files: Files, found: readonly SegmentFile[]): SegmentsByOrigin {
  const rust: SegmentFile[] = [];
  const own: SegmentFile[] = [];
  for (const file of found) {
    if (!isRustSegment(files, file)) own.push(file);
    else if (own.length === 0) rust.push(file);
    else throw mixed(files, defined(own[0], 'there is one of ours'), file);
  }
  return { rust, own };
}

/**
 * Enters the events of version-1 segments into an index that is still empty.
 *
 * @param found the segments in the order of their numbers
 * @throws {CorruptSegmentError} {@link UnsupportedVersionError} {@link StorageError}
 */
export function readRustLog(
  files: Files,
  directory: string,
  found: readonly SegmentFile[],
  index: EventIndex,
): RustLog {
  const walk = new RustWalk(index, readHiddenRanges(files, directory));
  for (const file of found) {
    withSegment(files, file.path, (handle, sizeBytes) => walk.segment(handle, file, sizeBytes));
  }
  return walk.result();
}

/** A segment of the crate behind what is none of them: ours, or one whose header is damaged. */
function mixed(files: Files, own: SegmentFile, rust: SegmentFile): CorruptSegmentError {
  const decoded = withSegment(files, own.path, (handle, sizeBytes) =>
    readSegmentHeader(handle, sizeBytes, own.path),
  );
  if (typeof decoded === 'string') return damaged(own.path, 'a segment header', decoded);
  return damaged(rust.path, `format version 2, as ${own.path} before it`, 'format version 1');
}

function damaged(path: string, expected: string, actual: string): CorruptSegmentError {
  return new CorruptSegmentError({ path, offset: 0, expected, actual });
}

function isRustSegment(files: Files, file: SegmentFile): boolean {
  return withSegment(files, file.path, (handle, sizeBytes) => {
    const bytes = readRange(handle, 0, Math.min(sizeBytes, segmentHeaderBytesMax));
    return decodeRustSegmentHeader(bytes) !== undefined;
  });
}

/** A file that can't be read would bring back what was cancelled: it is never passed over. */
function readHiddenRanges(files: Files, directory: string): HiddenRanges {
  const path = `${directory}/${hiddenRangesName}`;
  if (files.stat(path) === undefined) return HiddenRanges.none;
  const decoded = withSegment(files, path, (handle, sizeBytes) =>
    HiddenRanges.decode(readRange(handle, 0, sizeBytes)),
  );
  if (typeof decoded === 'number') {
    throw new UnsupportedVersionError(path, decoded, hiddenRangesVersions);
  }
  if (typeof decoded !== 'string') return decoded;
  throw damaged(path, 'ranges of cancelled events', decoded);
}
