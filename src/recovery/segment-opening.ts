import {
  type DecodedSegmentHeader,
  decodeSegmentHeader,
  type HeaderProblem,
  segmentHeaderBytesMax,
} from '../codec/segment-header.ts';
import { formatSegmentName, parseSegmentName } from '../log/segment-name.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { translateSystemError } from '../platform/system-error.ts';

/** A segment file found in the directory. */
export interface SegmentFile {
  readonly id: number;
  readonly path: string;
}

/** Segment files of the directory in the order of their numbers. @throws {StorageError} */
export function listSegmentFiles(files: Files, directory: string): SegmentFile[] {
  try {
    return files
      .list(directory)
      .map(parseSegmentName)
      .filter((id) => id !== undefined)
      .sort((left, right) => left - right)
      .map((id) => ({ id, path: `${directory}/${formatSegmentName(id)}` }));
  } catch (cause) {
    throw translateSystemError('list', directory, cause);
  }
}

/** Opens a segment, hands it to `use` and closes it. @throws {StorageError} */
export function withSegment<Result>(
  files: Files,
  path: string,
  use: (handle: FileHandle, sizeBytes: number) => Result,
): Result {
  let handle: FileHandle | undefined;
  try {
    handle = files.open(path, 'read');
    return use(handle, handle.size());
  } catch (cause) {
    throw translateSystemError('read', path, cause);
  } finally {
    handle?.close();
  }
}

/**
 * The header of an open segment, or why it has none.
 *
 * @throws {UnsupportedVersionError}
 */
export function readSegmentHeader(
  handle: FileHandle,
  sizeBytes: number,
  path: string,
): DecodedSegmentHeader | HeaderProblem {
  const bytes = new Uint8Array(Math.min(sizeBytes, segmentHeaderBytesMax));
  let filled = 0;
  while (filled < bytes.length) {
    const count = handle.read(bytes, filled, bytes.length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  const read = bytes.subarray(0, filled);
  // A header is synced before any frame is written. Power loss before that leaves a short file of
  // zeros, which is as empty as one that is too short.
  if (filled === sizeBytes && read.every((byte) => byte === 0)) return 'cut off';
  return decodeSegmentHeader(read, path);
}
