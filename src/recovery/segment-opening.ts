import {
  type DecodedSegmentHeader,
  decodeSegmentHeader,
  type HeaderProblem,
  segmentHeaderBytesMax,
} from '../codec/segment-header.ts';
import { parseSegmentName, unfinishedSuffix } from '../log/segment-name.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { closeQuietly } from '../platform/close-quietly.ts';
import { translateSystemError } from '../platform/system-error.ts';

/** A segment file found in the directory. */
export interface SegmentFile {
  readonly id: number;
  /** 0 as it was first written; a rewritten one has a higher revision. */
  readonly revision: number;
  readonly path: string;
}

/** The files of a directory that are segments, or are on their way to be or not to be. */
export interface SegmentListing {
  /** Of each segment its highest revision, in the order of their numbers. */
  readonly segments: readonly SegmentFile[];
  /** Lower revisions: a rewrite was cut short before it could put them away. */
  readonly superseded: readonly SegmentFile[];
  /** Paths of new revisions that were cut short while they were written. */
  readonly unfinished: readonly string[];
}

/** Segment files of the directory in the order of their numbers. @throws {StorageError} */
export function listSegmentFiles(files: Files, directory: string): readonly SegmentFile[] {
  return listSegments(files, directory).segments;
}

/** Everything in the directory that bears the name of a segment. @throws {StorageError} */
export function listSegments(files: Files, directory: string): SegmentListing {
  const segments = new Map<number, SegmentFile>();
  const superseded: SegmentFile[] = [];
  const unfinished: string[] = [];
  for (const name of namesIn(files, directory)) {
    const path = `${directory}/${name}`;
    const parsed = parseSegmentName(name);
    if (parsed === undefined) {
      if (isUnfinished(name)) unfinished.push(path);
      continue;
    }
    const file: SegmentFile = { ...parsed, path };
    const other = segments.get(file.id);
    const newer = other === undefined || other.revision < file.revision;
    if (newer) segments.set(file.id, file);
    if (other !== undefined) superseded.push(newer ? other : file);
  }
  return {
    segments: [...segments.values()].sort((left, right) => left.id - right.id),
    superseded,
    unfinished,
  };
}

function namesIn(files: Files, directory: string): readonly string[] {
  try {
    return files.list(directory);
  } catch (cause) {
    throw translateSystemError('list', directory, cause);
  }
}

function isUnfinished(name: string): boolean {
  if (!name.endsWith(unfinishedSuffix)) return false;
  return parseSegmentName(name.slice(0, -unfinishedSuffix.length)) !== undefined;
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
    closeQuietly(handle);
  }
}

/** The bytes at the start of a segment that are certain to hold its header, if it has one. */
export function readFileStart(handle: FileHandle, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(sizeBytes, segmentHeaderBytesMax));
  let filled = 0;
  while (filled < bytes.length) {
    const count = handle.read(bytes, filled, bytes.length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
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
  const read = readFileStart(handle, sizeBytes);
  // A header is synced before any frame is written. Power loss before that leaves a short file of
  // zeros, which is as empty as one that is too short.
  if (read.length === sizeBytes && read.every((byte) => byte === 0)) return 'cut off';
  return decodeSegmentHeader(read, path);
}
