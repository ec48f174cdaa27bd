import { Packr } from 'msgpackr';
import { checksum } from '../frame.ts';

/**
 * The footer that the Rust crate writes behind the frames of a version-1 segment when it seals it:
 *
 * `texts · rows · [crc32 u32] · tableOffset u64 · count u32 · magic`, numbers little-endian.
 *
 * `texts` is a msgpack array of the entities and scopes; `tableOffset` is where it begins, and so
 * where the frames end. Magic `SIDX` has rows of 154 bytes, `SDX2` of 162 (with lane and depth),
 * `SDX3` the same and the checksum, which covers texts and rows. A row: event id 16 · entity u32 ·
 * scope u32 · kind u16 · wallMs u64 · clock u32 · [lane u32 · depth u32] · prevHash 32 ·
 * eventHash 32 · frame offset u64 · frame length u32 · sequence u64 · correlation id 16 ·
 * causation id 16, where ids are little-endian, too, and 16 zero bytes are none.
 *
 * Nothing but the rows tells the store-wide sequences. Two of the three have no checksum: whoever
 * uses a row holds it against its frame.
 */

const trailerBytes = 16;

interface Layout {
  readonly rowBytes: number;
  /** Bytes between the clock and the hashes. */
  readonly laneBytes: number;
  readonly checksumBytes: number;
}

const layouts: ReadonlyMap<string, Layout> = new Map([
  ['SIDX', { rowBytes: 154, laneBytes: 0, checksumBytes: 0 }],
  ['SDX2', { rowBytes: 162, laneBytes: 8, checksumBytes: 0 }],
  ['SDX3', { rowBytes: 162, laneBytes: 8, checksumBytes: 4 }],
]);

/** What a footer says of one event. */
export interface SidxRow {
  /** Where in the file the row stands. */
  readonly at: number;
  /** 16 bytes, big-endian as in frames; so are the other two. */
  readonly eventId: Uint8Array;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly wallMs: number;
  readonly clock: number;
  readonly lane: number;
  /** 32 bytes. */
  readonly prevHash: Uint8Array;
  /** 32 bytes. */
  readonly eventHash: Uint8Array;
  /** Where the frame begins, and its bytes. */
  readonly offset: number;
  readonly length: number;
  readonly sequence: number;
  readonly correlationId: Uint8Array;
  readonly causationId: Uint8Array | undefined;
}

/** Bytes from the end of a file that {@link sidxOffset} wants. */
export const sidxTrailerBytes: number = trailerBytes;

/**
 * Where the footer of a file begins, by the last bytes of it; `undefined` when they are the end of
 * no footer.
 */
export function sidxOffset(trailer: Uint8Array, sizeBytes: number): number | undefined {
  if (trailer.length < trailerBytes) return undefined;
  const view = viewOf(trailer);
  const layout = layouts.get(magicOf(trailer));
  if (layout === undefined) return undefined;
  const offset = numberOf(view, trailer.length - trailerBytes);
  const count = view.getUint32(trailer.length - 8, true);
  const behind = count * layout.rowBytes + layout.checksumBytes + trailerBytes;
  return offset + behind < sizeBytes ? offset : undefined;
}

/**
 * Reads a footer.
 *
 * @param bytes from `offset` to the end of the file
 * @returns its rows in the order they stand, or what is wrong with it
 */
export function decodeSidx(bytes: Uint8Array, offset: number): readonly SidxRow[] | string {
  const layout = layouts.get(magicOf(bytes));
  if (layout === undefined || bytes.length < trailerBytes) return 'no footer';
  const view = viewOf(bytes);
  const count = view.getUint32(bytes.length - 8, true);
  const rowsEnd = bytes.length - trailerBytes - layout.checksumBytes;
  const rowsAt = rowsEnd - count * layout.rowBytes;
  if (rowsAt <= 0) return 'fewer rows than it counts';
  if (layout.checksumBytes > 0) {
    const matches = checksum(bytes, 0, rowsEnd, 0) === view.getUint32(rowsEnd, true);
    if (!matches) return 'checksum mismatch';
  }
  const texts = textsOf(bytes, rowsAt);
  if (texts === undefined) return 'unreadable texts';
  const rows: SidxRow[] = [];
  for (let at = rowsAt; at < rowsEnd; at += layout.rowBytes) {
    const row = rowOf(bytes, view, at, offset, texts, layout);
    if (row === undefined) return `an impossible row at byte ${offset + at}`;
    rows.push(row);
  }
  return rows;
}

/**
 * Whether bytes may be what is left of a footer that was being written when the process ended: its
 * texts, as far as they go, are entities and scopes of the segment.
 */
export function isTornSidx(bytes: Uint8Array, isText: (text: string) => boolean): boolean {
  const first = bytes[0] ?? 0;
  const short = first >= 0x90 && first <= 0x9f;
  if (!short && first !== 0xdc && first !== 0xdd) return false;
  let at = short ? 1 : first === 0xdc ? 3 : 5;
  let left = short ? first & 0x0f : lengthAt(bytes, 1, at - 1);
  for (; left > 0 && at < bytes.length; left -= 1) {
    const head = bytes[at] ?? 0;
    const width = head === 0xd9 ? 1 : head === 0xda ? 2 : 0;
    if (width === 0 && (head & 0xe0) !== 0xa0) return false;
    const length = width === 0 ? head & 0x1f : lengthAt(bytes, at + 1, width);
    const start = at + 1 + width;
    if (start + length > bytes.length) return true;
    if (!isText(Buffer.from(bytes.subarray(start, start + length)).toString('utf8'))) return false;
    at = start + length;
  }
  return true;
}

const codec = new Packr({ useRecords: false });

function textsOf(bytes: Uint8Array, end: number): readonly string[] | undefined {
  try {
    const texts: unknown = codec.unpack(bytes, { start: 0, end });
    return isTexts(texts) ? texts : undefined;
  } catch {
    // Whatever msgpackr makes of damaged bytes, they are no texts; the caller says so.
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function rowOf(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  fileOffset: number,
  texts: readonly string[],
  layout: Layout,
): SidxRow | undefined {
  const entity = texts[view.getUint32(at + 16, true)];
  const scope = texts[view.getUint32(at + 20, true)];
  const hashes = at + 38 + layout.laneBytes;
  const place = hashes + 64;
  const sequence = numberOf(view, place + 12);
  if (entity === undefined || scope === undefined || !Number.isSafeInteger(sequence)) {
    return undefined;
  }
  const causationId = idAt(bytes, place + 36);
  return {
    at: fileOffset + at,
    eventId: idAt(bytes, at),
    entity,
    scope,
    kind: view.getUint16(at + 24, true),
    wallMs: numberOf(view, at + 26),
    clock: view.getUint32(at + 34, true),
    lane: layout.laneBytes === 0 ? 0 : view.getUint32(at + 38, true),
    prevHash: bytes.subarray(hashes, hashes + 32),
    eventHash: bytes.subarray(hashes + 32, place),
    offset: numberOf(view, place),
    length: view.getUint32(place + 8, true),
    sequence,
    correlationId: idAt(bytes, place + 20),
    causationId: causationId.every((byte) => byte === 0) ? undefined : causationId,
  };
}

function idAt(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(at, at + 16)).reverse();
}

function numberOf(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

/** A length of so many bytes, as msgpack writes it: big-endian. */
function lengthAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = at; index < at + width; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function magicOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(Math.max(bytes.length - 4, 0)));
}
