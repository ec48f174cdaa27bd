import { hashBytes } from '../hash-chain.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
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
 * The index image, file `index.image`: what the store knew of its log when it was closed last. The
 * file holds chunks of columns (`column-chunk.ts`) for the rows that are in no footer, the
 * summary, and the trailer (`trailer.ts`). It can be done without, and is ignored when it isn't
 * whole, right, and of this store.
 *
 * The summary, in the words of `footer.ts`:
 *
 * - storeId (16), epoch of the last segment (4), hashChain (2)
 * - nextSequence (8); timestampUs (8), counter (2) of the last record
 * - segments, a list: number (8), revision (4), validBytes (8), firstSequence (8), lastFrame (12),
 *   timestampUs (8) and counter (2) of its last record, how many of the names were bound up to its
 *   end (4), how many events in its footer bear an idempotency key (4), footer (2): 0 none, 1 with
 *   other numbers of streams and scopes than the image, 2 with the same
 * - names, a list: kind (2), text; in the order in which they were bound
 * - kinds, a list: those that events bear (4 each)
 * - scopes, a list: text; their numbers count from 0
 * - streams, a list: sequence of the last event (4; all ones for none), its clock (4), its hash
 *   (32, with hashChain only), text; their numbers count from 0
 * - keys, pairs: those of rows that are in no footer
 * - ids, pairs; runs; holes: all
 * - chunks, a list: first sequence, count, CRC-32 (4 each), time of the first event (8), the
 *   segment in whose footer it lies (8; 0 for this file), its place in that file (8)
 */

/** The version this library writes. */
export const imageVersion = 1;

/** What a segment's footer means to the image. */
export type FooterUse = 'none' | 'other numbers' | 'same numbers';

const footerUses: readonly FooterUse[] = ['none', 'other numbers', 'same numbers'];

/** A segment as it stood when the image was written. */
export interface ImageSegment {
  readonly id: number;
  readonly revision: number;
  readonly validBytes: number;
  readonly firstSequence: number;
  readonly lastFrame: LastFrame;
  readonly timestampUs: number;
  readonly counter: number;
  /** How many of the names were bound up to its end. */
  readonly names: number;
  /** How many of the events in its footer bear an idempotency key. */
  readonly keys: number;
  readonly footer: FooterUse;
}

/** Where a stream stands. */
export interface StreamState {
  readonly key: string;
  /** Sequence of its last event, or -1. */
  readonly sequence: number;
  readonly clock: number;
  /** 32 bytes; empty without a hash chain. */
  readonly hash: Uint8Array;
}

/** A chunk of the image, or of a footer. */
export interface ImageChunk extends ChunkSummary {
  /** In whose footer it lies; 0 for the image itself. */
  readonly segmentId: number;
}

/** What an image says besides its chunks. */
export interface ImageSummary {
  readonly storeId: Uint8Array;
  readonly epoch: number;
  readonly hashChain: boolean;
  readonly nextSequence: number;
  readonly timestampUs: number;
  readonly counter: number;
  readonly segments: readonly ImageSegment[];
  readonly names: readonly SummaryName[];
  readonly kinds: Uint32Array;
  readonly scopes: readonly string[];
  readonly streams: readonly StreamState[];
  readonly keys: Uint32Array;
  readonly ids: Uint32Array;
  readonly runs: readonly RunSummary[];
  readonly holes: readonly HoleSummary[];
  readonly chunks: readonly ImageChunk[];
}

const noSequence = 0xffff_ffff;

/** The bytes of a summary. */
export function encodeImageSummary(image: ImageSummary): Uint8Array {
  const writer = new ByteWriter();
  writer
    .bytes(image.storeId)
    .u32(image.epoch)
    .u16(image.hashChain ? 1 : 0);
  writer.u64(image.nextSequence).u64(image.timestampUs).u16(image.counter);
  writer.list(image.segments, (segment) => writeSegment(writer, segment));
  writeNames(writer, image.names);
  writer.numbers(image.kinds);
  writer.list(image.scopes, (scope) => writer.text(scope));
  writer.list(image.streams, ({ sequence, clock, hash, key }) => {
    const known = sequence < 0 ? noSequence : sequence;
    writer.u32(known).u32(clock).bytes(hash).text(key);
  });
  writer.numbers(image.keys).numbers(image.ids);
  writeRuns(writer, image.runs);
  writeHoles(writer, image.holes);
  writer.list(image.chunks, ({ firstSequence, count, at, checksum, startUs, segmentId }) => {
    writer.u32(firstSequence).u32(count).u32(checksum).u64(startUs).u64(segmentId).u64(at);
  });
  return writer.done();
}

/** What the bytes of a summary say; `undefined` when they are none. */
export function decodeImageSummary(bytes: Uint8Array): ImageSummary | undefined {
  const reader = new ByteReader(bytes);
  const head = {
    storeId: reader.bytes(16),
    epoch: reader.u32(),
    hashChain: reader.u16() === 1,
    nextSequence: reader.u64(),
    timestampUs: reader.u64(),
    counter: reader.u16(),
    segments: reader.list(60, () => readSegment(reader)),
    names: readNames(reader),
    kinds: reader.numbers(),
    scopes: reader.list(4, () => reader.text()),
  };
  const hashLength = head.hashChain ? hashBytes : 0;
  const image: ImageSummary = {
    ...head,
    streams: reader.list(12 + hashLength, () => {
      const sequence = reader.u32();
      return {
        sequence: sequence === noSequence ? -1 : sequence,
        clock: reader.u32(),
        hash: reader.bytes(hashLength),
        key: reader.text(),
      };
    }),
    keys: reader.numbers(),
    ids: reader.numbers(),
    runs: readRuns(reader),
    holes: readHoles(reader),
    chunks: reader.list(36, () => ({
      firstSequence: reader.u32(),
      count: reader.u32(),
      checksum: reader.u32(),
      startUs: reader.u64(),
      segmentId: reader.u64(),
      at: reader.u64(),
    })),
  };
  return reader.finished ? image : undefined;
}

function writeSegment(writer: ByteWriter, segment: ImageSegment): void {
  const { id, revision, validBytes, firstSequence, timestampUs, counter, names, keys } = segment;
  writer.u64(id).u32(revision).u64(validBytes).u64(firstSequence);
  writeLastFrame(writer, segment.lastFrame);
  writer.u64(timestampUs).u16(counter).u32(names).u32(keys);
  writer.u16(footerUses.indexOf(segment.footer));
}

function readSegment(reader: ByteReader): ImageSegment {
  return {
    id: reader.u64(),
    revision: reader.u32(),
    validBytes: reader.u64(),
    firstSequence: reader.u64(),
    lastFrame: readLastFrame(reader),
    timestampUs: reader.u64(),
    counter: reader.u16(),
    names: reader.u32(),
    keys: reader.u32(),
    footer: footerUses[reader.u16()] ?? 'none',
  };
}
