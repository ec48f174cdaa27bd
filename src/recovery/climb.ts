import type { SegmentHeader, SegmentLink } from '../codec/segment-header.ts';
import type { EventIndex } from '../indexes/event-index.ts';
import type { KeyRetention } from '../indexes/key-index.ts';
import { type Segment, SegmentList } from '../log/segment-list.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { ChunkSource } from './image/chunk-source.ts';
import { readFooter } from './image/footer-file.ts';
import { joinFooter } from './image/join-footer.ts';
import { rebuildColumns } from './image/rebuild-columns.ts';
import { SegmentNotes } from './image/segment-notes.ts';
import type { RecoveredLog, RustLog, TornTail } from './recovered.ts';
import type { RecoverySteps } from './recovery-steps.ts';
import { LogScan } from './scan.ts';
import { readSegmentHeader, type SegmentFile } from './segment-opening.ts';
import { saltOf, seedOf } from './store-salt.ts';
import { contentEnd } from './torn-tail.ts';

/** What a directory holds, and what goes on reading where that ends. */
export interface ScannedLog extends RecoveredLog {
  readonly scan: LogScan;
}

/** What a walk over the segments works with. */
export interface ClimbParts {
  readonly files: Files;
  /** 32 random bits for the index of a new store. */
  readonly seed: number;
  readonly retention: KeyRetention | undefined;
  /** Whether somebody may be writing the last segment: its end is then no damage. */
  readonly growing: boolean;
  /** Whether footers are used. @default true */
  readonly footers?: boolean;
  /** Reads what another program left before the first of our segments. */
  readonly foreign: (index: EventIndex) => RustLog | undefined;
  readonly steps: RecoverySteps;
  /** Told when a page of columns was damaged, and was made anew from the frames. */
  readonly rebuilt: (() => void) | undefined;
}

/** A segment file, and how much of it counts. */
export interface ClimbedFile {
  readonly handle: FileHandle;
  readonly file: SegmentFile;
  /** Bytes of the file. */
  readonly sizeBytes: number;
  /** Where its frames end, if the segment after it says so. */
  readonly end: number | undefined;
  readonly last: boolean;
}

/** The walk over the segments, each of which must follow on the one before. */
export class Climb {
  readonly #parts: ClimbParts;
  readonly #segments = new SegmentList();
  readonly #leftoverPaths: string[] = [];
  readonly #notes = new SegmentNotes();
  #source: ChunkSource | undefined;
  #scan: LogScan | undefined;
  #origin: SegmentHeader | undefined;
  #epoch = -1;
  #tornTail: TornTail | undefined;
  #rust: RustLog | undefined;
  /** The segment that is being read, and is not in the list yet. */
  #current: Segment | undefined;
  /** Segments that are known from the image, by their ids. */
  #known: ReadonlyMap<number, Segment> = new Map();

  constructor(parts: ClimbParts) {
    this.#parts = parts;
  }

  /**
   * Lets `join` take up an index image into a scan that has read nothing yet.
   *
   * @param known the segments that the image knows
   * @returns why it could not be, and nothing is taken up then
   */
  joinImage<Problem>(
    known: ReadonlyMap<number, Segment>,
    storeId: Uint8Array,
    join: (scan: LogScan, source: ChunkSource, notes: SegmentNotes) => Problem | undefined,
  ): Problem | undefined {
    const salt = saltOf(storeId);
    const scan = new LogScan(salt, seedOf(storeId), this.#parts.retention);
    const source = this.#sourceOf(scan, salt);
    const notes = new SegmentNotes();
    const problem = join(scan, source, notes);
    if (problem !== undefined) return problem;
    this.#scan = scan;
    this.#source = source;
    this.#known = known;
    for (const [id, end] of notes.ends) this.#notes.ends.set(id, end);
    for (const [id, footer] of notes.footers) this.#notes.footers.set(id, footer);
    return undefined;
  }

  /** Takes up the next segment. @throws {CorruptSegmentError} {@link UnsupportedVersionError} */
  segment(climbed: ClimbedFile): void {
    const { handle, file, sizeBytes, end, last } = climbed;
    const decoded = readSegmentHeader(handle, sizeBytes, file.path);
    if (decoded === 'cut off') {
      // Frames are written only behind a whole, synced header: this file never held one.
      this.#leftoverPaths.push(file.path);
      return;
    }
    if (typeof decoded === 'string') throw damaged(file, 'a segment header', decoded);
    const { header, bytes } = decoded;
    this.#checkOrigin(file, header);
    if (header.epoch < this.#epoch) {
      throw damaged(file, `epoch ${this.#epoch} or later`, `epoch ${header.epoch}`);
    }
    const scan = this.#scanOf(header);
    const known = this.#known.get(file.id);
    const next = known?.header.firstSequence ?? scan.index.count;
    this.#follow(file, header, next);
    if (header.firstSequence !== next) {
      const actual = `first sequence ${header.firstSequence}`;
      throw damaged(file, `first sequence ${next}`, actual);
    }
    const segment: Segment = known ?? {
      ...file,
      header,
      headerBytes: bytes,
      validBytes: end ?? bytes,
    };
    this.#current = segment;
    this.#read(climbed, segment, scan);
    this.#current = undefined;
    this.#segments.add(segment);
    this.#epoch = Math.max(this.#epoch, header.epoch);
    const empty = isEmpty(segment) && this.#tornTail === undefined;
    if (last && empty) this.#dropLast(scan, segment);
  }

  /** Takes up what the segment holds: from the image, from its footer, or from its frames. */
  #read(climbed: ClimbedFile, segment: Segment, scan: LogScan): void {
    const { steps } = this.#parts;
    const known = this.#known.has(segment.id);
    // Of the segments that the image knows, it is only the last one that may hold more.
    if (known && segment !== [...this.#known.values()].at(-1)) return;
    if (!known && this.#joinFooter(climbed, segment, scan)) return;
    if (known) steps.step('footer.absent');
    const before = scan.index.eventCount;
    this.#tornTail = this.#scanFrames(climbed, segment, scan, known);
    steps.sources.scanned += scan.index.eventCount - before;
    steps.step('segment.scanned');
    const { timestampUs, counter, names } = scan;
    this.#notes.ends.set(segment.id, { timestampUs, counter, names: names.length });
  }

  #scanFrames(
    { handle, sizeBytes, end, last }: ClimbedFile,
    segment: Segment,
    scan: LogScan,
    known: boolean,
  ): TornTail | undefined {
    // What lies behind that end is a footer, or was carried over into the segment after it.
    const until = Math.min(sizeBytes, end ?? sizeBytes);
    const from = known ? segment.validBytes : segment.headerBytes;
    segment.validBytes = from;
    if (!last || !this.#parts.growing) return scan.segment(handle, segment, until, last, from);
    scan.resume(handle, segment, until);
    const { path, validBytes: offset } = segment;
    const bytes = contentEnd(handle, offset, until) - offset;
    return bytes === 0 ? undefined : { path, offset, bytes };
  }

  /** Takes up a sealed segment from its footer. @returns whether that could be */
  #joinFooter({ handle, sizeBytes, end }: ClimbedFile, segment: Segment, scan: LogScan): boolean {
    const { steps, footers = true } = this.#parts;
    const { storeId } = segment.header;
    const salt = saltOf(storeId);
    const wanted = footers && end !== undefined;
    const found = wanted ? readFooter(handle, sizeBytes, segment, salt) : 'none';
    if (found === 'none') {
      steps.step('footer.absent');
      return false;
    }
    this.#source ??= this.#sourceOf(scan, salt);
    const before = scan.index.eventCount;
    const place = { handle, segment, salt, source: this.#source, notes: this.#notes };
    const problem = typeof found === 'string' ? found : joinFooter(scan, found, place);
    if (problem !== undefined) {
      steps.refuse(segment.path, `footer: ${problem}`);
      steps.step('footer.refused');
      return false;
    }
    steps.sources.footers += scan.index.eventCount - before;
    steps.step('footer.joined');
    return true;
  }

  #sourceOf({ index }: LogScan, salt: number): ChunkSource {
    const { files, foreign, rebuilt } = this.#parts;
    return new ChunkSource(files, salt, () => {
      const segments = new SegmentList();
      for (const segment of this.#segments.all) segments.add(segment);
      // An image knows events of the segment that is being read, too.
      if (this.#current !== undefined) segments.add(this.#current);
      const columns = rebuildColumns({ files, segments, salt, index, foreign });
      rebuilt?.();
      return columns;
    });
  }

  /** Notes a file that holds nothing of the log any more. */
  leave(path: string): void {
    this.#leftoverPaths.push(path);
  }

  result(lastSegmentId: number): ScannedLog {
    const scan = this.#scan ?? this.#begin(0, this.#parts.seed);
    const rust = this.#rust;
    const { last } = this.#segments;
    // A log that ends in a foreign segment has nothing of ours to go on in, or to repair.
    const foreignEnd = last?.version === undefined ? undefined : last.validBytes;
    const clean = foreignEnd === undefined ? scan.clean : rust?.clean === true;
    return {
      scan,
      segments: this.#segments,
      origin: this.#origin,
      epoch: this.#epoch,
      lastSegmentId,
      index: scan.index,
      names: scan.names,
      timestampUs: scan.timestampUs,
      counter: scan.counter,
      clean,
      durableOffset: foreignEnd ?? scan.durableOffset,
      tornTail: this.#tornTail,
      leftoverPaths: this.#leftoverPaths,
      durableEvents: scan.durableEvents,
      rust,
      notes: this.#notes,
    };
  }

  #scanOf(header: SegmentHeader): LogScan {
    return this.#scan ?? this.#begin(saltOf(header.storeId), seedOf(header.storeId));
  }

  /** Begins to read, with what stands before the first of our segments. */
  #begin(salt: number, seed: number): LogScan {
    const scan = new LogScan(salt, seed, this.#parts.retention);
    const rust = this.#parts.foreign(scan.index);
    this.#scan = scan;
    this.#rust = rust;
    if (rust === undefined) return scan;
    for (const segment of rust.segments) this.#segments.add(segment);
    scan.timestampUs = rust.timestampUs;
    scan.counter = rust.counter;
    return scan;
  }

  #checkOrigin(file: SegmentFile, header: SegmentHeader): void {
    if (header.segmentId !== file.id) {
      throw damaged(file, `segment ${file.id}`, `segment ${header.segmentId}`);
    }
    const origin = this.#origin;
    this.#origin ??= header;
    if (origin === undefined) return;
    if (idText(header.storeId) !== idText(origin.storeId)) {
      throw damaged(file, `store ${idText(origin.storeId)}`, `store ${idText(header.storeId)}`);
    }
    if (header.hashChain !== origin.hashChain) {
      throw damaged(file, `hashChain ${origin.hashChain}`, `hashChain ${header.hashChain}`);
    }
  }

  /** Checks that the header names the end of the segment before, as it was found. */
  #follow(file: SegmentFile, header: SegmentHeader, nextSequence: number): void {
    const before = this.#segments.last;
    const expected = linkOf(before, nextSequence);
    const found = linkText(header.previous);
    if (linkText(expected) === found) return;
    // One that was rewritten is known by the end of the file that it stands for.
    const replaced = before?.header.replaces;
    if (replaced && linkText({ segmentId: before.id, ...replaced }) === found) return;
    throw damaged(file, `to follow ${linkText(header.previous)}`, linkText(expected));
  }

  #dropLast(scan: LogScan, segment: Segment): void {
    this.#segments.drop(segment);
    // Its name may come back by power loss, and with it the end that it names: what is written now
    // has to go behind both.
    scan.clean = false;
    // It was made when the one before it was synced to its end.
    scan.durableOffset = this.#segments.last?.validBytes ?? 0;
    this.#leftoverPaths.push(segment.path);
  }
}

function isEmpty(segment: Segment): boolean {
  return segment.validBytes === segment.headerBytes;
}

function linkOf(segment: Segment | undefined, nextSequence: number): SegmentLink | undefined {
  if (segment === undefined) return undefined;
  return { segmentId: segment.id, validBytes: segment.validBytes, nextSequence };
}

function linkText(link: SegmentLink | undefined): string {
  if (link === undefined) return 'no segment';
  const { segmentId, validBytes, nextSequence } = link;
  return `segment ${segmentId} of ${validBytes} bytes up to sequence ${nextSequence}`;
}

function idText(storeId: Uint8Array): string {
  return Buffer.from(storeId).toString('hex');
}

function damaged(file: SegmentFile, expected: string, actual: string): CorruptSegmentError {
  return new CorruptSegmentError({ path: file.path, offset: 0, expected, actual });
}
