import { equalBytes } from '../../codec/bytes.ts';
import { hashBytes } from '../../codec/hash-chain.ts';
import type { RustRecord } from '../../codec/rust/record-v1.ts';
import { decodeSidx, type SidxRow, sidxOffset, sidxTrailerBytes } from '../../codec/rust/sidx.ts';
import { CorruptSegmentError } from '../../model/errors/corruption-errors.ts';
import type { FileHandle } from '../../model/files.ts';
import { readRange } from '../read-range.ts';

/** Where a frame stands in its segment. */
export interface FramePlace {
  readonly offset: number;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/**
 * The rows of a version-1 segment's footer, each of which is taken once, by the event it is of.
 * Rows have no checksum in the crate's early versions: one that differs from its frame in any field
 * is damage.
 */
export class RustFooter {
  /** Where it begins: the frames end there. */
  readonly offset: number;
  readonly #path: string;
  /** By place and id of the event. */
  readonly #rows = new Map<string, SidxRow>();

  private constructor(path: string, offset: number) {
    this.#path = path;
    this.offset = offset;
  }

  /**
   * The footer at the end of a segment; `undefined` when there is none.
   *
   * @throws {CorruptSegmentError} when it can't be read
   */
  static read(handle: FileHandle, path: string, sizeBytes: number): RustFooter | undefined {
    const trailer = readRange(handle, Math.max(sizeBytes - sidxTrailerBytes, 0), sizeBytes);
    const offset = sidxOffset(trailer, sizeBytes);
    if (offset === undefined) return undefined;
    const rows = decodeSidx(readRange(handle, offset, sizeBytes), offset);
    if (typeof rows === 'string') throw damaged(path, offset, 'the footer of a segment', rows);
    const footer = new RustFooter(path, offset);
    for (const row of rows) {
      const key = keyOf(row.offset, row.eventId);
      if (footer.#rows.has(key)) throw damaged(path, row.at, 'one row of an event', 'a second one');
      footer.#rows.set(key, row);
    }
    return footer;
  }

  /**
   * The row of the event, if it has one.
   *
   * @throws {CorruptSegmentError} when it doesn't agree with the frame
   */
  take(record: RustRecord, place: FramePlace): SidxRow | undefined {
    const key = keyOf(place.offset, record.eventId);
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    this.#rows.delete(key);
    const field = disagreement(row, record, place);
    if (field === undefined) return row;
    const expected = `a row with the ${field} of the frame at ${place.offset}`;
    throw damaged(this.#path, row.at, expected, `another ${field}`);
  }

  /** Checks that every row was taken. @throws {CorruptSegmentError} */
  requireTaken(): void {
    for (const { at, sequence } of this.#rows.values()) {
      throw damaged(this.#path, at, `the frame of event ${sequence}`, 'none in its place');
    }
  }
}

/** The first field in which a row differs from the frame it is of. */
function disagreement(row: SidxRow, record: RustRecord, place: FramePlace): string | undefined {
  const { hashes } = record;
  const agreements: readonly (readonly [string, boolean])[] = [
    ['length', row.length === place.length],
    ['entity', row.entity === record.entity],
    ['scope', row.scope === record.scope],
    ['kind', row.kind === record.kind],
    ['time', row.wallMs === record.wallMs],
    ['clock', row.clock === record.clock],
    ['lane', row.lane === record.lane],
    ['previous hash', isSame(row.prevHash, hashes?.prev, hashBytes)],
    ['hash', isSame(row.eventHash, hashes?.event, hashBytes)],
    ['correlation', isSame(row.correlationId, record.correlationId, 16)],
    ['causation', isSame(row.causationId, record.causationId, 16)],
  ];
  return agreements.find(([, agrees]) => !agrees)?.[0];
}

/** Whether both are the same; what is left out is all zeros. */
function isSame(
  left: Uint8Array | undefined,
  right: Uint8Array | undefined,
  length: number,
): boolean {
  if (left === undefined && right === undefined) return true;
  const zeros = new Uint8Array(length);
  return equalBytes(left ?? zeros, 0, right ?? zeros, 0, length);
}

function keyOf(offset: number, eventId: Uint8Array): string {
  return `${offset} ${Buffer.from(eventId).toString('latin1')}`;
}

function damaged(
  path: string,
  offset: number,
  expected: string,
  actual: string,
): CorruptSegmentError {
  return new CorruptSegmentError({ path, offset, expected, actual });
}
