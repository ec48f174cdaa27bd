import type { SegmentHeader } from '../codec/segment-header.ts';
import type { EventIndex } from '../indexes/event-index.ts';
import type { SegmentList } from '../log/segment-list.ts';

/** What the log says a name stands for. */
export interface RecoveredName {
  readonly name: string;
  readonly kind: number;
}

/** Bytes at the end of the log that are no whole frame, or a batch without its COMMIT. */
export interface TornTail {
  readonly path: string;
  /** Where they begin in the file. */
  readonly offset: number;
  readonly bytes: number;
}

/** What {@link scanLog} found. */
export interface RecoveredLog {
  readonly segments: SegmentList;
  /** Header of the first segment: what holds for the whole store; none for a new store. */
  readonly origin: SegmentHeader | undefined;
  /** Highest epoch of a segment; -1 for a new store. */
  readonly epoch: number;
  /** Highest number of a segment file, empty ones included; 0 for a new store. */
  readonly lastSegmentId: number;
  readonly index: EventIndex;
  readonly names: readonly RecoveredName[];
  /** Time of the last record. */
  readonly timestampUs: number;
  readonly counter: number;
  /** Whether nothing is to be repaired: the log is new, or its last frame is a CLEAN record. */
  readonly clean: boolean;
  /** Up to where the last segment is shown to be durable, in bytes; 0 when nothing shows it. */
  readonly durableOffset: number;
  readonly tornTail: TornTail | undefined;
  /** Segment files without an event, which the writer removes. */
  readonly emptyPaths: readonly string[];
  /** How many events, from the first, the log itself shows to be durable. */
  readonly durableEvents: number;
}
