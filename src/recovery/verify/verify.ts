import { equalBytes, sliceBytes } from '../../codec/bytes.ts';
import { frameProblem } from '../../codec/frame.ts';
import { decodeGap } from '../../codec/gap.ts';
import { genesisHash, hashBytes, hashOf } from '../../codec/hash-chain.ts';
import { hashedFrom, recordTypes } from '../../codec/record-layout.ts';
import { RecordView } from '../../codec/record-view.ts';
import { decodeRustBody, translateRustRecord } from '../../codec/rust/record-v1.ts';
import { decodeRustSegmentHeader } from '../../codec/rust/segment-header-v1.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import { endOfFile, FrameScanner } from '../../log/frame-scanner.ts';
import type { Segment, SegmentList } from '../../log/segment-list.ts';
import { UnsupportedVersionError } from '../../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import type { Region } from '../../model/region.ts';
import { readRange } from '../read-range.ts';
import { hasRustHash, type LinkTarget, RustLinks } from '../rust/rust-links.ts';
import { readSegmentHeader, withSegment } from '../segment-opening.ts';
import { GapTally, type VerifyGap } from './verify-gaps.ts';

/** What `verify` may find wrong. */
export type VerifyCode =
  /** A segment's header is damaged. */
  | 'HEADER'
  /** A frame's checksum or length doesn't hold. */
  | 'CHECKSUM'
  /** A record is not the one that was written, or can't be read, although its checksum holds. */
  | 'RECORD'
  /** An event is not where the index has it, or is missing. */
  | 'SEQUENCE'
  /** An event's content doesn't have the hash that is stored with it. */
  | 'HASH'
  /** An event doesn't link to the event of its entity before it. */
  | 'LINK';

/** One finding. */
export interface VerifyError {
  readonly code: VerifyCode;
  /** Event concerned, or the one that was expected there. */
  readonly sequence: number;
  readonly path: string;
  /** Where in the file, in bytes. */
  readonly offset: number;
  readonly detail: string;
}

/** Answer of `verify`. */
export interface VerifyReport {
  /** Whether there is no error. */
  readonly ok: boolean;
  /** Events checked. */
  readonly events: number;
  /** Entities they belong to. */
  readonly entities: number;
  /** How many of the events had their payload erased: of them only the links can be checked. */
  readonly redacted: number;
  /** Events that the log itself says are lost, whatever the region. They are no errors. */
  readonly gaps: readonly VerifyGap[];
  readonly errors: readonly VerifyError[];
}

/** What there is to verify. */
export interface VerifySubject {
  readonly files: Files;
  readonly segments: SegmentList;
  readonly salt: number;
  readonly index: EventIndex;
}

/**
 * Reads every segment from the disk again and checks checksums, order, content hashes and the links
 * of each entity's chain against what the index knows. All segments are walked, and damage that
 * belongs to no readable event is told whatever the region; events are counted, and their hashes
 * and links checked, when they lie in it.
 *
 * @throws {StorageError} when a segment can't be read at all
 */
export function verifyLog(subject: VerifySubject, region: Region): VerifyReport {
  const walk = new VerifyWalk(subject, region);
  for (const segment of subject.segments.all) {
    withSegment(subject.files, segment.path, (handle, sizeBytes) =>
      walk.segment(handle, segment, sizeBytes),
    );
  }
  return walk.report();
}

class VerifyWalk {
  readonly #subject: VerifySubject;
  readonly #region: Region;
  readonly #record = new RecordView();
  readonly #errors: VerifyError[] = [];
  readonly #gaps: GapTally;
  readonly #rustLinks = new RustLinks();
  /** By entity, the hash of its last event as stored; `undefined` when that can't be read. */
  readonly #ends = new Map<number, Uint8Array | undefined>();
  readonly #entities = new Set<string>();
  #events = 0;
  #redacted = 0;
  #next = 0;

  constructor(subject: VerifySubject, region: Region) {
    this.#subject = subject;
    this.#region = region;
    this.#gaps = new GapTally(subject.index);
  }

  segment(handle: FileHandle, segment: Segment, sizeBytes: number): void {
    const problem = headerProblem(handle, sizeBytes, segment);
    if (problem !== undefined) this.#find('HEADER', segment, 0, problem);
    const end = Math.min(sizeBytes, segment.validBytes);
    const salt = segment.version === undefined ? this.#subject.salt : 0;
    const scanner = new FrameScanner(handle, segment.headerBytes, end, salt);
    const last = this.#endOf(segment);
    const { columns } = this.#subject.index;
    for (let answer = scanner.next(); answer !== endOfFile; answer = scanner.next()) {
      if (segment.version !== undefined) this.#passHoles(last);
      if (answer > 0) {
        if (segment.version === undefined) this.#take(scanner, segment);
        else this.#takeRust(scanner, segment, last);
        continue;
      }
      this.#find('CHECKSUM', segment, scanner.offset, frameProblem(answer));
      // The index knows where the next event begins, and whether the bad frame was that event.
      if (this.#next < last && columns.offset(this.#next) === scanner.offset) this.#pass(last);
      if (segment.version !== undefined) this.#passHoles(last);
      if (this.#next >= last) break;
      scanner.moveTo(columns.offset(this.#next));
    }
    if (segment.version !== undefined) this.#passHoles(last);
    if (this.#next < last) {
      const detail = `events up to ${last - 1} are missing`;
      this.#find('SEQUENCE', segment, scanner.offset, detail);
      this.#next = last;
    }
  }

  report(): VerifyReport {
    return {
      ok: this.#errors.length === 0,
      events: this.#events,
      entities: this.#entities.size,
      redacted: this.#redacted,
      gaps: this.#gaps.all,
      errors: this.#errors,
    };
  }

  /** Sequence after the segment's last event. */
  #endOf(segment: Segment): number {
    const { segments, index } = this.#subject;
    const after = segments.all[segments.all.indexOf(segment) + 1];
    return after === undefined ? index.count : after.header.firstSequence;
  }

  /** Passes over what lies in the frame that can't be read: an event, or the record of a gap. */
  #pass(last: number): void {
    const { columns, holes } = this.#subject.index;
    if (!holes.has(this.#next)) {
      this.#ends.set(columns.entityId(this.#next), undefined);
      this.#next += 1;
      return;
    }
    this.#next = Math.min(last, holes.endOf(this.#next));
  }

  /** Passes over sequences that no frame of a version-1 segment stands for. */
  #passHoles(last: number): void {
    const { holes } = this.#subject.index;
    while (this.#next < last && holes.has(this.#next)) {
      this.#next = Math.min(last, holes.endOf(this.#next));
    }
  }

  /** Takes a version-1 frame. Those that the index doesn't know never counted. */
  #takeRust(scanner: FrameScanner, segment: Segment, last: number): void {
    const { columns, entities } = this.#subject.index;
    const record = decodeRustBody(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
    if (record === undefined) this.#find('RECORD', segment, scanner.offset, 'unreadable');
    const sequence = this.#next;
    if (sequence >= last || columns.offset(sequence) !== scanner.offset) return;
    if (record !== undefined) {
      const body = translateRustRecord(record, sequence, columns.clock(sequence));
      this.#record.point(body, 0, body.length);
      const entityId = entities.find(record.entity, record.lane) ?? -1;
      this.#event(scanner, segment, this.#rustLinks.next(entityId, record.clock));
    }
    this.#next = sequence + 1;
  }

  #gap(scanner: FrameScanner, segment: Segment): void {
    const gap = decodeGap(this.#record);
    if (gap === undefined || gap.from !== this.#next) {
      this.#find('RECORD', segment, scanner.offset, 'a gap that does not belong here');
      return;
    }
    this.#gaps.add(gap);
    this.#next = gap.from + gap.count;
  }

  #take(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    const problem = record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
    if (problem !== undefined) {
      this.#find('RECORD', segment, scanner.offset, problem);
      return;
    }
    if (record.type === recordTypes.gap) this.#gap(scanner, segment);
    if (record.type !== recordTypes.event) return;
    const sequence = this.#next;
    if (record.sequence !== sequence) {
      const detail = `event ${record.sequence} stands where ${sequence} belongs`;
      this.#find('SEQUENCE', segment, scanner.offset, detail);
    }
    this.#next = record.sequence;
    this.#event(scanner, segment, 'previous');
    this.#next = record.sequence + 1;
  }

  #event(scanner: FrameScanner, segment: Segment, target: LinkTarget): void {
    const { index } = this.#subject;
    const record = this.#record;
    const { entity, lane, scope, kind, clock } = record;
    const entityId = index.entities.find(entity, lane) ?? -1;
    if (this.#next < index.count && entityId !== index.columns.entityId(this.#next)) {
      const detail = `event ${this.#next} is of '${entity}' now`;
      this.#find('RECORD', segment, scanner.offset, detail);
    }
    const counts = this.#region.matches({ entity, lane, scope, kind, clock });
    const linked = this.#gaps.linked(this.#next, record);
    if (counts) {
      this.#events += 1;
      if (record.tombstone) this.#redacted += 1;
      this.#entities.add(entity);
      this.#hashes(scanner, segment, entityId, linked ? target : 'unknown');
    }
    const { hashAt } = record;
    if (hashAt > 0) this.#ends.set(entityId, sliceBytes(record.bytes, hashAt, hashAt + hashBytes));
  }

  #hashes(scanner: FrameScanner, segment: Segment, entityId: number, target: LinkTarget): void {
    const record = this.#record;
    const { bytes, hashAt, prevHashAt } = record;
    if (hashAt === 0) return;
    // What was hashed is gone with an erased payload.
    const holds = segment.version === undefined ? hasStoredHash : hasRustHash;
    if (!record.tombstone && !holds(record)) {
      this.#find('HASH', segment, scanner.offset, 'the content does not have the stored hash');
    }
    // What an event behind a gap links to is lost.
    if (target === 'unknown') return;
    const linksBack = target === 'previous' && this.#ends.has(entityId);
    const end = linksBack ? this.#ends.get(entityId) : genesisHash;
    if (end !== undefined && !equalBytes(end, 0, bytes, prevHashAt, hashBytes)) {
      const detail = `event ${record.clock} of '${record.entity}' does not link to the one before`;
      this.#find('LINK', segment, scanner.offset, detail);
    }
  }

  #find(code: VerifyCode, segment: Segment, offset: number, detail: string): void {
    this.#errors.push({ code, sequence: this.#next, path: segment.path, offset, detail });
  }
}

function hasStoredHash({ bytes, start, hashAt }: RecordView): boolean {
  const hash = hashOf(bytes, start + hashedFrom, hashAt);
  return equalBytes(hash, 0, bytes, hashAt, hashBytes);
}

function headerProblem(
  handle: FileHandle,
  sizeBytes: number,
  { path, version, headerBytes }: Segment,
): string | undefined {
  try {
    if (version !== undefined) {
      const header = decodeRustSegmentHeader(readRange(handle, 0, headerBytes));
      return header === undefined ? 'unreadable' : undefined;
    }
    const decoded = readSegmentHeader(handle, sizeBytes, path);
    return typeof decoded === 'string' ? decoded : undefined;
  } catch (cause) {
    if (cause instanceof UnsupportedVersionError) return `format version ${cause.version}`;
    throw cause;
  }
}
