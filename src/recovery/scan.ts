import { equalBytes, sliceBytes } from '../codec/bytes.ts';
import { checksum, frameProblem } from '../codec/frame.ts';
import { hashedFrom, type RecordProblem, RecordView, recordTypes } from '../codec/record.ts';
import { EventIndex } from '../indexes/event-index.ts';
import { endOfFile, FrameScanner } from '../log/frame-scanner.ts';
import type { Segment } from '../log/segment-list.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle } from '../model/files.ts';
import { beginCount, boundName, checkSequence, commitContent } from './record-check.ts';
import type { RecoveredName, TornTail } from './recovered.ts';
import { durableOffsetBehind } from './torn-tail.ts';

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
  #batch: OpenBatch | undefined;
  /** Highest durableOffset that a frame of the current segment tells. */
  durableOffset = 0;

  constructor(salt: number, seed: number) {
    this.#salt = salt;
    this.index = new EventIndex(seed);
  }

  /**
   * Reads one segment, whose `validBytes` it sets.
   *
   * @param last whether its end may be torn
   * @throws {CorruptSegmentError}
   */
  segment(
    handle: FileHandle,
    segment: Segment,
    sizeBytes: number,
    last: boolean,
  ): TornTail | undefined {
    const scanner = new FrameScanner(handle, segment.headerBytes, sizeBytes, this.#salt);
    const firstSequence = this.index.count;
    this.durableOffset = 0;
    let answer = scanner.next();
    while (answer > 0) {
      this.#take(scanner, segment);
      answer = scanner.next();
    }
    const wholeTo = this.#batch === undefined ? scanner.offset : this.#batch.offset;
    segment.validBytes = wholeTo;
    this.#countDurable(firstSequence);
    if (answer === endOfFile && this.#batch === undefined) return undefined;
    const problem = answer < 0 ? frameProblem(answer) : 'a batch without its COMMIT';
    this.#batch = undefined;
    this.clean = false;
    if (!last) throw corrupt(segment, scanner.offset, 'a whole frame', problem);
    const durable = durableOffsetBehind(
      handle,
      scanner.offset,
      sizeBytes,
      this.#salt,
      this.index.count,
    );
    if (Math.max(durable, this.durableOffset) > wholeTo) {
      throw corrupt(segment, scanner.offset, 'a whole frame, as it once was durable', problem);
    }
    return { path: segment.path, offset: wholeTo, bytes: sizeBytes - wholeTo };
  }

  /** Counts what is shown to be durable: a segment was synced before the one after it was made. */
  #countDurable(firstSequence: number): void {
    const { columns } = this.index;
    let durable = this.index.count;
    while (durable > firstSequence && columns.offset(durable - 1) >= this.durableOffset) {
      durable -= 1;
    }
    this.durableEvents = this.clean ? this.index.count : durable;
  }

  #take(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    const problem = record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
    if (problem !== undefined) throw unreadable(segment, scanner.offset, problem);
    this.durableOffset = Math.max(this.durableOffset, record.durableOffset);
    this.clean = record.type === recordTypes.clean;
    this.timestampUs = record.timestampUs;
    this.counter = record.counter;
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
    this.#checkSequence(scanner, segment, index.count);
    if (record.hashAt > 0 !== segment.header.hashChain) {
      const actual = record.hashAt > 0 ? 'an event with hashes' : 'an event without hashes';
      throw corrupt(segment, scanner.offset, `hashChain ${segment.header.hashChain}`, actual);
    }
    const entityId = index.entities.intern(record.entity);
    const clock = index.heads.clock(entityId) + 1;
    if (record.clock !== clock) {
      throw corrupt(segment, scanner.offset, `clock ${clock}`, `clock ${record.clock}`);
    }
    const { hashAt, idempotencyAt } = record;
    index.push({
      kind: record.kind,
      entityId,
      scopeId: index.scopes.intern(record.scope),
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

  #begin(scanner: FrameScanner, segment: Segment): void {
    const record = this.#record;
    this.#checkSequence(scanner, segment, this.index.count);
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
    batch.crc = checksum(record.bytes, record.start + hashedFrom, record.end, batch.crc);
  }

  /** Makes the items of a whole batch visible: they are read a second time, now that they count. */
  #commit(scanner: FrameScanner, segment: Segment): void {
    const batch = this.#batch;
    this.#checkSequence(scanner, segment, this.index.count + (batch?.count ?? 0));
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
    scanner.moveTo(batch.firstItem);
    for (let item = 0; item < batch.count; item += 1) {
      scanner.next();
      this.#record.point(scanner.bytes, scanner.bodyStart, scanner.bodyEnd);
      this.#push(scanner, segment);
    }
    scanner.moveTo(behind);
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
    this.#checkSequence(scanner, segment, this.index.count);
    if (record.type !== recordTypes.name) return;
    const name = boundName(record);
    if (name === undefined) throw unreadable(segment, scanner.offset, 'unknown field');
    this.names.push({ name, kind: record.kind });
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
