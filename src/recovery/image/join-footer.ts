import type { FooterSummary } from '../../codec/index/footer.ts';
import type { ChunkSummary } from '../../codec/index/summary-parts.ts';
import { pageRows } from '../../indexes/columns.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { FileHandle } from '../../model/files.ts';
import { hasLastFrame } from '../last-frame.ts';
import type { LogScan } from '../scan.ts';
import type { ChunkFile, ChunkNumbers, ChunkSource } from './chunk-source.ts';
import type { FooterProblem, FoundFooter } from './footer-file.ts';
import type { SegmentNotes } from './segment-notes.ts';

/** Where a footer is to be joined on. */
export interface FooterPlace {
  readonly handle: FileHandle;
  readonly segment: Segment;
  readonly salt: number;
  readonly source: ChunkSource;
  readonly notes: SegmentNotes;
}

/**
 * Takes up the events of a sealed segment from its footer instead of its frames. Everything is
 * checked first: when the footer doesn't follow on what is known, nothing is taken up.
 *
 * @returns why it was refused, or `undefined`
 */
export function joinFooter(
  scan: LogScan,
  { summary, at }: FoundFooter,
  place: FooterPlace,
): FooterProblem | undefined {
  const { handle, segment, salt, source, notes } = place;
  if (!hasLastFrame(handle, summary.lastFrame, salt)) return 'of other frames';
  if (!follows(scan, summary)) return 'does not follow';
  const chunks = summary.chunks.map((chunk) => ({ ...chunk, at: chunk.at + at }));
  const { firstSequence, nextSequence } = summary;
  if (!coverRows(chunks, firstSequence, nextSequence)) return 'bad chunk';
  const numbers = numbersOf(scan.index, summary);
  const file: ChunkFile = { path: segment.path, chunks, numbers: () => numbers };
  source.add(file);
  if (!scan.index.columns.extend(nextSequence, source, pageStarts(chunks))) {
    source.remove(file);
    return 'bad chunk';
  }
  enter(scan, summary);
  const { lastFrame, timestampUs, counter } = summary;
  const keys = summary.keys.length / 2;
  notes.footers.set(segment.id, { chunks, lastFrame, sameNumbers: numbers === 'same', keys });
  notes.ends.set(segment.id, { timestampUs, counter, names: summary.names.length });
  return undefined;
}

/** Whether chunks hold each of these rows once, in order, and none goes over a page's border. */
export function coverRows(chunks: readonly ChunkSummary[], from: number, to: number): boolean {
  let next = from;
  for (const { firstSequence, count } of chunks) {
    const end = firstSequence + count;
    if (firstSequence !== next || count === 0) return false;
    if (Math.floor(firstSequence / pageRows) !== Math.floor((end - 1) / pageRows)) return false;
    next = end;
  }
  return next === to;
}

/** Times of the first events of the pages that begin in the chunks. */
export function pageStarts(chunks: readonly ChunkSummary[]): number[] {
  return chunks
    .filter(({ firstSequence }) => firstSequence % pageRows === 0)
    .map(({ startUs }) => startUs);
}

/** The numbers that the footer's streams and scopes have in the index, given now if need be. */
function numbersOf(index: EventIndex, summary: FooterSummary): ChunkNumbers | 'same' {
  const streams = new Map<number, number>();
  const scopes = new Map<number, number>();
  let same = true;
  for (const { id, key } of summary.streams) {
    const number = index.entities.internKey(key);
    streams.set(id, number);
    same &&= number === id;
  }
  for (const { id, text } of summary.scopes) {
    const number = index.scopes.intern(text);
    scopes.set(id, number);
    same &&= number === id;
  }
  return same ? 'same' : { streams, scopes };
}

function follows(scan: LogScan, summary: FooterSummary): boolean {
  const { index, names } = scan;
  const { firstSequence, nextSequence, timestampUs, counter } = summary;
  if (firstSequence !== index.count || nextSequence < firstSequence) return false;
  const later =
    timestampUs > scan.timestampUs || (timestampUs === scan.timestampUs && counter > scan.counter);
  if (!later || summary.names.length < names.length) return false;
  const sameNames = names.every(({ name, kind }, position) => {
    const other = summary.names[position];
    return other?.name === name && other.kind === kind;
  });
  return sameNames && summary.streams.every((stream) => streamFollows(index, summary, stream));
}

function streamFollows(
  index: EventIndex,
  { firstSequence, nextSequence }: FooterSummary,
  { key, firstClock, clock, sequence }: FooterSummary['streams'][number],
): boolean {
  if (sequence < firstSequence || sequence >= nextSequence || clock < firstClock) return false;
  const known = index.entities.findKey(key);
  const head = known === undefined ? -1 : index.heads.clock(known);
  const before = known === undefined ? -1 : index.heads.sequence(known);
  return firstClock === head + 1 || index.mayJump(before, firstClock - head - 1);
}

function enter(scan: LogScan, summary: FooterSummary): void {
  const { index } = scan;
  for (const { key, sequence, clock, hash } of summary.streams) {
    const number = index.entities.internKey(key);
    index.heads.advance(number, sequence, clock, hash.length === 0 ? undefined : hash, 0);
  }
  for (const kind of summary.kinds) index.kinds[kind] = 1;
  for (const hole of summary.holes) index.holes.add(hole.from, hole.count);
  for (const run of summary.runs) index.ids.addRun(run);
  enterPairs(summary.ids, (hash, sequence) => index.ids.insertHash(hash, sequence));
  enterPairs(summary.keys, (hash, sequence) => index.keys.insertHash(hash, sequence));
  if (index.count > 0) index.keys.advance(index.count - 1);
  for (const { name, kind } of summary.names.slice(scan.names.length)) scan.addName(name, kind);
  scan.timestampUs = summary.timestampUs;
  scan.counter = summary.counter;
  scan.clean = false;
  scan.durableEvents = index.count;
  scan.durableOffset = summary.validBytes;
}

/** Calls `enter` with each hash and sequence. */
export function enterPairs(
  pairs: Uint32Array,
  enter: (hash: number, sequence: number) => void,
): void {
  for (let at = 0; at < pairs.length; at += 2) enter(pairs[at] ?? 0, pairs[at + 1] ?? 0);
}
