import type { SegmentHeader, SegmentLink } from '../codec/segment-header.ts';
import { FrameScanner } from '../log/frame-scanner.ts';
import type { Files } from '../model/files.ts';
import { readSegmentHeader, type SegmentFile, withSegment } from './segment-opening.ts';
import { saltOf } from './store-salt.ts';

/** What the headers of all segments say before any frame is read. */
export interface Survey {
  /** By segment id, the bytes that count, as the segment after it says; the rest is no data. */
  readonly ends: ReadonlyMap<number, number>;
  /** Ids of segments that a later one stands for: all they held was carried over into it. */
  readonly superseded: ReadonlySet<number>;
  /** What was read, by segment id. */
  readonly headers: ReadonlyMap<number, Surveyed>;
}

/** Where a segment stands among the others. */
export interface SurveyedPlace {
  readonly id: number;
  readonly header: SegmentHeader;
  readonly empty: boolean;
}

/** A segment whose header was read. */
export interface Surveyed extends SurveyedPlace {
  readonly path: string;
  readonly headerBytes: number;
  /** Of the file. */
  readonly sizeBytes: number;
}

/**
 * Reads the headers of all segments. A header that is none is left to who reads the segment.
 *
 * @throws {StorageError} {@link UnsupportedVersionError}
 */
export function surveySegments(files: Files, found: readonly SegmentFile[]): Survey {
  const ends = new Map<number, number>();
  const superseded = new Set<number>();
  const headers = new Map<number, Surveyed>();
  let follower: Surveyed | undefined;
  let last: Surveyed | undefined;
  for (const segment of [...found].reverse().flatMap((file) => surveyed(files, file))) {
    headers.set(segment.id, segment);
    last ??= segment;
    if (follower !== undefined && follower === last && wentOn(files, segment, follower)) {
      superseded.add(follower.id);
      follower = undefined;
    }
    const link = follower?.header.previous;
    if (follower !== undefined && link?.segmentId !== segment.id && gaveWay(segment, follower)) {
      superseded.add(segment.id);
      continue;
    }
    // A rewritten segment holds nothing but what counts; the link is to the one it stands for.
    const rewritten = segment.header.replaces !== undefined;
    if (link?.segmentId === segment.id && !rewritten) ends.set(segment.id, link.validBytes);
    follower = segment;
  }
  return { ends, superseded, headers };
}

/**
 * Whether the segment was left behind when writing went on after a failure: it is empty, or the
 * follower has its place in the log and holds all that was in it.
 */
export function gaveWay(segment: SurveyedPlace, follower: SurveyedPlace): boolean {
  if (segment.empty) return true;
  // Of the same epoch are two attempts to do so, of which the first could not be removed.
  const later = segment.header.epoch <= follower.header.epoch;
  return later && sameLink(segment.header.previous, follower.header.previous);
}

/**
 * Whether writing went on in the segment although the last one had been made to follow it: that
 * rotation failed, and power loss has brought the name back that was removed then.
 */
function wentOn(files: Files, segment: Surveyed, follower: Surveyed): boolean {
  const { previous, epoch, storeId } = follower.header;
  if (!follower.empty || previous?.segmentId !== segment.id) return false;
  // What a restart has left behind is no data, whatever it looks like.
  if (epoch !== segment.header.epoch || segment.sizeBytes <= previous.validBytes) return false;
  return withSegment(files, segment.path, (handle) => {
    const { sizeBytes } = segment;
    return new FrameScanner(handle, previous.validBytes, sizeBytes, saltOf(storeId)).next() > 0;
  });
}

function sameLink(one: SegmentLink | undefined, other: SegmentLink | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.segmentId === other.segmentId &&
    one.validBytes === other.validBytes &&
    one.nextSequence === other.nextSequence
  );
}

function surveyed(files: Files, file: SegmentFile): Surveyed[] {
  return withSegment(files, file.path, (handle, sizeBytes) => {
    const decoded = readSegmentHeader(handle, sizeBytes, file.path);
    if (typeof decoded === 'string') return [];
    const { header, bytes: headerBytes } = decoded;
    const { id, path } = file;
    return [{ id, path, header, headerBytes, sizeBytes, empty: sizeBytes === headerBytes }];
  });
}
