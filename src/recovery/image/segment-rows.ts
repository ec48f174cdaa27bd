import { chunkChecksum, encodeChunk } from '../../codec/index/column-chunk.ts';
import type { ChunkSummary, LastFrame } from '../../codec/index/summary-parts.ts';
import { pageRows } from '../../indexes/columns.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { Segment, SegmentList } from '../../log/segment-list.ts';
import type { Files } from '../../model/files.ts';
import { readLastFrame } from '../last-frame.ts';
import { withSegment } from '../segment-opening.ts';

/** Sequences from `from` up to, not including, `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The rows of a segment. */
export function rowsOf(segments: SegmentList, segment: Segment, count: number): RowRange {
  const { all } = segments;
  const follower = all[all.indexOf(segment) + 1];
  return { from: segment.header.firstSequence, to: follower?.header.firstSequence ?? count };
}

/** The ranges into which pages divide the rows. */
export function pageRanges({ from, to }: RowRange): RowRange[] {
  const ranges: RowRange[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / pageRows) + 1) * pageRows);
    ranges.push({ from: start, to: end });
    start = end;
  }
  return ranges;
}

/** A chunk and what a directory says of it. */
export interface MadeChunk {
  readonly bytes: Uint8Array;
  readonly summary: ChunkSummary;
}

/** Makes the chunk of rows of one page, which is to stand at this place. */
export function makeChunk(
  { columns }: EventIndex,
  { from, to }: RowRange,
  at: number,
  salt: number,
): MadeChunk {
  const start = from % pageRows;
  const bytes = encodeChunk(columns.pageOf(from), start, start + to - from);
  const checksum = chunkChecksum(bytes, salt);
  const startUs = columns.timestampUs(from);
  return { bytes, summary: { firstSequence: from, count: to - from, at, checksum, startUs } };
}

/** The frame of the last event of these rows, read from the segment; `undefined` when damaged. */
export function lastFrameOf(
  files: Files,
  { columns }: EventIndex,
  segment: Segment,
  { from, to }: RowRange,
  salt: number,
): LastFrame | undefined {
  let last = to - 1;
  while (last >= from && columns.length(last) === 0) last -= 1;
  if (last < from) return { offset: 0, length: 0, checksum: 0 };
  return withSegment(files, segment.path, (handle) =>
    readLastFrame(handle, columns.offset(last), columns.length(last), salt),
  );
}

/** The pairs of hash and sequence whose sequences are in the range. Pairs rise by sequence. */
export function pairsIn(pairs: Uint32Array, { from, to }: RowRange): Uint32Array {
  return pairs.subarray(2 * firstPairFrom(pairs, from), 2 * firstPairFrom(pairs, to));
}

/** The pairs of all parts, one behind the other. */
export function joinPairs(parts: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function firstPairFrom(pairs: Uint32Array, sequence: number): number {
  let low = 0;
  let high = pairs.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[2 * middle + 1] ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
