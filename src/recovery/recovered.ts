import type { SegmentHeader } from '../codec/segment-header.ts';
import type { EventIndex } from '../indexes/event-index.ts';
import type { Segment, SegmentList } from '../log/segment-list.ts';
import type { SegmentNotes } from './image/segment-notes.ts';

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

/**
 * What the Rust crate left in a directory, read but never changed. Its segments come first; ours
 * follow, and the header of the first of ours says where its log ended.
 *
 * The crate's derived files (`index.ckpt`, `index.fbati`, `index.idemp`) are left alone, but for
 * `visibility_ranges.fbv`: what a cancelled fence hid stays hidden, its sequences are holes.
 */
export interface RustLog {
  readonly segments: readonly Segment[];
  /** Time of the latest event, and its counter. */
  readonly timestampUs: number;
  readonly counter: number;
  /** Whether its last segment has a footer, as a closed store's has. */
  readonly clean: boolean;
  /** Events of batches that have no COMMIT: they never counted. */
  readonly uncommittedEvents: number;
  /** Events that a cancelled fence hid. */
  readonly hiddenEvents: number;
  /** What is left of writes that were cut short, in the order of the segments. */
  readonly tornTails: readonly TornTail[];
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
  readonly leftoverPaths: readonly string[];
  /** How many events, from the first, the log itself shows to be durable. */
  readonly durableEvents: number;
  /** What the Rust crate left before the first of our segments; nothing in most directories. */
  readonly rust: RustLog | undefined;
  /** What is known of its segments besides their frames. */
  readonly notes: SegmentNotes;
}
