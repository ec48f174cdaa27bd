import { sliceBytes } from '../../codec/bytes.ts';
import { frameHeaderBytes } from '../../codec/frame.ts';
import { hashBytes } from '../../codec/hash-chain.ts';
import { ByteWriter } from '../../codec/index/byte-writer.ts';
import { footerVersion, writeFooterHead, writeFooterStream } from '../../codec/index/footer.ts';
import type { ChunkSummary, LastFrame, SummaryName } from '../../codec/index/summary-parts.ts';
import { encodeTrailer } from '../../codec/index/trailer.ts';
import { RecordView } from '../../codec/record-view.ts';
import type { EventIndex } from '../../indexes/event-index.ts';
import type { FrameReader } from '../../log/reader.ts';
import type { Segment } from '../../log/segment-list.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { systemCallFailure } from '../../platform/system-call-failure.ts';
import { FooterTally } from './footer-tally.ts';
import { kindsIn } from './image-writer.ts';
import type { KnownFooter, SegmentEnd } from './segment-notes.ts';
import { lastFrameOf, makeChunk, pageRanges, pairsIn, type RowRange } from './segment-rows.ts';

/** Streams whose heads are looked up in one slice: each may cost a read of 3 µs. */
const streamsAtOnce = 1000;

/** What a footer is made of. */
export interface FooterSubject {
  readonly files: Files;
  readonly storeId: Uint8Array;
  readonly salt: number;
  readonly hashChain: boolean;
  readonly index: EventIndex;
  readonly reader: FrameReader;
  readonly segment: Segment;
  readonly rows: RowRange;
  readonly end: SegmentEnd;
  /** Names that the log had bound by the end of the segment. */
  readonly names: readonly SummaryName[];
}

/**
 * Writes a footer behind the valid bytes of a segment, step by step; a step takes a few
 * milliseconds. The footer counts once the handle is synced.
 *
 * @returns what is then known of it; `undefined` when a frame that it needs is damaged
 * @throws what the files throw
 */
export function* footerSteps(
  handle: FileHandle,
  subject: FooterSubject,
): Generator<void, KnownFooter | undefined> {
  const { files, index, segment, rows, salt } = subject;
  const { validBytes } = segment;
  const tally = new FooterTally();
  const chunks: ChunkSummary[] = [];
  let position = validBytes;
  for (const range of pageRanges(rows)) {
    const { bytes, summary } = makeChunk(index, range, position, salt);
    chunks.push(summary);
    writeAll(handle, bytes, position);
    position += bytes.length;
    yield;
    tally.add(index.columns.pageOf(range.from), range);
    yield;
  }
  const lastFrame = lastFrameOf(files, index, segment, rows, salt);
  if (lastFrame === undefined) return undefined;
  const keys = index.keys.entries(rows.from, rows.to);
  const writer = new ByteWriter();
  writeHead(writer, subject, tally, chunks, lastFrame, keys);
  let looked = 0;
  for (const [id, span] of tally.streams) {
    const hash = hashAt(subject, id, span.sequence);
    writeFooterStream(writer, { id, key: index.entities.key(id), hash, ...span });
    looked += 1;
    if (looked % streamsAtOnce === 0) yield;
  }
  yield;
  const summary = writer.done();
  writeAll(handle, summary, position);
  yield;
  const chunkBytes = position - validBytes;
  const trailer = encodeTrailer('FBATFOOT', footerVersion, chunkBytes, summary, salt);
  writeAll(handle, trailer, position + summary.length);
  return { chunks, lastFrame, sameNumbers: true, keys: keys.length / 2 };
}

function writeHead(
  writer: ByteWriter,
  subject: FooterSubject,
  tally: FooterTally,
  chunks: readonly ChunkSummary[],
  lastFrame: LastFrame,
  keys: Uint32Array,
): void {
  const { storeId, hashChain, index, segment, rows, end, names } = subject;
  const { id, revision, validBytes, header } = segment;
  const { timestampUs, counter } = end;
  writeFooterHead(
    writer,
    {
      ...{ storeId, revision, validBytes, timestampUs, counter, lastFrame, hashChain, names, keys },
      segmentId: id,
      epoch: header.epoch,
      firstSequence: rows.from,
      nextSequence: rows.to,
      kinds: kindsIn(tally.kinds),
      scopes: [...tally.scopes].map((scope) => ({ id: scope, text: index.scopes.text(scope) })),
      ids: pairsIn(index.ids.entries(), rows),
      runs: index.ids.runsIn(rows.from, rows.to),
      holes: index.holes.all.filter(({ from }) => from >= rows.from && from < rows.to),
      chunks: chunks.map((chunk) => ({ ...chunk, at: chunk.at - validBytes })),
    },
    tally.streams.size,
  );
}

const noHash = new Uint8Array(0);

/** The hash of a stream's event, which may not be its last any more. */
function hashAt(subject: FooterSubject, stream: number, sequence: number): Uint8Array {
  const { index, reader, segment, hashChain } = subject;
  if (!hashChain) return noHash;
  const { heads, columns } = index;
  if (heads.sequence(stream) === sequence) return heads.hashOf(stream);
  const bytes = reader.read(segment, columns.offset(sequence), columns.length(sequence));
  const record = new RecordView();
  const problem = record.point(bytes, frameHeaderBytes, bytes.length);
  if (problem !== undefined || record.hashAt === 0) {
    throw systemCallFailure('EIO', 'read', segment.path);
  }
  return sliceBytes(bytes, record.hashAt, record.hashAt + hashBytes);
}

function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    const count = handle.write(bytes, written, bytes.length - written, position + written);
    if (count === 0) throw systemCallFailure('EIO', 'write');
    written += count;
  }
}
