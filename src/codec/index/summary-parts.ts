import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** What the summaries of footers and of the index image have in common. */

/** A name and its kind. */
export interface SummaryName {
  readonly name: string;
  readonly kind: number;
}

/** The frame of the last event of a segment, by which it is known again. */
export interface LastFrame {
  readonly offset: number;
  /** Bytes of the whole frame; 0 when there is no event. */
  readonly length: number;
  readonly checksum: number;
}

/** Sequences whose ids are their times. */
export interface RunSummary {
  readonly from: number;
  readonly to: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** Sequences without an event. */
export interface HoleSummary {
  readonly from: number;
  readonly count: number;
}

/** Where a chunk lies and which rows it has. */
export interface ChunkSummary {
  readonly firstSequence: number;
  readonly count: number;
  /** In bytes from the start of the footer; of an image, from the start of the file. */
  readonly at: number;
  readonly checksum: number;
  /** Time of its first event. */
  readonly startUs: number;
}

/** Writes offset, length and checksum, 4 bytes each. */
export function writeLastFrame(writer: ByteWriter, frame: LastFrame): void {
  writer.u32(frame.offset).u32(frame.length).u32(frame.checksum);
}

/** Reads what {@link writeLastFrame} wrote. */
export function readLastFrame(reader: ByteReader): LastFrame {
  return { offset: reader.u32(), length: reader.u32(), checksum: reader.u32() };
}

/** Writes a list of kind (2 bytes) and text. */
export function writeNames(writer: ByteWriter, names: readonly SummaryName[]): void {
  writer.list(names, ({ kind, name }) => writer.u16(kind).text(name));
}

/** Reads what {@link writeNames} wrote. */
export function readNames(reader: ByteReader): SummaryName[] {
  return reader.list(6, () => ({ kind: reader.u16(), name: reader.text() }));
}

/** Writes a list of from, to (4 bytes each), startUs and endUs (8 each). */
export function writeRuns(writer: ByteWriter, runs: readonly RunSummary[]): void {
  writer.list(runs, ({ from, to, startUs, endUs }) => {
    writer.u32(from).u32(to).u64(startUs).u64(endUs);
  });
}

/** Reads what {@link writeRuns} wrote. */
export function readRuns(reader: ByteReader): RunSummary[] {
  return reader.list(24, () => ({
    from: reader.u32(),
    to: reader.u32(),
    startUs: reader.u64(),
    endUs: reader.u64(),
  }));
}

/** Writes a list of from and count, 4 bytes each. */
export function writeHoles(writer: ByteWriter, holes: readonly HoleSummary[]): void {
  writer.list(holes, ({ from, count }) => writer.u32(from).u32(count));
}

/** Reads what {@link writeHoles} wrote. */
export function readHoles(reader: ByteReader): HoleSummary[] {
  return reader.list(8, () => ({ from: reader.u32(), count: reader.u32() }));
}
