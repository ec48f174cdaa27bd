import { checksum } from '../codec/frame.ts';
import type { SegmentHeader, SegmentLink } from '../codec/segment-header.ts';
import { type Segment, SegmentList } from '../log/segment-list.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../model/files.ts';
import type { RecoveredLog, TornTail } from './recovered.ts';
import { LogScan } from './scan.ts';
import {
  listSegmentFiles,
  readSegmentHeader,
  type SegmentFile,
  withSegment,
} from './segment-opening.ts';

/** Where checksums of a store's frames begin. */
export function saltOf(storeId: Uint8Array): number {
  return checksum(storeId, 0, storeId.length, 0);
}

/**
 * Finds out what a directory holds, by reading all of it. Nothing is written: what is to be cut off
 * or removed is reported, and done before the first new append.
 *
 * @param seed 32 random bits for the index
 * @throws {CorruptSegmentError} with the place of the damage
 * @throws {UnsupportedVersionError} when a segment is of another format
 */
export function recoverLog(files: Files, directory: string, seed: number): RecoveredLog {
  const found = listSegmentFiles(files, directory);
  const climb = new Climb(seed);
  for (const [position, file] of found.entries()) {
    withSegment(files, file.path, (handle, sizeBytes) =>
      climb.segment(handle, file, sizeBytes, position === found.length - 1),
    );
  }
  return climb.result(found.at(-1)?.id ?? 0);
}

/** The walk over the segments, each of which must follow on the one before. */
class Climb {
  readonly #seed: number;
  readonly #segments = new SegmentList();
  readonly #emptyPaths: string[] = [];
  #scan: LogScan | undefined;
  #origin: SegmentHeader | undefined;
  #epoch = -1;
  #tornTail: TornTail | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  segment(handle: FileHandle, file: SegmentFile, sizeBytes: number, last: boolean): void {
    const decoded = readSegmentHeader(handle, sizeBytes, file.path);
    if (decoded === 'cut off') {
      // Frames are written only behind a whole, synced header: this file never held one.
      this.#emptyPaths.push(file.path);
      return;
    }
    if (typeof decoded === 'string') throw damaged(file, 'a segment header', decoded);
    const { header, bytes } = decoded;
    this.#checkOrigin(file, header);
    this.#follow(file, header);
    const segment: Segment = { ...file, header, headerBytes: bytes, validBytes: bytes };
    const scan = this.#scanOf(header);
    if (header.firstSequence !== scan.index.count) {
      const actual = `first sequence ${header.firstSequence}`;
      throw damaged(file, `first sequence ${scan.index.count}`, actual);
    }
    this.#tornTail = scan.segment(handle, segment, sizeBytes, last);
    this.#segments.add(segment);
    this.#epoch = Math.max(this.#epoch, header.epoch);
    const empty = isEmpty(segment) && this.#tornTail === undefined;
    if (last && empty) this.#dropLast(segment);
  }

  result(lastSegmentId: number): RecoveredLog {
    const scan = this.#scan ?? new LogScan(0, this.#seed);
    return {
      segments: this.#segments,
      origin: this.#origin,
      epoch: this.#epoch,
      lastSegmentId,
      index: scan.index,
      names: scan.names,
      timestampUs: scan.timestampUs,
      counter: scan.counter,
      clean: scan.clean && this.#emptyPaths.length === 0,
      durableOffset: scan.durableOffset,
      tornTail: this.#tornTail,
      emptyPaths: this.#emptyPaths,
      durableEvents: scan.durableEvents,
    };
  }

  #scanOf(header: SegmentHeader): LogScan {
    this.#scan ??= new LogScan(saltOf(header.storeId), this.#seed);
    return this.#scan;
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
  #follow(file: SegmentFile, header: SegmentHeader): void {
    const before = this.#segments.last;
    if (before !== undefined && isEmpty(before) && header.previous?.segmentId !== before.id) {
      // Made by an opening that was cut short before its first write; its follower skipped it.
      this.#dropLast(before);
    }
    const expected = linkOf(this.#segments.last, this.#scan?.index.count ?? 0);
    if (linkText(expected) === linkText(header.previous)) return;
    throw damaged(file, `to follow ${linkText(header.previous)}`, linkText(expected));
  }

  #dropLast(segment: Segment): void {
    this.#segments.drop(segment);
    this.#emptyPaths.push(segment.path);
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
