import { equalBytes } from '../../codec/bytes.ts';
import type { SegmentHeader } from '../../codec/segment-header.ts';
import type { Segment } from '../../log/segment-list.ts';
import { defined } from '../../model/assert.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import { StorageError } from '../../model/errors/disk-errors.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import type { ScannedLog } from '../climb.ts';
import { type RecoveryOptions, recoverLog } from '../ladder.ts';
import {
  listSegmentFiles,
  readSegmentHeader,
  type SegmentFile,
  withSegment,
} from '../segment-opening.ts';
import { saltOf } from '../store-salt.ts';
import { copiesIn } from './carried-over.ts';
import { ReadMark } from './read-mark.ts';

/** How the log is recovered when it is read anew. */
export type FollowOptions = Omit<RecoveryOptions, 'growing' | 'steps'>;

/** Whether a refresh went on with what was read before, or read all of it anew. */
export type FollowStep = 'followed' | 'rebuilt';

/** What became of a segment that was not there before. `empty`: there is no frame in it. */
type Joined = 'joined' | 'empty' | 'incomplete' | 'different';

/** How often the directory is listed again while it changes under the reader's hands. */
const attemptsMax = 5;

/**
 * Follows a log that another process may be writing, without a lock and without writing anything.
 *
 * What was read and counts is not read again: a refresh goes on behind the last whole write of the
 * newest segment, and with the segments that came since. At that end, bytes that are no whole write
 * are not there yet; they are never damage.
 *
 * Written bytes may be taken back: a write that fails is cut off again, and others take its place.
 * So a refresh first looks whether the frame that was read last still stands where it stood. When
 * that, or anything else, doesn't join on to what was read, the log is read anew, as strictly as a
 * writer would read it: that tells damage from change.
 */
export class LogFollower {
  readonly #files: Files;
  readonly #directory: string;
  readonly #options: RecoveryOptions;
  #log: ScannedLog;
  /** Paths of the segment files when the log was read last, those without an event included. */
  #paths: readonly string[] = [];
  /** None while there is no segment. */
  #mark: ReadMark | undefined;
  /** Whether what was read is all there is to go on from: not after a refresh that failed. */
  #settled = true;

  /**
   * @throws {CorruptSegmentError} {@link UnsupportedVersionError}
   * @throws {StorageError} when the directory is missing or can't be read
   */
  constructor(files: Files, directory: string, options: FollowOptions = {}) {
    this.#files = files;
    this.#directory = directory;
    this.#options = { ...options, growing: true };
    this.#log = this.#read();
  }

  /** The log as read so far. Its parts grow with a refresh; another one after `rebuilt`. */
  get log(): ScannedLog {
    return this.#log;
  }

  /**
   * Takes up what was written since. When it throws, nothing of `log` was taken back.
   *
   * @throws {CorruptSegmentError} {@link StorageError} {@link UnsupportedVersionError}
   */
  refresh(): FollowStep {
    const settled = this.#settled;
    this.#settled = false;
    const followed = settled && this.#follow();
    if (!followed) this.#log = this.#read();
    this.#settled = true;
    return followed ? 'followed' : 'rebuilt';
  }

  /** Reads on. @returns whether all that is there joins on to what was read */
  #follow(): boolean {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      try {
        return this.#followOnce();
      } catch (cause) {
        // A frame that can't be the next: reading anew finds out what became of the log.
        if (cause instanceof CorruptSegmentError) return false;
        // A file went between the listing and its opening: the next listing is without it.
        if (!isGone(cause)) throw cause;
      }
    }
    return false;
  }

  #followOnce(): boolean {
    const found = listSegmentFiles(this.#files, this.#directory);
    const { segments, origin } = this.#log;
    const { last } = segments;
    if (last === undefined) return found.length === 0;
    // Segments of the Rust crate are all there is: they are taken as they were when they were read.
    if (origin === undefined) return this.#isAsBefore(found);
    if (!this.#goesOn(found, last)) return false;
    // One that was not durable at all is written again as a whole, and removed.
    const isThere = found.some(({ path }) => path === last.path);
    if (isThere && !this.#readOn(last)) return false;
    if (!this.#join(found.filter(({ id }) => id > last.id))) return false;
    this.#paths = found.map(({ path }) => path);
    return isThere || segments.last !== last;
  }

  #isAsBefore(found: readonly SegmentFile[]): boolean {
    const before = this.#paths;
    return found.length === before.length && found.every(({ path }, at) => path === before[at]);
  }

  /** Whether all segments before the last are there as they were, and no others. */
  #goesOn(found: readonly SegmentFile[], last: Segment): boolean {
    if (this.#isAsBefore(found)) return true;
    const there = new Set(found.map(({ path }) => path));
    const known = new Set([...this.#paths, last.path]);
    return (
      this.#log.segments.all.every((segment) => segment === last || there.has(segment.path)) &&
      found.every(({ id, path }) => id > last.id || known.has(path))
    );
  }

  /** Reads what the newest segment has more. @returns whether it still holds what was read */
  #readOn(segment: Segment): boolean {
    return withSegment(this.#files, segment.path, (handle, sizeBytes) => {
      const behind = this.#mark?.look(handle, segment);
      if (behind !== 'something') return behind === 'nothing';
      const { validBytes } = segment;
      this.#log.scan.resume(handle, segment, sizeBytes);
      return segment.validBytes === validBytes || this.#setMark(handle, segment);
    });
  }

  /** Takes up segments that came since. @returns whether they join on to what was read */
  #join(files: readonly SegmentFile[]): boolean {
    let empty: Segment | undefined;
    for (const [position, file] of files.entries()) {
      const joined = withSegment(this.#files, file.path, (handle, sizeBytes): Joined => {
        const decoded = readSegmentHeader(handle, sizeBytes, file.path);
        // A file that is about to begin, or whose making failed: its header is written first.
        if (decoded === 'cut off') return 'empty';
        if (typeof decoded === 'string') return 'different';
        const { header, bytes } = decoded;
        // A segment without a frame counts when the one behind it names it.
        if (empty !== undefined && header.previous?.segmentId === empty.id) this.#add(empty);
        const segment = { ...file, header, headerBytes: bytes, validBytes: bytes };
        const answer = this.#joinOne(handle, segment, sizeBytes);
        empty = answer === 'empty' ? segment : undefined;
        return answer;
      });
      const isLast = position === files.length - 1;
      if (joined === 'different' || (joined === 'incomplete' && !isLast)) return false;
    }
    return true;
  }

  #joinOne(handle: FileHandle, segment: Segment, sizeBytes: number): Joined {
    const { index, scan, segments } = this.#log;
    const before = defined(segments.last, 'segments join on to another');
    const { firstSequence } = segment.header;
    if (!this.#isOfThisLog(segment)) return 'different';
    const keptBytes = keptOf(before, segment.header);
    if (keptBytes === undefined || keptBytes > before.validBytes) return 'different';
    const carriedOver = keptBytes < before.validBytes;
    if (carriedOver) {
      const copies = copiesIn(handle, segment, sizeBytes, this.#salt, index);
      if (copies !== 'whole') return copies;
    } else if (firstSequence !== index.count) return 'different';
    const bytesBefore = before.validBytes;
    this.#add(segment);
    scan.resume(handle, segment, sizeBytes, carriedOver);
    if (segment.validBytes > segment.headerBytes) {
      return this.#setMark(handle, segment) ? 'joined' : 'different';
    }
    segments.drop(segment);
    if (segments.last !== before) segments.add(before);
    before.validBytes = bytesBefore;
    return 'empty';
  }

  /** Puts a segment behind what its header keeps of the one before. */
  #add(segment: Segment): void {
    const { segments } = this.#log;
    const before = defined(segments.last, 'segments join on to another');
    const keptBytes = keptOf(before, segment.header) ?? before.validBytes;
    if (keptBytes === 0) segments.drop(before);
    else before.validBytes = keptBytes;
    segments.add(segment);
  }

  #isOfThisLog({ id, header }: Segment): boolean {
    const { storeId, hashChain } = this.#origin;
    return (
      header.segmentId === id &&
      header.hashChain === hashChain &&
      equalBytes(header.storeId, 0, storeId, 0, storeId.length)
    );
  }

  /** Remembers where reading ended. @returns whether what was read last still stands there */
  #setMark(handle: FileHandle, segment: Segment): boolean {
    const { index, scan } = this.#log;
    this.#mark = ReadMark.of(handle, segment, index, scan.timestampUs);
    return this.#mark !== undefined;
  }

  get #origin() {
    return defined(this.#log.origin, 'a log with a segment has an origin');
  }

  get #salt(): number {
    return saltOf(this.#origin.storeId);
  }

  /** Reads all of it, and again when it changed meanwhile. */
  #read(): ScannedLog {
    let failure: unknown;
    for (let reading = 1; reading <= attemptsMax; reading += 1) {
      try {
        const paths = listSegmentFiles(this.#files, this.#directory).map(({ path }) => path);
        const log = recoverLog(this.#files, this.#directory, 0, this.#options);
        const mark = markOf(this.#files, log);
        const cutMeanwhile = mark === undefined && log.origin !== undefined;
        if (cutMeanwhile && reading < attemptsMax) continue;
        this.#paths = paths;
        this.#mark = mark;
        return log;
      } catch (cause) {
        // What looks the same twice does not change.
        if (!isChange(cause) || isSame(cause, failure)) throw cause;
        failure = cause;
      }
    }
    throw failure;
  }
}

/**
 * How many bytes count of a segment with this one behind it: up to the end that the header names;
 * 0 when it names the segment before that, and so takes its place; `undefined` when it can't stand
 * there.
 */
function keptOf(before: Segment, { previous, firstSequence, epoch }: SegmentHeader) {
  if (epoch < before.header.epoch) return undefined;
  if (previous?.segmentId === before.id) {
    return previous.nextSequence === firstSequence ? previous.validBytes : undefined;
  }
  const replaced = before.header.previous;
  const same =
    previous?.segmentId === replaced?.segmentId &&
    previous?.validBytes === replaced?.validBytes &&
    previous?.nextSequence === replaced?.nextSequence;
  return same && epoch > before.header.epoch ? 0 : undefined;
}

function markOf(files: Files, { segments, index, scan }: ScannedLog): ReadMark | undefined {
  const { last } = segments;
  if (last === undefined || last.version !== undefined) return undefined;
  return withSegment(files, last.path, (handle) =>
    ReadMark.of(handle, last, index, scan.timestampUs),
  );
}

/** Whether a failure may come of a change that was made while the log was read. */
function isChange(cause: unknown): boolean {
  return cause instanceof CorruptSegmentError || isGone(cause);
}

function isGone(cause: unknown): boolean {
  return cause instanceof StorageError && cause.systemCode === 'ENOENT';
}

function isSame(cause: unknown, before: unknown): boolean {
  if (!(cause instanceof Error) || !(before instanceof Error)) return false;
  return cause.name === before.name && cause.message === before.message;
}
