import { rowBytes } from '../../codec/index/column-chunk.ts';
import type { ImageChunk, ImageSegment, ImageSummary } from '../../codec/index/image.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { Files } from '../../model/files.ts';
import type { LogScan } from '../scan.ts';
import { withSegment } from '../segment-opening.ts';
import type { ChunkNumbers, ChunkSource } from './chunk-source.ts';
import { type FoundFooter, readFooter } from './footer-file.ts';
import type { FoundImage, ImageProblem } from './image-file.ts';
import { coverRows, enterPairs, pageStarts } from './join-footer.ts';
import type { SegmentNotes } from './segment-notes.ts';
import { joinPairs } from './segment-rows.ts';

/** What an image is joined with. */
export interface ImagePlace {
  readonly files: Files;
  readonly path: string;
  readonly salt: number;
  /** The segments that the image knows, as the directory has them. */
  readonly segments: ReadonlyMap<number, Segment>;
  readonly source: ChunkSource;
  readonly notes: SegmentNotes;
}

/**
 * Takes up what the image knows, into a scan that has read nothing yet.
 *
 * @returns why the image is not used; the scan is then not to be used either
 */
export function joinImage(
  scan: LogScan,
  { summary, chunkBytes }: FoundImage,
  place: ImagePlace,
): ImageProblem | undefined {
  const { source } = place;
  const { chunks, nextSequence } = summary;
  if (!coverRows(chunks, 0, nextSequence) || !lieInside(chunks, chunkBytes)) return 'bad chunk';
  if (!enterTables(scan, summary)) return 'cut off or damaged';
  for (const segmentId of new Set(chunks.map((chunk) => chunk.segmentId))) {
    addChunks(scan, summary, segmentId, place);
  }
  if (!scan.index.columns.extend(nextSequence, source, pageStarts(chunks))) return 'bad chunk';
  if (!enterKeys(scan, summary, place)) return 'bad chunk';
  for (const segment of summary.segments) noteSegment(place.notes, segment, chunks);
  scan.timestampUs = summary.timestampUs;
  scan.counter = summary.counter;
  scan.clean = true;
  scan.durableEvents = nextSequence;
  scan.durableOffset = summary.segments.at(-1)?.validBytes ?? 0;
  return undefined;
}

function lieInside(chunks: readonly ImageChunk[], chunkBytes: number): boolean {
  return chunks.every(
    ({ segmentId, at, count }) => segmentId !== 0 || at + count * rowBytes <= chunkBytes,
  );
}

/** Enters texts, heads and ids; false when a text stands there twice. */
function enterTables(scan: LogScan, summary: ImageSummary): boolean {
  const { index } = scan;
  for (const [number, { key, sequence, clock, hash }] of summary.streams.entries()) {
    if (index.entities.internKey(key) !== number) return false;
    if (sequence >= summary.nextSequence) return false;
    if (sequence < 0) continue;
    index.heads.advance(number, sequence, clock, hash.length === 0 ? undefined : hash, 0);
  }
  for (const [number, scope] of summary.scopes.entries()) {
    if (index.scopes.intern(scope) !== number) return false;
  }
  for (const { name, kind } of summary.names) scan.addName(name, kind);
  for (const kind of summary.kinds) index.kinds[kind] = 1;
  for (const { from, count } of summary.holes) index.holes.add(from, count);
  for (const run of summary.runs) index.ids.addRun(run);
  enterPairs(summary.ids, (hash, sequence) => index.ids.insertHash(hash, sequence));
  return true;
}

function addChunks(
  scan: LogScan,
  { chunks, segments }: ImageSummary,
  segmentId: number,
  place: ImagePlace,
): void {
  const segment = place.segments.get(segmentId);
  const use = segments.find(({ id }) => id === segmentId)?.footer ?? 'same numbers';
  place.source.add({
    path: segment?.path ?? place.path,
    chunks: chunks.filter((chunk) => chunk.segmentId === segmentId),
    numbers: () => {
      if (use === 'same numbers' || segment === undefined) return 'same';
      const footer = footerOf(segment, place);
      return footer === undefined ? undefined : numbersIn(scan, footer);
    },
  });
}

function footerOf(segment: Segment, { files, salt }: ImagePlace): FoundFooter | undefined {
  return withSegment(files, segment.path, (handle, sizeBytes) => {
    const found = readFooter(handle, sizeBytes, segment, salt);
    return typeof found === 'string' ? undefined : found;
  });
}

/** The numbers of a footer's texts, all of which are in the index. */
function numbersIn({ index }: LogScan, { summary }: FoundFooter): ChunkNumbers | undefined {
  const streams = new Map<number, number>();
  const scopes = new Map<number, number>();
  for (const { id, key } of summary.streams) {
    const number = index.entities.findKey(key);
    if (number === undefined) return undefined;
    streams.set(id, number);
  }
  for (const { id, text } of summary.scopes) {
    const number = index.scopes.find(text);
    if (number === undefined) return undefined;
    scopes.set(id, number);
  }
  return { streams, scopes };
}

/** Keys of events whose rows are in footers are there, too; false when one can't be read. */
function enterKeys(scan: LogScan, summary: ImageSummary, place: ImagePlace): boolean {
  const parts: Uint32Array[] = [];
  for (const { id, keys, footer } of summary.segments) {
    if (keys === 0 || footer === 'none') continue;
    const segment = place.segments.get(id);
    const found = segment === undefined ? undefined : footerOf(segment, place);
    if (found === undefined || found.summary.keys.length !== 2 * keys) return false;
    parts.push(found.summary.keys);
  }
  const { keys } = scan.index;
  keys.restore(joinPairs(parts));
  keys.restore(summary.keys);
  if (summary.nextSequence > 0) keys.advance(summary.nextSequence - 1);
  return true;
}

function noteSegment(
  notes: SegmentNotes,
  segment: ImageSegment,
  chunks: readonly ImageChunk[],
): void {
  const { id, timestampUs, counter, names, footer, lastFrame } = segment;
  if (timestampUs > 0) notes.ends.set(id, { timestampUs, counter, names });
  if (footer === 'none') return;
  const own = chunks.filter((chunk) => chunk.segmentId === id);
  const sameNumbers = footer === 'same numbers';
  notes.footers.set(id, { chunks: own, lastFrame, sameNumbers, keys: segment.keys });
}
