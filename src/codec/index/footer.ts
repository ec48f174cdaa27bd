import { hashBytes } from '../hash-chain.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import {
  type ChunkSummary,
  type HoleSummary,
  type LastFrame,
  type RunSummary,
  readHoles,
  readLastFrame,
  readNames,
  readRuns,
  type SummaryName,
  writeHoles,
  writeLastFrame,
  writeNames,
  writeRuns,
} from './summary-parts.ts';

/**
 * The footer of a sealed segment: what the index knows of its events, so that they need not be
 * read again. It lies behind the segment's valid bytes, at the very end of the same file: chunks
 * of columns (`column-chunk.ts`), one for each page that has rows of the segment; the summary; the
 * trailer (`trailer.ts`). It can be done without: when it isn't whole and right, the segment is
 * read.
 *
 * A footer stands for itself: the numbers of streams and scopes in its chunks are those of the
 * process that wrote it, and the summary says which texts they stand for.
 *
 * The summary, field behind field, all numbers big-endian. A `text` is a length (4 bytes) and
 * UTF-8, a `list` a count (4) and its items; `pairs` are a list of numbers (4 each), a hash and a
 * sequence in turns.
 *
 * - storeId (16), segment (8), revision (4), epoch (4): whose footer it is
 * - validBytes (8) of the segment; firstSequence, nextSequence (8 each) of its events
 * - timestampUs (8), counter (2) of its last record
 * - lastFrame: offset, length and checksum (4 each) of the frame of its last event; 0 for none
 * - hashChain (2): 0 or 1
 * - names, a list: kind (2), text; those of all segments up to this one
 * - kinds, a list: those that its events bear (4 each)
 * - scopes, a list: number (4), text
 * - keys, pairs: idempotency keys
 * - ids, pairs: those of events whose id is not their time
 * - runs, a list: from, to (4 each), times of the first and the last (8 each) of those whose id is
 * - holes, a list: from, count (4 each)
 * - chunks, a list: first sequence, count (4 each), place in bytes from the start of the footer
 *   (4), CRC-32 from the salt (4), time of the first event (8)
 * - streams, a list: number (4), clocks of its first and its last event here (4 each), sequence of
 *   the last (4), its hash (32, with hashChain only), text: the entity, and behind a zero byte the
 *   lane unless it is 0
 */

/** The version this library writes. */
export const footerVersion = 1;

/** Where a stream stands at the end of a segment. */
export interface StreamSummary {
  /** Its number in the chunks. */
  readonly id: number;
  /** The text that stands for it. */
  readonly key: string;
  readonly firstClock: number;
  readonly clock: number;
  readonly sequence: number;
  /** 32 bytes; empty without a hash chain. */
  readonly hash: Uint8Array;
}

/** A scope and its number in the chunks. */
export interface ScopeSummary {
  readonly id: number;
  readonly text: string;
}

/** What a footer says besides its chunks. */
export interface FooterSummary {
  readonly storeId: Uint8Array;
  readonly segmentId: number;
  readonly revision: number;
  readonly epoch: number;
  readonly validBytes: number;
  readonly firstSequence: number;
  readonly nextSequence: number;
  readonly timestampUs: number;
  readonly counter: number;
  readonly lastFrame: LastFrame;
  readonly hashChain: boolean;
  readonly names: readonly SummaryName[];
  readonly kinds: Uint32Array;
  readonly scopes: readonly ScopeSummary[];
  readonly streams: readonly StreamSummary[];
  readonly keys: Uint32Array;
  readonly ids: Uint32Array;
  readonly runs: readonly RunSummary[];
  readonly holes: readonly HoleSummary[];
  readonly chunks: readonly ChunkSummary[];
}

/** What a footer says besides its chunks and its streams. */
export type FooterHead = Omit<FooterSummary, 'streams'>;

/** Writes a summary up to its streams, so many of which must follow. */
export function writeFooterHead(writer: ByteWriter, footer: FooterHead, streamCount: number): void {
  writer.bytes(footer.storeId).u64(footer.segmentId).u32(footer.revision).u32(footer.epoch);
  writer.u64(footer.validBytes).u64(footer.firstSequence).u64(footer.nextSequence);
  writer.u64(footer.timestampUs).u16(footer.counter);
  writeLastFrame(writer, footer.lastFrame);
  writer.u16(footer.hashChain ? 1 : 0);
  writeNames(writer, footer.names);
  writer.numbers(footer.kinds);
  writer.list(footer.scopes, ({ id, text }) => writer.u32(id).text(text));
  writer.numbers(footer.keys).numbers(footer.ids);
  writeRuns(writer, footer.runs);
  writeHoles(writer, footer.holes);
  writer.list(footer.chunks, (chunk) => writeChunk(writer, chunk));
  writer.u32(streamCount);
}

/** Writes the next of the streams that end a summary. */
export function writeFooterStream(writer: ByteWriter, stream: StreamSummary): void {
  const { id, firstClock, clock, sequence, hash, key } = stream;
  writer.u32(id).u32(firstClock).u32(clock).u32(sequence).bytes(hash).text(key);
}

/** What the bytes of a summary say; `undefined` when they are none. */
export function decodeFooterSummary(bytes: Uint8Array): FooterSummary | undefined {
  const reader = new ByteReader(bytes);
  const head = {
    storeId: reader.bytes(16),
    segmentId: reader.u64(),
    revision: reader.u32(),
    epoch: reader.u32(),
    validBytes: reader.u64(),
    firstSequence: reader.u64(),
    nextSequence: reader.u64(),
    timestampUs: reader.u64(),
    counter: reader.u16(),
    lastFrame: readLastFrame(reader),
    hashChain: reader.u16() === 1,
  };
  const hashLength = head.hashChain ? hashBytes : 0;
  const footer: FooterSummary = {
    ...head,
    names: readNames(reader),
    kinds: reader.numbers(),
    scopes: reader.list(8, () => ({ id: reader.u32(), text: reader.text() })),
    keys: reader.numbers(),
    ids: reader.numbers(),
    runs: readRuns(reader),
    holes: readHoles(reader),
    chunks: reader.list(24, () => readChunk(reader)),
    streams: reader.list(20 + hashLength, () => ({
      id: reader.u32(),
      firstClock: reader.u32(),
      clock: reader.u32(),
      sequence: reader.u32(),
      hash: reader.bytes(hashLength),
      key: reader.text(),
    })),
  };
  return reader.finished ? footer : undefined;
}

function writeChunk(writer: ByteWriter, chunk: ChunkSummary): void {
  const { firstSequence, count, at, checksum, startUs } = chunk;
  writer.u32(firstSequence).u32(count).u32(at).u32(checksum).u64(startUs);
}

function readChunk(reader: ByteReader): ChunkSummary {
  return {
    firstSequence: reader.u32(),
    count: reader.u32(),
    at: reader.u32(),
    checksum: reader.u32(),
    startUs: reader.u64(),
  };
}
