import { equalBytes, sliceBytes } from '../codec/bytes.ts';
import { checksumFrom, frameHeaderBytes, frameProblem } from '../codec/frame.ts';
import { decodeGap } from '../codec/gap.ts';
import { hashedFrom, recordTypes } from '../codec/record-layout.ts';
import { type RecordProblem, RecordView } from '../codec/record-view.ts';
import { eventCountMax } from '../indexes/columns.ts';
import { EventIndex } from '../indexes/event-index.ts';
import type { KeyRetention } from '../indexes/key-index.ts';
import { FrameScanner } from '../log/frame-scanner.ts';
import type { Segment } from '../log/segment-list.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle } from '../model/files.ts';
import { beginCount, boundName, checkSequence, commitContent } from './record-check.ts';
import { RecordTexts } from './record-texts.ts';
import type { RecoveredName, TornTail } from './recovered.ts';
import { contentEnd, durableOffsetBehind } from './torn-tail.ts';

/** Behind the end of a segment that is being written there may be 1 MiB of room made ahead. */
const resumeChunkBytes = 64 * 1024;

/** Where a batch begins, until its COMMIT is found. */
interface OpenBatch {
  readonly offset: number;
  readonly firstItem: number;
  readonly id: Uint8Array;
  readonly declared: number;
  count: number;
  crc: number;
}

/**
 * Rebuilds what is known of a log by reading its frames in order: checksums, order, clocks and
 * batches are checked; hashes are `verify`'s work. Damage is thrown with its place; only what lies
 * at the end of the last segment, and was never shown to be durable, is a torn tail.
 */
export class LogScan {
  readonly index: EventIndex;
  readonly names: RecoveredName[] = [];
  timestampUs = 0;
  counter = 0;
  /** Whether the frame read last is a CLEAN record. */
  clean = true;
  durableEvents = 0;
  readonly #salt: number;
  readonly #record = new RecordView();
  readonly #kindOfName = new Map<string, number>();
  readonly #nameOfKind = new Map<number, string>();
  readonly #texts: RecordTexts;
  #batch: OpenBatch | undefined;
  /** Highest durableOffset that a frame of the current segment tells. */
  durableOffset = 0;
  /** Sequence of the next event. Behind the index's count while carried-over events are read. */
  #next = 0;

  constructor(salt: number, seed: number, retention?: KeyRetention) {
    this.#salt = salt;
    this.index = new EventIndex(seed, retention);
    this.#texts = new RecordTexts(this.index);
  }

  /**
   * Reads one segment, whose `validBytes` it sets.
   *
   * @param last whether its end may be torn
   * @param knownBytes up to where its frames are known already, and durable
   * @throws {CorruptSegmentError}
   */
  segment(
    handle: FileHandle,
    segment: Segment,
    sizeBytes: number,
    last: boolean,
    knownBytes = segment.headerBytes,
  ): TornTail | undefined {
    const scanner = new FrameScanner(handle, knownBytes, sizeBytes, this.#salt);
    const known = knownBytes > segment.headerBytes;
    const firstSequence = known ? this.index.count : segment.header.firstSequence;
    this.#next = firstSequence;
    this.durableOffset = known ? knownBytes : 0;
    if (firstSequence < this.index.count) this.#rewindTime(firstSequence);
    let answer = scanner.next();
    while (answer > 0) {
      this.#take(scanner, segment);
      answer = scanner.next();
    }
    const wholeTo = this.#batch === undefined ? scanner.offset : this.#batch.offset;
    segment.validBytes = wholeTo;
    this.#countDurable(firstSequence);
    // Room that was made ahead holds zeros: nothing was ever written there.
    const end = last ? contentEnd(handle, wholeTo, sizeBytes) : sizeBytes;
    if (this.#batch === undefined && end === wholeTo) return undefined;
    const problem = answer < 0 ? frameProblem(answer) : 'a batch without its COMMIT';
    this.#batch = undefined;
    this.clean = false;
    if (!last) throw corrupt(segment, scanner.offset, 'a whole frame', problem);
    const { count } = this.index;
    // Up to the end of the file: the last whole frame may itself end in zeros.
    const durable = durableOffsetBehind(handle, scanner.offset, sizeBytes, this.#salt, count);
    if (Math.max(durable, this.durableOffset) > wholeTo) {
      throw corrupt(segment, scanner.offset, 'a whole frame, as it once was durable', problem);
    }
    return { path: segment.path, offset: wholeTo, bytes: end - wholeTo };
  }

  /**
   * Goes on behind the `validBytes` of the segment that is being written, and moves them. Bytes at
   * its end that are no whole write are not there yet, whatever they look like.
   *
   * @param carriedOver whether the segment begins with copies of frames that are known already
   * @throws {CorruptSegmentError} when a whole frame is not the one that must come next
   */
  resume(handle: FileHandle, segment: Segment, sizeBytes: number, carriedOver = false): void {
    const begins = segment.validBytes === segment.headerBytes;
    this.#next = begins ? segment.header.firstSequence : this.index.count;
    if (begins) this.durableOffset = 0;
    // The copies bear the times of the frames that they were made of.
    if (carriedOver) [this.timestampUs, this.counter] = [0, -1];
    let { timestampUs, counter, clean, durableOffset } = this;
    const { validBytes } = segment;
    const scanner = new FrameScanner(handle, validBytes, sizeBytes, this.#salt, resumeChunkBytes);
    while (scanner.next() > 0) {
      this.#take(scanner, segment);
      if (this.#batch !== undefined) continue;
      segment.validBytes = scanner.nextOffset;
      ({ timestampUs, counter, clean, durableOffset } = this);
    }
    // What was read of a batch without its COMMIT is read again when there is more of it.
    this.#batch = undefined;
    Object.assign(this, { timestampUs, counter, clean, durableOffset });
    this.#followDurable(segment.header.firstSequence);
  }

  /** As {@link LogScan.#countDurable}, but at the cost of what is new only. */
  #followDurable(firstSequence: number): void {
    const { columns, count, holes } = this.index;
    let durable = this.clean ? count : Math.max(firstSequence, this.durableEvents);
    while (durable < count && columns.offset(durable) < this.durableOffset) {
      durable = holes.endOf(durable);
    }
    this.durableEvents = durable;
  }

  /** Counts what is shown to be durable: a segment was synced before the one after it was made. */
  #countDurable(firstSequence: number): void {
    const { columns, holes } = this.index;
    let durable = this.index.count;
    while (durable > firstSequence && columns.offset(durable - 1) >= this.durableOffset) {
      durable = holes.startOf(durable - 1);
    }
    this.durableEvents = this.clean ? this.index.count : durable;
  }

  #take(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    const problem = record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
    if (problem !== undefined) throw unreadable(segment, scanner.offset, problem);
    this.durableOffset = Math.max(this.durableOffset, record.durableOffset);
    this.clean = record.type === recordTypes.clean;
    this.#advanceTime(scanner, segment);
    switch (record.type) {
      case recordTypes.event:
        if (this.#batch === undefined) this.#single(scanner, segment);
        else this.#stage(this.#batch, scanner, segment);
        return;
      case recordTypes.begin:
        this.#begin(scanner, segment);
        return;
      case recordTypes.commit:
        this.#commit(scanner, segment);
        return;
      default:
        this.#control(scanner, segment);
    }
  }

  #single(scanner: FrameScanner, segment: Segment): void {
    if (this.#record.batchIdAt > 0) {
      throw corrupt(segment, scanner.offset, 'an event by itself', 'an item of no open batch');
    }
    this.#push(scanner, segment);
  }

  /** Makes the event of the current frame visible. */
  #push(scanner: FrameScanner, segment: Segment): void {
    const { index } = this;
    const record = this.#record;
    this.#checkSequence(scanner, segment, this.#next);
    if (record.hashAt > 0 !== segment.header.hashChain) {
      const actual = record.hashAt > 0 ? 'an event with hashes' : 'an event without hashes';
      throw corrupt(segment, scanner.offset, `hashChain ${segment.header.hashChain}`, actual);
    }
    if (this.#next < index.count) {
      this.#move(scanner, segment);
      return;
    }
    this.#next += 1;
    const entityId = this.#texts.streamId(record);
    const { clock } = record;
    const expected = index.heads.clock(entityId) + 1;
    // Clocks may jump over a gap, whose events are lost.
    const jump = clock - expected;
    if (jump !== 0 && !index.mayJump(index.heads.sequence(entityId), jump)) {
      throw corrupt(segment, scanner.offset, `clock ${expected}`, `clock ${clock}`);
    }
    const { hashAt, idempotencyAt } = record;
    index.push({
      kind: record.kind,
      entityId,
      scopeId: this.#texts.scopeId(record),
      clock,
      offset: scanner.offset,
      length: scanner.nextOffset - scanner.offset,
      timestampUs: record.timestampUs,
      idBytes: record.bytes,
      idAt: record.eventIdAt,
      keyBytes: idempotencyAt === 0 ? undefined : record.bytes,
      keyAt: idempotencyAt,
      hash: hashAt === 0 ? undefined : record.bytes,
      hashAt,
    });
  }

  /** Takes note that an event which is known was carried over into this segment. */
  #move(scanner: FrameScanner, segment: Segment): void {
    const { columns, entities } = this.index;
    const record = this.#record;
    const sequence = this.#next;
    const entityId = columns.entityId(sequence);
    const same =
      columns.clock(sequence) === record.clock &&
      columns.kind(sequence) === record.kind &&
      columns.timestampUs(sequence) === record.timestampUs &&
      columns.length(sequence) === scanner.nextOffset - scanner.offset &&
      entities.entity(entityId) === record.entity &&
      entities.lane(entityId) === record.lane;
    if (!same) {
      throw corrupt(segment, scanner.offset, `event ${sequence}, carried over`, 'another event');
    }
    columns.move(sequence, scanner.offset);
    this.#next += 1;
  }

  #begin(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    this.#checkSequence(scanner, segment, this.#next);
    const declared = beginCount(record);
    if (declared === undefined || this.#batch !== undefined) {
      const actual = declared === undefined ? 'an unreadable BEGIN' : 'a BEGIN inside a batch';
      throw corrupt(segment, scanner.offset, 'the next record', actual);
    }
    this.#batch = {
      offset: scanner.offset,
      firstItem: scanner.nextOffset,
      id: sliceBytes(record.bytes, record.batchIdAt, record.batchIdAt + 8),
      declared,
      count: 0,
      crc: 0,
    };
  }

  #stage(batch: OpenBatch, scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    if (record.batchIdAt === 0 || !equalBytes(record.bytes, record.batchIdAt, batch.id, 0, 8)) {
      throw corrupt(segment, scanner.offset, 'an item of the open batch', 'another event');
    }
    batch.count += 1;
    const { bytes, start } = record;
    const frame = start - frameHeaderBytes;
    batch.crc = checksumFrom(bytes, frame, start + hashedFrom, this.#salt, batch.crc);
  }

  /** Makes the items of a whole batch visible: they are read a second time, now that they count. */
  #commit(scanner: FrameScanner, segment: Segment): void {
    const batch = this.#batch;
    this.#checkSequence(scanner, segment, this.#next + (batch?.count ?? 0));
    const content = commitContent(this.#record);
    const fits =
      batch !== undefined &&
      content !== undefined &&
      content.count === batch.count &&
      batch.declared === batch.count &&
      content.crc === batch.crc &&
      equalBytes(this.#record.bytes, this.#record.batchIdAt, batch.id, 0, 8);
    if (!fits) {
      throw corrupt(segment, scanner.offset, 'the COMMIT of the open batch', 'another one');
    }
    this.#batch = undefined;
    const behind = scanner.nextOffset;
    scanner.returnTo(batch.firstItem);
    for (let item = 0; item < batch.count; item += 1) {
      scanner.next();
      this.#record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
      this.#push(scanner, segment);
    }
    scanner.returnTo(behind);
  }

  #checkSequence(scanner: FrameScanner, segment: Segment, sequence: number): void {
    const mismatch = checkSequence(this.#record, sequence);
    if (mismatch === undefined) return;
    throw corrupt(segment, scanner.offset, mismatch.expected, mismatch.actual);
  }

  #control(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    if (this.#batch !== undefined) {
      throw corrupt(segment, scanner.offset, 'an item or the COMMIT of the open batch', 'neither');
    }
    this.#checkSequence(scanner, segment, this.#next);
    if (record.type === recordTypes.gap) this.#gap(scanner, segment);
    if (record.type === recordTypes.name) this.#name(scanner, segment);
  }

  #name(scanner: FrameScanner, segment: Segment): void {
    const name = boundName(this.#record);
    if (name === undefined) throw unreadable(segment, scanner.offset, 'unknown field');
    const { kind } = this.#record;
    const bound = this.#kindOfName.get(name);
    const other = this.#nameOfKind.get(kind);
    if ((bound ?? kind) !== kind || (other ?? name) !== name) {
      const expected =
        bound === undefined
          ? `kind ${kind} bound to '${other}' only`
          : `'${name}' bound to kind ${bound} only`;
      throw corrupt(segment, scanner.offset, expected, `'${name}' bound to kind ${kind}`);
    }
    if (bound === undefined) this.addName(name, kind);
  }

  /** Notes a binding that is in the log, and is no other than those before. */
  addName(name: string, kind: number): void {
    this.#kindOfName.set(name, kind);
    this.#nameOfKind.set(kind, name);
    this.names.push({ name, kind });
  }

  #gap(scanner: FrameScanner, segment: Segment): void {
    const { index } = this;
    const gap = decodeGap(this.#record);
    const end = (gap?.from ?? 0) + (gap?.count ?? 0);
    if (gap === undefined || end > eventCountMax || this.#next < index.count) {
      throw corrupt(segment, scanner.offset, 'a gap that can be passed over', 'another one');
    }
    index.pushHole(gap.count, scanner.offset);
    this.#next = end;
  }

  /** Goes back to the time before an event: it was carried over and is read once more. */
  #rewindTime(sequence: number): void {
    this.timestampUs = sequence === 0 ? 0 : this.index.columns.timestampUs(sequence - 1);
    this.counter = -1;
  }

  /** Times strictly rise over the whole store, by the microsecond and then by the counter. */
  #advanceTime(scanner: FrameScanner, segment: Segment): void {
    const { timestampUs, counter } = this.#record;
    const before = this.timestampUs;
    const same = timestampUs === before && before > 0;
    if (timestampUs < before || (same && counter <= this.counter)) {
      const expected = `a time after ${before}+${this.counter}`;
      throw corrupt(segment, scanner.offset, expected, `${timestampUs}+${counter}`);
    }
    this.timestampUs = timestampUs;
    this.counter = counter;
  }
}

function corrupt(
  segment: Segment,
  offset: number,
  expected: string,
  actual: string,
): CorruptSegmentError {
  return new CorruptSegmentError({ path: segment.path, offset, expected, actual });
}

function unreadable(segment: Segment, offset: number, problem: RecordProblem): CorruptSegmentError {
  return corrupt(segment, offset, 'a record of format version 2', `one with: ${problem}`);
}
