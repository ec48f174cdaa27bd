import { checksum, sealFrame } from '../../src/codec/frame.ts';
import { encodeGap } from '../../src/codec/gap.ts';
import { genesisHash } from '../../src/codec/hash-chain.ts';
import { encodePayload } from '../../src/codec/payload.ts';
import {
  type EncodedRecord,
  encodeRecord,
  frameBytesMax,
  RecordDraft,
} from '../../src/codec/record.ts';
import { recordTypes } from '../../src/codec/record-layout.ts';
import { encodeSegmentHeader, type SegmentHeader } from '../../src/codec/segment-header.ts';
import { formatSegmentName } from '../../src/log/segment-name.ts';
import { systemKinds } from '../../src/model/kind.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';

/** Id of the store that a {@link ForgedLog} is of. */
export const forgedStoreId = Uint8Array.from({ length: 16 }, (_, index) => index + 1);

/** Where the checksums of its frames begin. */
export const forgedSalt = checksum(forgedStoreId, 0, forgedStoreId.length, 0);

/** Fields of a record that are to be other than what belongs there. */
export type RecordFields = Partial<Omit<RecordDraft, 'eventId'>>;

/** A frame with the event hash of its record, if it has one. */
export interface ForgedFrame {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array | undefined;
}

/** The header of a store's first segment, but for what is given. */
export function headerOf(fields: Partial<SegmentHeader> = {}): SegmentHeader {
  return {
    segmentId: 1,
    createdNs: 1_735_689_600_000_000_000n,
    storeId: forgedStoreId,
    epoch: 0,
    hashChain: true,
    firstSequence: 0,
    previous: undefined,
    ...fields,
  };
}

/** The frame of a record, with a checksum that holds. */
export function frameOf(fields: RecordFields, idByte = 0, salt = forgedSalt): ForgedFrame {
  const draft = Object.assign(new RecordDraft(), fields);
  draft.eventId.fill(idByte);
  const { entity, scope, extensions, payload } = draft;
  const size = frameBytesMax(entity, scope, extensions?.length ?? 0, payload?.length ?? 0);
  const bytes = new Uint8Array(size);
  const encoded: EncodedRecord = { end: 0, hash: undefined };
  encodeRecord(draft, bytes, 0, salt, encoded);
  return { bytes: bytes.slice(0, encoded.end), hash: encoded.hash };
}

/**
 * A log written record by record with the library's codec. Each record is right where it stands
 * unless a test says otherwise, and so can be wrong in one point with a checksum that holds.
 */
export class ForgedLog {
  readonly files = new MemoryFiles();
  readonly directory = '/log';
  readonly #segments: { readonly header: SegmentHeader; readonly chunks: Uint8Array[] }[] = [];
  readonly #heads = new Map<string, { readonly clock: number; readonly hash: Uint8Array }>();
  #sequence = 0;
  #timeUs = 1_735_689_600_000_000;

  constructor() {
    this.files.makeDirectory(this.directory);
  }

  /** Begins a segment that follows on the one before. */
  segment(fields: Partial<SegmentHeader> = {}): this {
    const before = this.#segments.at(-1)?.header.segmentId;
    const previous =
      before === undefined
        ? undefined
        : { segmentId: before, validBytes: this.position, nextSequence: this.#sequence };
    const segmentId = (before ?? 0) + 1;
    const header = headerOf({ segmentId, firstSequence: this.#sequence, previous, ...fields });
    this.#segments.push({ header, chunks: [encodeSegmentHeader(header)] });
    return this;
  }

  /** Where the next record goes in the segment. */
  get position(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Where the first record of the segment begins. */
  get headerBytes(): number {
    return this.#chunks[0]?.length ?? 0;
  }

  /** The header of the segment. */
  get header(): SegmentHeader {
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new Error('a segment was begun');
    return segment.header;
  }

  /** Sequence of the next event. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Path of the segment that is being written. */
  get path(): string {
    return `${this.directory}/${formatSegmentName(this.header.segmentId)}`;
  }

  /** Adds the next event of the entity. */
  event(entity: string, fields: RecordFields = {}): this {
    const head = this.#heads.get(entity) ?? { clock: -1, hash: genesisHash };
    const { bytes, hash } = this.#frame(recordTypes.event, {
      kind: 0x1000,
      clock: head.clock + 1,
      prevHash: head.hash,
      entity,
      scope: 'default',
      payload: encodePayload(this.#sequence),
      ...fields,
    });
    this.#heads.set(entity, { clock: head.clock + 1, hash: hash ?? genesisHash });
    this.#sequence += 1;
    return this.raw(bytes);
  }

  /** Adds an event as the next item of a batch. @returns its checksum, begun from `crc` */
  item(batchId: Uint8Array, entity: string, crc: number, fields: RecordFields = {}): number {
    this.event(entity, { batchId, ...fields });
    const bytes = this.#chunks.at(-1) ?? new Uint8Array(0);
    // From the record's type on: what is before it may change when a record is moved.
    return checksum(bytes, 8 + 5, bytes.length, crc);
  }

  begin(batchId: Uint8Array, count: number, fields: RecordFields = {}): this {
    const payload = encodePayload({ count });
    return this.control(recordTypes.begin, {
      kind: systemKinds.batchBegin,
      batchId,
      payload,
      ...fields,
    });
  }

  commit(batchId: Uint8Array, count: number, crc: number, fields: RecordFields = {}): this {
    const payload = encodePayload({ count, crc });
    return this.control(recordTypes.commit, {
      kind: systemKinds.batchCommit,
      batchId,
      payload,
      ...fields,
    });
  }

  /** Adds a whole batch. */
  batch(batchId: Uint8Array, entities: readonly string[]): this {
    this.begin(batchId, entities.length);
    let crc = 0;
    for (const entity of entities) crc = this.item(batchId, entity, crc);
    return this.commit(batchId, entities.length, crc);
  }

  name(name: string, kind: number): this {
    return this.control(recordTypes.name, { kind, payload: encodePayload({ name }) });
  }

  /** Makes the next event of the entity, which is lost: nothing of it is in the segment. */
  lost(entity: string): this {
    this.event(entity);
    this.#chunks.pop();
    return this;
  }

  /** Passes over so many sequences, of which nothing is in the segment. */
  lostMany(count: number): this {
    this.#sequence += count;
    return this;
  }

  /** Adds a record that says the last `count` events before it are lost. */
  gap(count: number, fields: RecordFields = {}): this {
    const from = this.#sequence - count;
    const payload = encodeGap({ from, count, reason: 'lost', entities: [] });
    const place = { kind: systemKinds.gap, sequence: from };
    return this.control(recordTypes.gap, { ...place, payload, ...fields });
  }

  clean(): this {
    return this.control(recordTypes.clean, { kind: systemKinds.clean });
  }

  /** Adds a record that is no event. */
  control(type: number, fields: RecordFields): this {
    return this.raw(this.#frame(type, fields).bytes);
  }

  /** Changes the record that was added last, and makes its checksum hold again. */
  tamper(change: (frame: Uint8Array) => void): this {
    const frame = this.#chunks.at(-1) ?? new Uint8Array(0);
    change(frame);
    sealFrame(frame, 0, frame.length, forgedSalt);
    return this;
  }

  /** Adds bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    return this;
  }

  /** Puts all segments into the files. */
  write(): MemoryFiles {
    for (const { header, chunks } of this.#segments) {
      const path = `${this.directory}/${formatSegmentName(header.segmentId)}`;
      const mode = this.files.stat(path) === undefined ? 'create' : 'write';
      const handle = this.files.open(path, mode);
      const bytes = Buffer.concat(chunks);
      handle.write(bytes, 0, bytes.length, 0);
      handle.close();
    }
    return this.files;
  }

  get #chunks(): Uint8Array[] {
    return this.#segments.at(-1)?.chunks ?? [];
  }

  #frame(type: number, fields: RecordFields): ForgedFrame {
    this.#timeUs += 1;
    const sequence = this.#sequence;
    return frameOf({ type, sequence, timestampUs: this.#timeUs, ...fields }, this.#timeUs % 251);
  }
}
