import type { EventIndex } from '../indexes/event-index.ts';
import type { KeyRetention } from '../indexes/key-index.ts';
import type { Segment } from '../log/segment-list.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { Files } from '../model/files.ts';
import { Climb, type ScannedLog } from './climb.ts';
import { checkClaims } from './image/image-claims.ts';
import { type ImageProblem, imageFileName, readImage } from './image/image-file.ts';
import { joinImage } from './image/join-image.ts';
import type { RustLog } from './recovered.ts';
import { RecoverySteps } from './recovery-steps.ts';
import { readRustLog, segmentsByOrigin } from './rust/rust-log.ts';
import { listSegmentFiles, type SegmentFile, withSegment } from './segment-opening.ts';
import { saltOf } from './store-salt.ts';
import { type Survey, surveySegments } from './survey.ts';

/** How a log is recovered; everything has a default. */
export interface RecoveryOptions {
  /** How long idempotency keys are kept. */
  readonly retention?: KeyRetention | undefined;
  /** Whether somebody may be writing the last segment: its end is then no damage. @default false */
  readonly growing?: boolean;
  /** Whether the index image is used. @default false */
  readonly image?: boolean;
  /** Whether footers are used; otherwise every frame is read. @default true */
  readonly footers?: boolean;
  /** Takes the steps, and tells of them. */
  readonly steps?: RecoverySteps;
  /** Whether what is damaged will be salvaged, and read again with the same steps. */
  readonly salvage?: boolean;
  /** Told when a page of columns was damaged, and was made anew from the frames. */
  readonly rebuilt?: (() => void) | undefined;
}

/** The segments of a directory, before any frame is read. */
interface FoundLog {
  readonly files: Files;
  readonly directory: string;
  readonly counted: readonly SegmentFile[];
  readonly survey: Survey;
}

/**
 * Finds out what a directory holds: from the index image, where it is asked for and of this log;
 * from the footers of segments that the image doesn't know; and by reading what neither covers.
 * Nothing is written: what is to be cut off or removed is reported, and done before the first new
 * append.
 *
 * @param seed 32 random bits for the index of a new store
 * @throws {CorruptSegmentError} with the place of the damage
 * @throws {UnsupportedVersionError} when a segment is of another format
 */
export function recoverLog(
  files: Files,
  directory: string,
  seed: number,
  options: RecoveryOptions = {},
): ScannedLog {
  const { retention, growing = false, image = false, footers = true, rebuilt } = options;
  const steps = options.steps ?? new RecoverySteps();
  if (steps.state === 'salvaging') steps.step('salvage.finished');
  try {
    const listed = listSegmentFiles(files, directory);
    const { rust, own } = segmentsByOrigin(files, listed);
    const foreign = (index: EventIndex): RustLog | undefined =>
      rust.length === 0 ? undefined : readRustLog(files, directory, rust, index);
    const survey = surveySegments(files, own);
    const counted = own.filter(({ id }) => !survey.superseded.has(id));
    const log: FoundLog = { files, directory, counted, survey };
    const climb = new Climb({ files, seed, retention, growing, footers, foreign, steps, rebuilt });
    // An image knows nothing of what another program wrote: that is read each time.
    takeImage(climb, image && rust.length === 0, log, steps);
    // A file without a header was being made when the process ended: the log ends before it.
    const lastOfLog = counted.findLast(({ id }) => survey.headers.has(id));
    for (const file of counted) {
      const last = file === lastOfLog;
      const end = survey.ends.get(file.id);
      withSegment(files, file.path, (handle, sizeBytes) =>
        climb.segment({ handle, file, sizeBytes, end, last }),
      );
    }
    for (const { id, path } of own) if (survey.superseded.has(id)) climb.leave(path);
    const recovered = climb.result(listed.at(-1)?.id ?? 0);
    steps.step('segments.finished');
    return recovered;
  } catch (cause) {
    if (cause instanceof CorruptSegmentError) {
      steps.step(options.salvage === true ? 'salvage.begun' : 'damage.found');
    }
    throw cause;
  }
}

function takeImage(climb: Climb, wanted: boolean, log: FoundLog, steps: RecoverySteps): void {
  const problem = wanted ? imageProblem(climb, log, steps) : 'absent';
  if (problem === 'absent') steps.step('image.absent');
  else if (problem === undefined) steps.step('image.joined');
  else {
    steps.refuse(`${log.directory}/${imageFileName}`, problem);
    steps.step('image.refused');
  }
}

/** Takes up the image. @returns why it is not used, or `undefined` when it is */
function imageProblem(
  climb: Climb,
  log: FoundLog,
  steps: RecoverySteps,
): ImageProblem | 'absent' | undefined {
  const { files, directory, counted, survey } = log;
  const [first] = counted.flatMap(({ id }) => survey.headers.get(id) ?? []);
  if (first === undefined) return 'absent';
  const { storeId } = first.header;
  const found = readImage(files, directory, storeId);
  if (found === undefined) return 'absent';
  if (typeof found === 'string') return found;
  const salt = saltOf(storeId);
  const claimed = checkClaims(found.summary, { ...log, salt, counted });
  if (typeof claimed === 'string') return claimed;
  const segments: ReadonlyMap<number, Segment> = claimed;
  const path = `${directory}/${imageFileName}`;
  return climb.joinImage(segments, storeId, (scan, source, notes) => {
    const problem = joinImage(scan, found, { files, path, salt, segments, source, notes });
    if (problem === undefined) steps.sources.image = scan.index.eventCount;
    return problem;
  });
}
