import {
  encodeImageSummary,
  type ImageChunk,
  type ImageSegment,
  type ImageSummary,
  imageVersion,
} from '../../codec/index/image.ts';
import type { SummaryName } from '../../codec/index/summary-parts.ts';
import { encodeTrailer } from '../../codec/index/trailer.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { Segment, SegmentList } from '../../log/segment-list.ts';
import type { Files } from '../../model/files.ts';
import { replaceFileByParts } from '../../platform/replace-file.ts';
import { imageFileName } from './image-file.ts';
import type { SegmentNotes } from './segment-notes.ts';
import {
  joinPairs,
  lastFrameOf,
  makeChunk,
  pageRanges,
  pairsIn,
  type RowRange,
  rowsOf,
} from './segment-rows.ts';

/** What an image is made of: a log all of which is durable, and what is known of it. */
export interface ImageSubject {
  readonly files: Files;
  readonly directory: string;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly hashChain: boolean;
  readonly segments: SegmentList;
  readonly index: EventIndex;
  /** Names in the order in which the log bound them. */
  readonly names: readonly SummaryName[];
  readonly notes: SegmentNotes;
  /** Time of the last record. */
  readonly timestampUs: number;
  readonly counter: number;
}

/**
 * Writes the index image, whole or not at all. What it costs depends on the rows that are in no
 * footer, and on how many streams there are.
 *
 * @returns false when a frame that must be looked at is damaged: the image stays as it was
 * @throws what the files throw
 */
export function writeImage(subject: ImageSubject): boolean {
  const segments = imageSegments(subject);
  if (segments === undefined) return false;
  replaceFileByParts(subject.files, subject.directory, imageFileName, partsOf(subject, segments));
  return true;
}

function* partsOf(subject: ImageSubject, segments: readonly ImageSegment[]): Generator<Uint8Array> {
  const { index, salt } = subject;
  const chunks: ImageChunk[] = [];
  let at = 0;
  for (const range of rangesWithoutFooter(subject)) {
    for (const rows of pageRanges(range)) {
      const { bytes, summary } = makeChunk(index, rows, at, salt);
      chunks.push({ ...summary, segmentId: 0 });
      at += bytes.length;
      yield bytes;
    }
  }
  for (const [segmentId, footer] of subject.notes.footers) {
    chunks.push(...footer.chunks.map((chunk) => ({ ...chunk, segmentId })));
  }
  chunks.sort((one, other) => one.firstSequence - other.firstSequence);
  const summary = encodeImageSummary(summaryOf(subject, segments, chunks));
  yield summary;
  yield encodeTrailer('FBATIMAG', imageVersion, at, summary, 0);
}

function summaryOf(
  subject: ImageSubject,
  segments: readonly ImageSegment[],
  chunks: readonly ImageChunk[],
): ImageSummary {
  const { storeId, hashChain, index, names, timestampUs, counter } = subject;
  const { entities, scopes, heads, kinds } = index;
  const ranges = rangesWithoutFooter(subject);
  const keys = index.keys.entries();
  return {
    ...{ storeId, hashChain, names, timestampUs, counter, segments, chunks },
    epoch: subject.segments.last?.header.epoch ?? 0,
    nextSequence: index.count,
    kinds: kindsIn(kinds),
    scopes: Array.from({ length: scopes.size }, (_, id) => scopes.text(id)),
    streams: Array.from({ length: entities.size }, (_, id) => ({
      key: entities.key(id),
      sequence: heads.sequence(id),
      clock: Math.max(0, heads.clock(id)),
      hash: hashChain ? heads.hashOf(id) : noHash,
    })),
    keys: joinPairs(ranges.map((range) => pairsIn(keys, range))),
    ids: index.ids.entries(),
    runs: index.ids.runs,
    holes: index.holes.all,
  };
}

const noHash = new Uint8Array(0);

/** Kinds that are marked, in order. */
export function kindsIn(marks: Uint8Array): Uint32Array {
  const kinds: number[] = [];
  for (let kind = marks.indexOf(1); kind >= 0; kind = marks.indexOf(1, kind + 1)) kinds.push(kind);
  return Uint32Array.from(kinds);
}

function imageSegments(subject: ImageSubject): ImageSegment[] | undefined {
  const made = subject.segments.all.map((segment) => imageSegment(subject, segment));
  const known = made.filter((segment) => segment !== undefined);
  return known.length === made.length ? known : undefined;
}

function imageSegment(subject: ImageSubject, segment: Segment): ImageSegment | undefined {
  const { files, index, notes, salt, segments } = subject;
  const { id, revision, validBytes } = segment;
  const footer = notes.footers.get(id);
  const { timestampUs, counter, names } = subject;
  const now = { timestampUs, counter, names: names.length };
  const end = segment === segments.last ? now : notes.ends.get(id);
  const lastFrame =
    footer?.lastFrame ??
    lastFrameOf(files, index, segment, rowsOf(segments, segment, index.count), salt);
  if (lastFrame === undefined) return undefined;
  return {
    ...{ id, revision, validBytes, firstSequence: segment.header.firstSequence, lastFrame },
    timestampUs: end?.timestampUs ?? 0,
    counter: end?.counter ?? 0,
    names: end?.names ?? 0,
    keys: footer?.keys ?? 0,
    footer: footer === undefined ? 'none' : footer.sameNumbers ? 'same numbers' : 'other numbers',
  };
}

/** Rows whose chunks are in no footer; neighbouring segments are taken together. */
function rangesWithoutFooter({ segments, notes, index }: ImageSubject): RowRange[] {
  const ranges: RowRange[] = [];
  for (const segment of segments.all) {
    if (notes.footers.has(segment.id)) continue;
    const rows = rowsOf(segments, segment, index.count);
    const before = ranges.at(-1);
    if (before === undefined || before.to !== rows.from) ranges.push(rows);
    else ranges.splice(-1, 1, { from: before.from, to: rows.to });
  }
  return ranges;
}
