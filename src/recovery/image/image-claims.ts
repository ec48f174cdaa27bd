import type { ImageSegment, ImageSummary } from '../../codec/index/image.ts';
import type { Segment } from '../../log/segment-list.ts';
import { formatSegmentName } from '../../log/segment-name.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { endsClean, hasLastFrame } from '../last-frame.ts';
import { type SegmentFile, withSegment } from '../segment-opening.ts';
import type { Survey } from '../survey.ts';
import type { ImageProblem } from './image-file.ts';

/** The log that an image is held against. */
export interface ClaimedLog {
  readonly files: Files;
  readonly directory: string;
  readonly salt: number;
  /** The segments of the directory that count, in order. */
  readonly counted: readonly SegmentFile[];
  readonly survey: Survey;
}

/**
 * Holds what a whole image of this store says against the segments. The image was written when all
 * of it was durable: where the segments have less, they have lost something.
 *
 * @returns the segments that it knows, by their ids, or why it is not of this log
 * @throws {CorruptSegmentError} when it knows events that the segments lack
 */
export function checkClaims(
  image: ImageSummary,
  log: ClaimedLog,
): ReadonlyMap<number, Segment> | ImageProblem {
  const segments = new Map<number, Segment>();
  for (const [position, claim] of image.segments.entries()) {
    const file = log.counted.find(({ id }) => id === claim.id);
    if (file === undefined) throw lost(log, claim, 0, 'no such file');
    if (log.counted[position] !== file || file.revision !== claim.revision) return 'another log';
    const last = position === image.segments.length - 1;
    const segment = claimedSegment(image, claim, file, last, log);
    if (segment === undefined) return 'another log';
    segments.set(claim.id, segment);
  }
  const lastSegment = [...segments.values()].at(-1);
  const count = lastSegment === undefined ? 0 : image.nextSequence;
  return count === image.nextSequence && (lastSegment?.header.epoch ?? 0) === image.epoch
    ? segments
    : 'another log';
}

function claimedSegment(
  image: ImageSummary,
  claim: ImageSegment,
  file: SegmentFile,
  last: boolean,
  log: ClaimedLog,
): Segment | undefined {
  const surveyed = log.survey.headers.get(claim.id);
  if (surveyed === undefined) throw lost(log, claim, 0, 'no header');
  const { header, headerBytes, sizeBytes } = surveyed;
  const { validBytes, lastFrame } = claim;
  if (header.firstSequence !== claim.firstSequence || header.hashChain !== image.hashChain) {
    return undefined;
  }
  const end = Math.min(sizeBytes, log.survey.ends.get(claim.id) ?? sizeBytes);
  const sealed = log.survey.ends.has(claim.id);
  const eventsEnd = lastFrame.offset + lastFrame.length;
  // A mark of a clean end that was not known to be durable is left behind by the next segment.
  const lacks = end < (sealed ? Math.min(eventsEnd, validBytes) : validBytes);
  if (lacks) throw lost(log, claim, end, 'the end of the segment');
  if (end < validBytes || (!last && sealed && end !== validBytes)) return undefined;
  // What was written behind a CLEAN record that is bad would be lost behind it.
  const clean = (handle: FileHandle): boolean => endsClean(handle, validBytes, log.salt);
  if (last && !withSegment(log.files, file.path, clean)) return undefined;
  const same = withSegment(log.files, file.path, (handle) =>
    hasLastFrame(handle, lastFrame, log.salt),
  );
  if (!same) throw lost(log, claim, lastFrame.offset, 'other bytes than the last frame it knows');
  return { ...file, header, headerBytes, validBytes };
}

function lost(
  { directory, counted }: ClaimedLog,
  claim: ImageSegment,
  offset: number,
  actual: string,
): CorruptSegmentError {
  const path =
    counted.find(({ id }) => id === claim.id)?.path ??
    `${directory}/${formatSegmentName(claim.id, claim.revision)}`;
  const expected = `${claim.validBytes} bytes, as the index image knows them`;
  return new CorruptSegmentError({ path, offset, expected, actual });
}
