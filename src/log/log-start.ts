import type { SegmentList } from './segment-list.ts';

/** What a writer starts from: what recovery found in the directory. */
export interface LogStart {
  readonly directory: string;
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  /** Where checksums of frames begin. */
  readonly salt: number;
  readonly hashChain: boolean;
  /** The epoch that new segments get. */
  readonly epoch: number;
  readonly segments: SegmentList;
  /** Number of the next segment file. */
  readonly nextSegmentId: number;
  /** Sequence of the next event. */
  readonly nextSequence: number;
  /** How many events, from the first, are known to be durable. */
  readonly durableEvents: number;
  /** Up to where the last segment is known to be durable, in bytes. */
  readonly durableOffset: number;
  /** Whether the last segment ended cleanly and is continued; otherwise a new one is begun. */
  readonly continueLast: boolean;
  /** Bytes after the last segment's whole frames, to be put in quarantine and cut off. */
  readonly tornBytes: number;
  /** Files that hold nothing of the log, to be removed. */
  readonly leftoverPaths: readonly string[];
}
