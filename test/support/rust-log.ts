import { Packr } from 'msgpackr';
import { checksum, sealFrame } from '../../src/codec/frame.ts';
import { hashOf } from '../../src/codec/hash-chain.ts';
import type { StoreHost } from './store-host.ts';

/** What an event of the Rust crate may have other than it would have by itself. */
export interface RustEventFields {
  readonly entity?: string;
  readonly scope?: string;
  readonly kind?: number;
  readonly payload?: unknown;
  readonly flags?: number;
  readonly lane?: number;
  readonly clock?: number;
  readonly prevHash?: Uint8Array;
  readonly timestampUs?: number;
  readonly causationId?: Uint8Array;
  readonly correlationId?: Uint8Array;
  readonly extensions?: Readonly<Record<string, Uint8Array>>;
  readonly payloadVersion?: number;
  /** Whether the crate is built to write hashes. @default true */
  readonly hashes?: boolean;
  /** Whether its segment's footer has a row of it. @default true */
  readonly row?: boolean;
}

/** The kinds of footers that the crate has written. */
export type SidxMagic = 'SIDX' | 'SDX2' | 'SDX3';

/** An event as it was written. */
export interface WrittenRustEvent {
  readonly id: Uint8Array;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly wallMs: number;
  readonly clock: number;
  readonly lane: number;
  readonly prev: Uint8Array;
  readonly hash: Uint8Array;
  readonly offset: number;
  readonly length: number;
  readonly sequence: number;
  readonly correlationId: Uint8Array;
  readonly causationId: Uint8Array | undefined;
}

interface RustSegment {
  readonly id: number;
  bytes: Uint8Array;
  readonly rows: WrittenRustEvent[];
}

const packr = new Packr({ useRecords: false, variableMapSize: true });
const genesis = new Uint8Array(32);

/** A directory as the Rust crate leaves it, written frame by frame. */
export class RustLogForge {
  readonly #segments: RustSegment[] = [];
  readonly #heads = new Map<string, { readonly clock: number; readonly hash: Uint8Array }>();
  #hidden: Uint8Array | undefined;
  #ids = 0;
  #timeUs = 1_700_000_000_000_000;
  /** The sequence that the next event gets. */
  sequence = 0;
  /** Events in the order they were written, those that never count included. */
  readonly events: WrittenRustEvent[] = [];

  /** Begins the next segment. */
  segment(id = this.#segments.length + 1): this {
    const header = { version: 1, flags: 0, created_ns: 1_700_000_000_000_000_000n, segment_id: id };
    const map = packr.pack(header);
    const bytes = new Uint8Array(8 + map.length);
    bytes.set([0x46, 0x42, 0x41, 0x54]);
    new DataView(bytes.buffer).setUint32(4, map.length);
    bytes.set(map, 8);
    this.#segments.push({ id, bytes, rows: [] });
    return this;
  }

  /** Leaves out sequences: those of a batch that failed. */
  skip(count: number): this {
    this.sequence += count;
    return this;
  }

  /** Writes an event that links to the one of its lane before. */
  event(fields: RustEventFields = {}): this {
    const { entity = 'order:1', scope = 'shop', kind = 0x1001, lane = 0 } = fields;
    const payload = packr.pack(fields.payload ?? { n: this.#ids });
    const key = `${lane} ${entity}`;
    const head = this.#heads.get(key);
    const clock = fields.clock ?? (head === undefined ? 0 : head.clock + 1);
    const withHashes = fields.hashes ?? true;
    const prev = withHashes ? (fields.prevHash ?? head?.hash ?? genesis) : genesis;
    const hash = withHashes ? Uint8Array.from(hashOf(payload, 0, payload.length)) : genesis;
    const id = this.#nextId();
    const correlationId = fields.correlationId ?? id;
    this.#timeUs += 1000;
    const timestampUs = fields.timestampUs ?? this.#timeUs;
    const wallMs = Math.floor(this.#timeUs / 1000);
    const place = this.#frame(
      {
        ...{ event_id: id, correlation_id: correlationId, timestamp_us: BigInt(timestampUs) },
        ...{ causation_id: fields.causationId ?? null, payload_size: payload.length },
        position: { wall_ms: BigInt(wallMs), counter: 0, depth: 0, lane, sequence: clock },
        ...{ event_kind: kind, flags: fields.flags ?? 0, content_hash: [...hash] },
        ...(fields.payloadVersion === undefined ? {} : { payload_version: fields.payloadVersion }),
      },
      [...payload],
      { prev_hash: [...prev], event_hash: [...hash] },
      { entity, scope, extensions: fields.extensions },
    );
    const { causationId } = fields;
    const written = {
      ...{ id, entity, scope, kind, wallMs, clock, lane, prev, hash, ...place },
      ...{ sequence: this.sequence, correlationId, causationId },
    };
    this.#heads.set(key, { clock, hash });
    this.events.push(written);
    if (fields.row ?? true) {
      this.#last.rows.push(written);
      this.sequence += 1;
    }
    return this;
  }

  /** Writes the BEGIN of a batch of so many items. */
  begin(count: number): this {
    return this.#marker(6, count);
  }

  /** Writes the COMMIT of a batch. */
  commit(): this {
    return this.#marker(7, 0);
  }

  /** Closes the segment as the crate does. `rows` are those of its events unless given. */
  footer(magic: SidxMagic = 'SIDX', rows: readonly WrittenRustEvent[] = this.#last.rows): this {
    const segment = this.#last;
    const texts = [...new Set(rows.flatMap(({ entity, scope }) => [entity, scope]))];
    const table = packr.pack(texts);
    const offset = segment.bytes.length;
    const body = Buffer.concat([table, ...rows.map((row) => rowBytes(row, texts, magic))]);
    const trailer = Buffer.alloc(16);
    trailer.writeBigUInt64LE(BigInt(offset), 0);
    trailer.writeUInt32LE(rows.length, 8);
    trailer.write(magic, 12, 'latin1');
    const sum = Buffer.alloc(magic === 'SDX3' ? 4 : 0);
    if (magic === 'SDX3') sum.writeUInt32LE(checksum(body, 0, body.length, 0));
    return this.append(Buffer.concat([body, sum, trailer]));
  }

  /** Adds bytes to the last segment. */
  append(bytes: Uint8Array): this {
    this.#last.bytes = Uint8Array.from(Buffer.concat([this.#last.bytes, bytes]));
    return this;
  }

  /** Cuts so many bytes off the last segment. */
  cut(count: number): this {
    this.#last.bytes = this.#last.bytes.slice(0, -count);
    return this;
  }

  /** Bytes of the last segment so far. */
  get position(): number {
    return this.#last.bytes.length;
  }

  /** Hides what the file of cancelled ranges says; see `hiddenRanges`. */
  hide(bytes: Uint8Array): this {
    this.#hidden = bytes;
    return this;
  }

  /** Puts the files into the store's directory. */
  into(host: StoreHost): StoreHost {
    for (const { id, bytes } of this.#segments) {
      host.replace(`${String(id).padStart(6, '0')}.fbat`, bytes);
    }
    if (this.#hidden !== undefined) host.replace('visibility_ranges.fbv', this.#hidden);
    return host;
  }

  get #last(): RustSegment {
    const last = this.#segments.at(-1);
    if (last === undefined) throw new Error('a log begins with a segment');
    return last;
  }

  #nextId(): Uint8Array {
    this.#ids += 1;
    const id = Buffer.alloc(16, 0x11);
    id.writeUInt32BE(this.#ids, 12);
    return id;
  }

  #marker(kind: number, count: number): this {
    const id = Buffer.alloc(16);
    id.writeUInt32BE(this.sequence, 12);
    this.#frame(
      {
        ...{ event_id: id, correlation_id: id, timestamp_us: BigInt(this.#timeUs) },
        ...{ causation_id: null, payload_size: count },
        position: { wall_ms: 1n, counter: 0, depth: 0, lane: 0, sequence: 0 },
        ...{ event_kind: kind, flags: 0, content_hash: [...genesis] },
      },
      [],
      null,
      { entity: '_batch', scope: '_system', extensions: undefined },
    );
    return this;
  }

  #frame(
    header: object,
    payload: readonly number[],
    chain: object | null,
    place: {
      readonly entity: string;
      readonly scope: string;
      readonly extensions: RustEventFields['extensions'];
    },
  ): { readonly offset: number; readonly length: number } {
    const { entity, scope, extensions } = place;
    const body = packr.pack({
      ...{ event: { header, payload, hash_chain: chain }, entity, scope },
      ...(extensions === undefined ? {} : { receipt_extensions: arraysOf(extensions) }),
    });
    const frame = new Uint8Array(8 + body.length);
    frame.set(body, 8);
    sealFrame(frame, 0, frame.length, 0);
    const offset = this.#last.bytes.length;
    this.append(frame);
    return { offset, length: frame.length };
  }
}

/** The file that says which sequences are hidden: `[start, end)`, or so in one lane. */
export function hiddenRanges(
  ranges: readonly (readonly [start: number, end: number, lane?: number])[],
  version = 1,
): Uint8Array {
  const plain = ranges.filter(([, , lane]) => lane === undefined);
  const lanes = ranges.filter(([, , lane]) => lane !== undefined);
  const map = packr.pack({
    ranges: plain.map(([start, end]) => ({ start, end })),
    ...(version === 1
      ? {}
      : { lane_ranges: lanes.map(([start, end, lane]) => ({ lane, ranges: [{ start, end }] })) }),
  });
  const head = Buffer.alloc(12);
  head.write('FBATVR', 'latin1');
  head.writeUInt16LE(version, 6);
  head.writeUInt32LE(checksum(map, 0, map.length, 0), 8);
  return Uint8Array.from(Buffer.concat([head, map]));
}

function arraysOf(extensions: Readonly<Record<string, Uint8Array>>): object {
  return Object.fromEntries(Object.entries(extensions).map(([key, bytes]) => [key, [...bytes]]));
}

function rowBytes(row: WrittenRustEvent, texts: readonly string[], magic: SidxMagic): Buffer {
  const words = Buffer.alloc(magic === 'SIDX' ? 22 : 30);
  words.writeUInt32LE(texts.indexOf(row.entity), 0);
  words.writeUInt32LE(texts.indexOf(row.scope), 4);
  words.writeUInt16LE(row.kind, 8);
  words.writeBigUInt64LE(BigInt(row.wallMs), 10);
  words.writeUInt32LE(row.clock, 18);
  if (magic !== 'SIDX') words.writeUInt32LE(row.lane, 22);
  const place = Buffer.alloc(20);
  place.writeBigUInt64LE(BigInt(row.offset), 0);
  place.writeUInt32LE(row.length, 8);
  place.writeBigUInt64LE(BigInt(row.sequence), 12);
  return Buffer.concat([
    ...[littleEndian(row.id), words, row.prev, row.hash, place],
    ...[littleEndian(row.correlationId), littleEndian(row.causationId ?? new Uint8Array(16))],
  ]);
}

function littleEndian(id: Uint8Array): Uint8Array {
  return Uint8Array.from(id).reverse();
}
