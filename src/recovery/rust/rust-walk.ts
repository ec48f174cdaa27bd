import { frameProblem } from '../../codec/frame.ts';
import type { HiddenRanges } from '../../codec/rust/hidden-ranges.ts';
import { decodeRustBody, type RustRecord, rustSegmentVersion } from '../../codec/rust/record-v1.ts';
import {
  decodeRustSegmentHeader,
  type RustSegmentHeader,
} from '../../codec/rust/segment-header-v1.ts';
import type { SidxRow } from '../../codec/rust/sidx.ts';
import { segmentHeaderBytesMax } from '../../codec/segment-header.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import { endOfFile, FrameScanner } from '../../log/frame-scanner.ts';
import type { Segment } from '../../log/segment-list.ts';
import { defined } from '../../model/assert.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import type { FileHandle } from '../../model/files.ts';
import { readRange } from '../read-range.ts';
import type { RustLog, TornTail } from '../recovered.ts';
import type { SegmentFile } from '../segment-opening.ts';
import { type FramePlace, RustFooter } from './rust-footer.ts';
import { isTornRustTail } from './rust-tail.ts';

/** Most sequences that may be left out in one place. More are taken for a damaged number. */
const holeMax = 4_194_304;

/** A segment while it is walked, and after. */
interface WalkedSegment {
  readonly file: SegmentFile;
  readonly header: RustSegmentHeader;
  readonly footer: RustFooter | undefined;
  /** Entities and scopes of its events. */
  readonly texts: Set<string>;
  validBytes: number;
  /** Sequence of its first event; `undefined` while none of its events counts. */
  firstSequence: number | undefined;
  tornTail: TornTail | undefined;
}

interface FoundEvent extends FramePlace {
  readonly record: RustRecord;
  readonly segment: WalkedSegment;
  readonly row: SidxRow | undefined;
}

/** A batch whose COMMIT was not seen yet. It may reach over the end of a segment. */
interface OpenBatch {
  readonly segment: WalkedSegment;
  /** Items that are still to come; 0 when there are as many as it said, or more. */
  remaining: number;
  readonly items: FoundEvent[];
}

/**
 * The walk over the frames of version-1 segments. What counts, and under which sequence:
 *
 * In a segment with a footer, the events that have a row in it, under the sequence of the row. In
 * one without, each event outside of batches, and those of a batch when its COMMIT stands behind as
 * many items as its BEGIN said; they get the next sequences in the order of the file. A batch that
 * reaches into another segment counts by its COMMIT wherever it has no rows.
 *
 * Sequences rise. Those that are left out (a batch that failed, events dropped by retention or
 * hidden by a cancelled fence) are holes. Clocks are kept as stored while they rise within a lane
 * of an entity; where the crate's fences made them start again, they go on from the last one.
 */
export class RustWalk {
  readonly #index: EventIndex;
  readonly #hidden: HiddenRanges;
  readonly #segments: WalkedSegment[] = [];
  #batch: OpenBatch | undefined;
  /** Sequences behind the index's last event that are holes. */
  #holes = 0;
  #uncommittedEvents = 0;
  #hiddenEvents = 0;
  #timestampUs = 0;
  #counter = 0;

  constructor(index: EventIndex, hidden: HiddenRanges) {
    this.#index = index;
    this.#hidden = hidden;
  }

  /** Reads the next segment. @throws {CorruptSegmentError} */
  segment(handle: FileHandle, file: SegmentFile, sizeBytes: number): void {
    const segment = this.#open(handle, file, sizeBytes);
    this.#segments.push(segment);
    const end = segment.footer?.offset ?? sizeBytes;
    const scanner = new FrameScanner(handle, segment.header.bytes, end, 0);
    let answer = scanner.next();
    for (; answer > 0; answer = scanner.next()) this.#take(scanner, segment);
    segment.validBytes = scanner.offset;
    if (answer !== endOfFile) this.#judgeTail(handle, segment, answer, sizeBytes);
    segment.footer?.requireTaken();
  }

  /** What all segments came to. */
  result(): RustLog {
    this.#close(false);
    this.#fillHoles(this.#segments.at(-1)?.validBytes ?? 0);
    const segments: Segment[] = [];
    let firstSequence = this.#index.count;
    for (const walked of [...this.#segments].reverse()) {
      firstSequence = walked.firstSequence ?? firstSequence;
      segments.unshift(segmentOf(walked, firstSequence));
    }
    return {
      segments,
      timestampUs: this.#timestampUs,
      counter: this.#counter,
      clean: this.#segments.at(-1)?.footer !== undefined,
      uncommittedEvents: this.#uncommittedEvents,
      hiddenEvents: this.#hiddenEvents,
      tornTails: this.#segments.flatMap(({ tornTail }) => tornTail ?? []),
    };
  }

  #open(handle: FileHandle, file: SegmentFile, sizeBytes: number): WalkedSegment {
    const bytes = readRange(handle, 0, Math.min(sizeBytes, segmentHeaderBytesMax));
    const header = defined(decodeRustSegmentHeader(bytes), 'a segment of version 1 has a header');
    if (header.segmentId !== file.id) {
      throw corrupt(file, 0, `segment ${file.id}`, `segment ${header.segmentId}`);
    }
    const footer = RustFooter.read(handle, file.path, sizeBytes);
    return {
      ...{ file, header, footer, texts: new Set(), validBytes: header.bytes },
      ...{ firstSequence: undefined, tornTail: undefined },
    };
  }

  #judgeTail(handle: FileHandle, segment: WalkedSegment, answer: number, sizeBytes: number): void {
    const { file, footer, validBytes: offset, texts } = segment;
    const rest = readRange(handle, offset, sizeBytes);
    if (footer !== undefined || !isTornRustTail(rest, answer, (text) => texts.has(text))) {
      throw corrupt(file, offset, 'a whole frame', frameProblem(answer));
    }
    segment.tornTail = { path: file.path, offset, bytes: rest.length };
  }

  #take(scanner: FrameScanner, segment: WalkedSegment): void {
    const record = decodeRustBody(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
    if (record === undefined) {
      throw corrupt(segment.file, scanner.offset, 'a record of format version 1', 'another one');
    }
    if (record.type === 'begin') {
      this.#close(false);
      this.#batch = { segment, remaining: record.payloadSize, items: [] };
    } else if (record.type === 'commit') this.#close(this.#batch?.remaining === 0);
    else {
      const place = { offset: scanner.offset, length: scanner.nextOffset - scanner.offset };
      segment.texts.add(record.entity).add(record.scope);
      this.#event({ ...place, record, segment, row: segment.footer?.take(record, place) });
    }
  }

  #event(event: FoundEvent): void {
    const batch = this.#batch;
    const { segment, row } = event;
    if (batch !== undefined) {
      batch.remaining = Math.max(batch.remaining - 1, 0);
      // A row says that it counts, and nothing before it in this segment still can without one.
      const known = row !== undefined && batch.segment === segment;
      if (!known) {
        batch.items.push(event);
        return;
      }
    } else if (segment.footer !== undefined && row === undefined) {
      throw corrupt(segment.file, event.offset, 'an event of the footer', 'one without a row');
    }
    this.#push(event, row);
  }

  /** Ends the open batch: its items count, or only those that have a row. */
  #close(committed: boolean): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) return;
    const current = this.#segments.at(-1);
    const byCommit = current !== batch.segment || current?.footer === undefined;
    for (const item of batch.items) {
      const row = item.row ?? current?.footer?.take(item.record, item);
      if (row !== undefined || (committed && byCommit)) this.#push(item, row);
      else this.#uncommittedEvents += 1;
    }
  }

  /** Gives the event its sequence and makes it visible, unless it was cancelled. */
  #push(event: FoundEvent, row: SidxRow | undefined): void {
    const { record, segment } = event;
    const next = this.#index.count + this.#holes;
    const sequence = row?.sequence ?? next;
    if (row !== undefined) this.#checkSequence(event, row, next);
    segment.firstSequence ??= next;
    this.#holes += sequence - next;
    if (record.timestampUs >= this.#timestampUs) {
      const later = record.timestampUs > this.#timestampUs;
      this.#counter = later ? record.counter : Math.max(this.#counter, record.counter);
      this.#timestampUs = record.timestampUs;
    }
    if (this.#hidden.hides(sequence, record.lane)) {
      this.#hiddenEvents += 1;
      this.#holes += 1;
      return;
    }
    this.#fillHoles(event.offset);
    this.#index.pushForeign(this.#indexed(event));
  }

  #checkSequence({ segment }: FoundEvent, row: SidxRow, next: number): void {
    const { sequence, at } = row;
    const hole = sequence - next;
    if (hole < 0 || hole > holeMax) {
      const expected = `sequence ${next}, or one not far behind it`;
      throw corrupt(segment.file, at, expected, `sequence ${sequence}`);
    }
    const before = this.#segments.at(-2);
    // What was cut short there was not all that is missing.
    if (hole > 0 && segment.firstSequence === undefined && before?.tornTail !== undefined) {
      const { offset } = before.tornTail;
      throw corrupt(before.file, offset, `the event of sequence ${next}`, 'no whole frame');
    }
  }

  #indexed(event: FoundEvent): Parameters<EventIndex['pushForeign']>[0] {
    const { record, offset, length } = event;
    const { entities, scopes, heads } = this.#index;
    const entityId = entities.intern(record.entity, record.lane);
    return {
      kind: record.kind,
      entityId,
      scopeId: scopes.intern(record.scope),
      clock: Math.max(record.clock, heads.clock(entityId) + 1),
      offset,
      length,
      timestampUs: record.timestampUs,
      idBytes: record.eventId,
      idAt: 0,
      keyBytes: undefined,
      keyAt: 0,
      hash: record.hashes?.event,
      hashAt: 0,
    };
  }

  #fillHoles(offset: number): void {
    if (this.#holes > 0) this.#index.pushHole(this.#holes, offset);
    this.#holes = 0;
  }
}

/** A segment as the rest of the store knows it; it says nothing of what only ours have. */
function segmentOf(walked: WalkedSegment, firstSequence: number): Segment {
  const { file, header, validBytes } = walked;
  const { segmentId, createdNs } = header;
  return {
    ...file,
    version: rustSegmentVersion,
    header: {
      ...{ segmentId, createdNs, storeId: new Uint8Array(16), epoch: -1, hashChain: true },
      ...{ firstSequence, previous: undefined },
    },
    headerBytes: header.bytes,
    validBytes,
  };
}

function corrupt(
  file: SegmentFile,
  offset: number,
  expected: string,
  actual: string,
): CorruptSegmentError {
  return new CorruptSegmentError({ path: file.path, offset, expected, actual });
}
