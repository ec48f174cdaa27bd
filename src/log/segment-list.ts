import type { SegmentHeader } from '../codec/segment-header.ts';
import { assert, defined } from '../model/assert.ts';

/** One segment file that belongs to the log. */
export interface Segment {
  readonly id: number;
  /** 0 as it was first written; a rewritten one has a higher revision, and a name of its own. */
  readonly revision: number;
  /** 1 in a segment of the Rust crate, which is read and never written; ours have none. */
  readonly version?: 1;
  readonly path: string;
  readonly header: SegmentHeader;
  /** Where its first frame begins. */
  readonly headerBytes: number;
  /** Bytes up to the end of its last whole frame. */
  validBytes: number;
}

/** The segments of a log in order. The segment of an event is found by its first sequence. */
export class SegmentList {
  readonly #segments: Segment[] = [];

  get all(): readonly Segment[] {
    return this.#segments;
  }

  get last(): Segment | undefined {
    return this.#segments.at(-1);
  }

  add(segment: Segment): void {
    const last = this.last;
    assert(last === undefined || segment.id > last.id, 'segment ids rise', { id: segment.id });
    this.#segments.push(segment);
  }

  /** Takes the last segment off the list again: it holds no event. */
  drop(segment: Segment): void {
    assert(this.last === segment, 'only the last segment is dropped', { id: segment.id });
    this.#segments.pop();
  }

  /** The segment that holds the event of this sequence. */
  of(sequence: number): Segment {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const { firstSequence } = defined(segments[middle], 'the middle is in the list').header;
      if (firstSequence <= sequence) low = middle;
      else high = middle - 1;
    }
    return defined(segments[low], 'an event lies in a segment');
  }
}
