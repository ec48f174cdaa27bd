import { Packr } from 'msgpackr';
import { readU32 } from '../bytes.ts';
import { checksum } from '../frame.ts';

/**
 * `visibility_ranges.fbv`, in which the Rust crate keeps what was written under a fence and then
 * cancelled: `FBATVR · version u16 · crc32 u32 · msgpack map {ranges, lane_ranges?}`, numbers
 * little-endian, the checksum over the map. `ranges` holds maps {start, end} of store-wide
 * sequences, the end not included; `lane_ranges`, since version 2, holds maps {lane, ranges}.
 */

const magic = 'FBATVR';
const mapAt = 12;
const codec = new Packr({ useRecords: false, int64AsType: 'number' });

/** The versions of the file that can be read. */
export const hiddenRangesVersions: readonly number[] = [1, 2];

/** Sequences from `start` up to, not including, `end`. */
interface HiddenRange {
  readonly start: number;
  readonly end: number;
  /** The only lane in which they are hidden; all of them when it is left out. */
  readonly lane?: number;
}

/** Which events are hidden for ever. */
export class HiddenRanges {
  readonly #ranges: readonly HiddenRange[];

  private constructor(ranges: readonly HiddenRange[]) {
    this.#ranges = ranges;
  }

  static readonly none: HiddenRanges = new HiddenRanges([]);

  /**
   * Reads the file.
   *
   * @returns the ranges, the version when it is a later one, or what is wrong with the bytes
   */
  static decode(bytes: Uint8Array): HiddenRanges | number | string {
    if (bytes.length < mapAt) return 'the end of the file';
    if (String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic) return 'bad magic';
    const version = (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8);
    if (!hiddenRangesVersions.includes(version)) return version;
    const expected = readU32(Uint8Array.from(bytes.subarray(8, mapAt)).reverse(), 0);
    if (checksum(bytes, mapAt, bytes.length, 0) !== expected) return 'checksum mismatch';
    const ranges = rangesIn(bytes);
    return ranges === undefined ? 'no ranges' : new HiddenRanges(ranges);
  }

  /** Whether the event of this sequence was cancelled. */
  hides(sequence: number, lane: number): boolean {
    for (const range of this.#ranges) {
      const inside = sequence >= range.start && sequence < range.end;
      if (inside && (range.lane ?? lane) === lane) return true;
    }
    return false;
  }
}

function rangesIn(bytes: Uint8Array): readonly HiddenRange[] | undefined {
  const map = mapOf(unpack(bytes));
  const ranges = listOf(map?.['ranges'])?.map((item) => rangeOf(item));
  const lanes = listOf(map?.['lane_ranges'] ?? [])?.flatMap((item) => laneRangesOf(item));
  if (ranges === undefined || lanes === undefined) return undefined;
  const all = [...ranges, ...lanes];
  return all.every((range) => range !== undefined) ? all : undefined;
}

function unpack(bytes: Uint8Array): unknown {
  try {
    return codec.unpack(bytes, { start: mapAt, end: bytes.length });
  } catch {
    // The checksum held, so no disk did this; whoever wrote it, it is not what stands here.
    return undefined;
  }
}

function laneRangesOf(value: unknown): readonly (HiddenRange | undefined)[] {
  const map = mapOf(value);
  const lane = map?.['lane'];
  const ranges = listOf(map?.['ranges']);
  if (!isCount(lane) || ranges === undefined) return [undefined];
  return ranges.map((item) => {
    const range = rangeOf(item);
    return range === undefined ? undefined : { ...range, lane };
  });
}

function rangeOf(value: unknown): HiddenRange | undefined {
  const map = mapOf(value);
  const start = map?.['start'];
  const end = map?.['end'];
  return isCount(start) && isCount(end) && start < end ? { start, end } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function mapOf(value: unknown): Record<string, unknown> | undefined {
  return isMap(value) ? value : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
