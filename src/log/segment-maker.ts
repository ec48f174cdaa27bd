import type { SegmentLink } from '../codec/segment-header.ts';
import type { Files } from '../model/files.ts';
import type { Logger } from '../model/logger.ts';
import type { Clock, Platform } from '../model/platform.ts';
import { translateSystemError } from '../platform/system-error.ts';
import { ActiveSegment } from './active-segment.ts';
import { type CarriedTail, carryOver } from './carry-over.ts';
import type { LogStart } from './log-start.ts';
import type { Segment } from './segment-list.ts';

/** Told where an event stands now that was written again in a new segment. */
export type EventMoved = (sequence: number, offset: number) => void;

/** Makes the segments of a log, each of which names the end of the one before. */
export class SegmentMaker {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #start: LogStart;
  readonly #logger: Logger;
  readonly #moved: EventMoved;
  #nextSegmentId: number;
  /** The epoch that new segments get. */
  epoch: number;

  constructor(
    { files, clock }: Pick<Platform, 'files' | 'clock'>,
    start: LogStart,
    logger: Logger,
    moved: EventMoved,
  ) {
    this.#files = files;
    this.#clock = clock;
    this.#logger = logger;
    this.#start = start;
    this.#moved = moved;
    this.#nextSegmentId = start.nextSegmentId;
    this.epoch = start.epoch;
  }

  /**
   * Makes the next segment, behind a last one that is durable as it stands.
   *
   * @throws {DiskFullError} {@link StorageError}
   */
  make(firstSequence: number): ActiveSegment {
    const { segments } = this.#start;
    const active = this.#create(firstSequence, linkTo(segments.last, firstSequence), undefined);
    segments.add(active.segment);
    return active;
  }

  /**
   * Makes the next segment with the end of the last one in it, durable when this returns. The old
   * file isn't touched: what stands in it behind the end that the new header names is no data.
   *
   * @param firstSequence of the first event that is carried over
   * @throws {CorruptSegmentError} when it can't be read any more
   * @throws {DiskFullError} {@link StorageError}
   */
  makeFromTail(tail: CarriedTail, firstSequence: number): ActiveSegment {
    const { segments } = this.#start;
    const { source, from } = tail;
    // A segment of which nothing stays leaves the log, and its follower takes its place.
    const whole = from === source.headerBytes;
    const link = whole
      ? source.header.previous
      : { segmentId: source.id, validBytes: from, nextSequence: firstSequence };
    let offsets: readonly number[] = [];
    const active = this.#create(firstSequence, link, (segment) => {
      offsets = carryOver(this.#files, tail, this.#start.salt, segment);
    });
    if (whole) segments.drop(source);
    else source.validBytes = from;
    segments.add(active.segment);
    for (const [index, offset] of offsets.entries()) this.#moved(firstSequence + index, offset);
    if (whole) this.#remove(source);
    return active;
  }

  /** A number is spent even when its segment can't be made: no name is used twice. */
  #create(
    firstSequence: number,
    previous: SegmentLink | undefined,
    fill: ((segment: ActiveSegment) => void) | undefined,
  ): ActiveSegment {
    const { directory, storeId, hashChain } = this.#start;
    const segmentId = this.#nextSegmentId;
    this.#nextSegmentId += 1;
    const createdNs = BigInt(this.#clock.nowUs()) * 1000n;
    const { epoch } = this;
    return ActiveSegment.create(
      this.#files,
      directory,
      { segmentId, createdNs, storeId, epoch, hashChain, firstSequence, previous },
      fill,
    );
  }

  #remove({ path }: Segment): void {
    try {
      this.#files.remove(path);
    } catch (cause) {
      // The next opening finds that the log does without it, and removes it then.
      const failure = translateSystemError('remove', path, cause);
      this.#logger.warn({ err: failure }, 'a segment that was written again could not be removed');
    }
  }
}

function linkTo(last: Segment | undefined, nextSequence: number): SegmentLink | undefined {
  if (last === undefined) return undefined;
  return { segmentId: last.id, validBytes: last.validBytes, nextSequence };
}
