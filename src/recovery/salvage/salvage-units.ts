import { equalBytes, sliceBytes } from '../../codec/bytes.ts';
import { checksum } from '../../codec/frame.ts';
import { decodeGap } from '../../codec/gap.ts';
import { hashedFrom, recordTypes } from '../../codec/record-layout.ts';
import { RecordView } from '../../codec/record-view.ts';
import { FrameScanner } from '../../log/frame-scanner.ts';
import type { FileHandle } from '../../model/files.ts';
import { beginCount, boundName, checkSequence, commitContent } from '../record-check.ts';
import { findFrame } from './frame-search.ts';

/** What an event says of its place among those of its entity. */
export interface EventFacts {
  readonly entity: string;
  readonly lane: number;
  readonly clock: number;
  readonly hashed: boolean;
}

/** A time of the log: microseconds, and the counter within them. */
export interface LogTime {
  readonly timestampUs: number;
  readonly counter: number;
}

/** Frames that are kept or lost together: a batch with its markers, or one frame by itself. */
export interface LogUnit {
  /** Where its first frame begins. */
  readonly offset: number;
  /** Position after its last frame. */
  readonly end: number;
  /** The sequence that comes next before it, and the one behind it. */
  readonly from: number;
  readonly to: number;
  readonly firstTime: LogTime;
  readonly lastTime: LogTime;
  readonly events: readonly EventFacts[];
  /** What a NAME record binds. */
  readonly binding: { readonly name: string; readonly kind: number } | undefined;
  /** Whether it is a GAP record: all of its sequences are lost already. */
  readonly gap: boolean;
}

/**
 * Finds the units of a damaged segment: where bytes are no whole frame it looks for the next place
 * where one begins. A batch counts only as a whole.
 */
export class UnitReader {
  readonly #handle: FileHandle;
  readonly #limit: number;
  readonly #scanner: FrameScanner;
  readonly #record = new RecordView();
  #position: number;
  /** Batch that was found without its end. */
  #voidBatch: Uint8Array | undefined;
  /** Position after the last whole frame that can stand nowhere; 0 when there is none. */
  unusableEnd = 0;

  /** @param limit how far the file is looked at */
  constructor(handle: FileHandle, start: number, limit: number, salt: number) {
    this.#handle = handle;
    this.#limit = limit;
    this.#scanner = new FrameScanner(handle, start, limit, salt);
    this.#position = start;
  }

  /** The next unit, or `undefined` when there is none. `sequence` is the one that belongs there. */
  next(sequence: number): LogUnit | undefined {
    while (this.#toFrame(sequence)) {
      const unit = this.#unitHere();
      if (unit === undefined) this.unusableEnd = this.#position;
      if (typeof unit !== 'object') continue;
      this.#position = unit.end;
      return unit;
    }
    return undefined;
  }

  /** Moves to a frame at the position or behind it, and the position to the frame's end. */
  #toFrame(sequence: number): boolean {
    const scanner = this.#scanner;
    scanner.moveTo(this.#position);
    if (this.#position >= this.#limit) return false;
    if (scanner.next() <= 0) {
      const place = { from: this.#position + 1, limit: this.#limit, sequence };
      if (!findFrame(this.#handle, scanner, place)) return false;
    }
    this.#position = scanner.nextOffset;
    return true;
  }

  /** The unit that begins with the scanner's frame, if one does. */
  #unitHere(): LogUnit | 'of a void batch' | undefined {
    const record = this.#record;
    if (!this.#point()) return undefined;
    switch (record.type) {
      case recordTypes.begin: {
        const batchId = sliceBytes(record.bytes, record.batchIdAt, record.batchIdAt + 8);
        const batch = this.#batch(batchId);
        if (batch === undefined) this.#voidBatch = batchId;
        return batch ?? 'of a void batch';
      }
      case recordTypes.commit:
        return this.#ofVoidBatch();
      case recordTypes.event:
        if (record.batchIdAt > 0) return this.#ofVoidBatch();
        return this.#single(1, [factsOf(record)]);
      case recordTypes.gap: {
        const gap = decodeGap(record);
        return gap === undefined ? undefined : this.#single(gap.count, []);
      }
      case recordTypes.name:
        return boundName(record) === undefined ? undefined : this.#single(0, []);
      default:
        return this.#single(0, []);
    }
  }

  /** Whether the frame belongs to a batch without an end, which counts for nothing. */
  #ofVoidBatch(): 'of a void batch' | undefined {
    const { bytes, batchIdAt } = this.#record;
    const id = this.#voidBatch;
    if (id === undefined || batchIdAt === 0) return undefined;
    return equalBytes(bytes, batchIdAt, id, 0, 8) ? 'of a void batch' : undefined;
  }

  #point(): boolean {
    const { bytes, bodyStart, bodyEnd } = this.#scanner;
    const record = this.#record;
    if (record.point(bytes, bodyStart, bodyEnd) !== undefined) return false;
    // All that is left to be wrong is how the payload is encoded.
    return checkSequence(record, record.sequence) === undefined;
  }

  #single(sequences: number, events: readonly EventFacts[]): LogUnit {
    const record = this.#record;
    const { sequence, kind } = record;
    const name = boundName(record);
    return {
      offset: this.#scanner.offset,
      end: this.#scanner.nextOffset,
      from: sequence,
      to: sequence + sequences,
      firstTime: timeOf(record),
      lastTime: timeOf(record),
      events,
      binding: name === undefined ? undefined : { name, kind },
      gap: record.type === recordTypes.gap,
    };
  }

  /** The batch whose BEGIN stands here; `undefined` unless all of it follows without a break. */
  #batch(id: Uint8Array): LogUnit | undefined {
    const record = this.#record;
    const begin = this.#single(0, []);
    const declared = beginCount(record);
    const events: EventFacts[] = [];
    let time = begin.lastTime;
    let crc = 0;
    const isNext = (): boolean => {
      if (this.#scanner.next() <= 0 || !this.#point()) return false;
      if (record.batchIdAt === 0 || !equalBytes(record.bytes, record.batchIdAt, id, 0, 8)) {
        return false;
      }
      const before = time;
      time = timeOf(record);
      return record.sequence === begin.from + events.length && isAfter(time, before);
    };
    while (isNext()) {
      if (record.type === recordTypes.commit) {
        const content = commitContent(record);
        const whole = content?.count === events.length && declared === events.length;
        if (!whole || content.crc !== crc) return undefined;
        const { nextOffset } = this.#scanner;
        return { ...begin, end: nextOffset, to: record.sequence, lastTime: time, events };
      }
      if (record.type !== recordTypes.event) return undefined;
      events.push(factsOf(record));
      crc = checksum(record.bytes, record.start + hashedFrom, record.end, crc);
    }
    return undefined;
  }
}

/** Whether one time of the log is later than another. */
export function isAfter(later: LogTime, earlier: LogTime): boolean {
  if (later.timestampUs !== earlier.timestampUs) return later.timestampUs > earlier.timestampUs;
  return later.counter > earlier.counter;
}

function timeOf({ timestampUs, counter }: RecordView): LogTime {
  return { timestampUs, counter };
}

function factsOf({ entity, lane, clock, hashAt }: RecordView): EventFacts {
  return { entity, lane, clock, hashed: hashAt > 0 };
}
