import type { ChunkSummary, LastFrame } from '../../codec/index/summary-parts.ts';

/** The end of a segment, as the records in it tell. */
export interface SegmentEnd {
  /** Time of its last record. */
  readonly timestampUs: number;
  readonly counter: number;
  /** How many names the log had bound by then. */
  readonly names: number;
}

/** A footer that is whole and on the disk. */
export interface KnownFooter {
  /** Its chunks, with their places in the segment's file. */
  readonly chunks: readonly ChunkSummary[];
  readonly lastFrame: LastFrame;
  /** Whether its streams and scopes have the numbers that they have in the index. */
  readonly sameNumbers: boolean;
  /** How many of its events bear an idempotency key. */
  readonly keys: number;
}

/** What is known of segments besides their frames, by their ids. */
export class SegmentNotes {
  readonly ends: Map<number, SegmentEnd> = new Map();
  readonly footers: Map<number, KnownFooter> = new Map();
}
