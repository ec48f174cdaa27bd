import { encodeExtensions } from '../extensions.ts';
import { frameHeaderBytes } from '../frame.ts';
import { hashBytes } from '../hash-chain.ts';
import { type EncodedRecord, encodeRecord, frameBytesMax, RecordDraft } from '../record.ts';
import type { RecordProblem, RecordView } from '../record-view.ts';
import { MsgpackCursor } from './msgpack-cursor.ts';

/**
 * The body of a version-1 frame, as the Rust crate writes it: a msgpack map with named fields,
 *
 * `{event: {header, payload, hash_chain | nil}, entity, scope, receipt_extensions?}`, where
 * `header` is `{event_id, correlation_id, causation_id | nil, timestamp_us, position: {wall_ms,
 * counter, depth, lane, sequence}, payload_size, event_kind, flags, content_hash,
 * payload_version?}` and `hash_chain` is `{prev_hash, event_hash}`.
 *
 * Ids are 16 bytes big-endian; payload and hashes are arrays of integers. `sequence` is the clock
 * of the event's lane of its entity; the store-wide sequence and the batch are not in the frame.
 * `timestamp_us` is when the event was handed in, and may fall from one event to the next;
 * `wall_ms`, which may not within an entity, `depth` and `content_hash` have no place in a record
 * of ours and are left where they are.
 *
 * The event hash is the blake3 of the payload alone. A store without hashes has 32 zero bytes.
 */

/** The version of segments whose bodies these are. */
export const rustSegmentVersion = 1;

/** Kinds of the frames around a batch, which are in the entity `_batch` and the scope `_system`. */
const batchKinds = { begin: 0x0006, commit: 0x0007 } as const;

const none: Uint8Array = new Uint8Array(0);

/** An event, or the BEGIN or COMMIT of a batch, of a version-1 segment. */
export interface RustRecord {
  /** What it is; the two others take no sequence and have no payload. */
  readonly type: 'event' | 'begin' | 'commit';
  /** 16 bytes. */
  readonly eventId: Uint8Array;
  /** 16 bytes; the event's own id unless it was given another. */
  readonly correlationId: Uint8Array;
  /** 16 bytes. */
  readonly causationId: Uint8Array | undefined;
  /** Microseconds since 1970. */
  readonly timestampUs: number;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  readonly counter: number;
  readonly lane: number;
  /** As stored; the crate's fences and retention leave clocks that fall or jump. */
  readonly clock: number;
  /** Bytes of the payload; of a BEGIN, how many items follow. */
  readonly payloadSize: number;
  readonly kind: number;
  readonly flags: number;
  readonly payloadVersion: number;
  /** The payload as msgpack. */
  readonly payload: Uint8Array;
  /** `undefined` without a hash chain; 32 bytes each. */
  readonly hashes: { readonly prev: Uint8Array; readonly event: Uint8Array } | undefined;
  readonly entity: string;
  readonly scope: string;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** Reads the body from `start` up to `end`. @returns `undefined` when it is none */
export function decodeRustBody(
  bytes: Uint8Array,
  start: number,
  end: number,
): RustRecord | undefined {
  const cursor = new MsgpackCursor(bytes, start, end);
  const fields = new RustFields();
  readBody(cursor, fields);
  return cursor.ok && cursor.atEnd ? fields.record() : undefined;
}

/**
 * The event as the body of a version-2 record, so that whatever reads records reads it: payload and
 * hashes as they were stored, the hashes not made anew.
 *
 * @param sequence of the store, which the frame doesn't hold
 * @param clock that the event has in this store
 */
export function translateRustRecord(
  record: RustRecord,
  sequence: number,
  clock: number,
): Uint8Array {
  const draft = draftOf(record, sequence, clock);
  const { entity, scope, hashes } = record;
  const extensionBytes = draft.extensions?.length ?? 0;
  const frame = new Uint8Array(frameBytesMax(entity, scope, extensionBytes, record.payload.length));
  const encoded: EncodedRecord = { end: 0, hash: undefined };
  encodeRecord(draft, frame, 0, 0, encoded);
  if (hashes !== undefined) frame.set(hashes.event, encoded.end - hashBytes);
  return frame.subarray(frameHeaderBytes, encoded.end);
}

/**
 * Points a view at the event in a body, translated.
 *
 * @returns what is wrong with the body, or `undefined`
 */
export function pointRustRecord(
  view: RecordView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequence: number,
  clock: number,
): RecordProblem | undefined {
  const record = decodeRustBody(bytes, start, end);
  if (record?.type !== 'event') return 'unknown type';
  const body = translateRustRecord(record, sequence, clock);
  return view.point(body, 0, body.length);
}

function draftOf(record: RustRecord, sequence: number, clock: number): RecordDraft {
  const draft = new RecordDraft();
  const { eventId, correlationId, extensions, hashes } = record;
  draft.eventId.set(eventId);
  const own = correlationId.every((byte, index) => byte === eventId[index]);
  draft.correlationId = own ? undefined : correlationId;
  draft.causationId = record.causationId;
  draft.sequence = sequence;
  draft.clock = clock;
  draft.timestampUs = record.timestampUs;
  draft.counter = record.counter;
  draft.lane = record.lane;
  draft.kind = record.kind;
  draft.flags = record.flags;
  draft.payloadVersion = record.payloadVersion;
  draft.prevHash = hashes?.prev;
  draft.entity = record.entity;
  draft.scope = record.scope;
  draft.extensions = extensions.size === 0 ? undefined : encodeExtensions(extensions);
  draft.payload = record.payload;
  return draft;
}

/** What was read of a body so far. */
class RustFields {
  eventId: Uint8Array = none;
  correlationId: Uint8Array = none;
  causationId: Uint8Array | undefined;
  timestampUs = -1;
  wallMs = -1;
  counter = -1;
  lane = -1;
  clock = -1;
  payloadSize = -1;
  kind = -1;
  flags = -1;
  payloadVersion = 0;
  payload: Uint8Array | undefined;
  chained = false;
  prevHash: Uint8Array = none;
  eventHash: Uint8Array = none;
  entity = '';
  scope = '';
  readonly extensions = new Map<string, Uint8Array>();

  /** The record, when every field that it needs was there. */
  record(): RustRecord | undefined {
    const { eventId, correlationId, causationId, payload, extensions, entity, scope } = this;
    const { timestampUs, wallMs, counter, lane, clock, payloadSize, kind, flags } = this;
    const numbers = Math.min(timestampUs, wallMs, counter, lane, clock, payloadSize, kind, flags);
    const ids = eventId.length === 16 && correlationId.length === 16;
    if (numbers < 0 || !ids || payload === undefined) return undefined;
    if (causationId !== undefined && causationId.length !== 16) return undefined;
    if (!isPart(entity) || !isPart(scope) || !this.#hasWholeHashes()) return undefined;
    const { prevHash: prev, eventHash: event, payloadVersion } = this;
    // The crate writes zeros where it was built without hashes.
    const hashes = event.some((byte) => byte !== 0) ? { prev, event } : undefined;
    return {
      type: typeOf(kind, entity, scope, hashes !== undefined),
      ...{ eventId, correlationId, causationId, timestampUs, wallMs, counter, lane, clock },
      ...{ payloadSize, kind, flags, payloadVersion, payload, hashes, entity, scope, extensions },
    };
  }

  #hasWholeHashes(): boolean {
    const { chained, prevHash, eventHash } = this;
    return !chained || (prevHash.length === hashBytes && eventHash.length === hashBytes);
  }
}

function readBody(cursor: MsgpackCursor, fields: RustFields): void {
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    switch (cursor.text()) {
      case 'event':
        readEvent(cursor, fields);
        break;
      case 'entity':
        fields.entity = cursor.text();
        break;
      case 'scope':
        fields.scope = cursor.text();
        break;
      case 'receipt_extensions':
        if (!cursor.nil()) readExtensions(cursor, fields);
        break;
      default:
        cursor.skip();
    }
  }
}

function readEvent(cursor: MsgpackCursor, fields: RustFields): void {
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    switch (cursor.text()) {
      case 'header':
        readHeader(cursor, fields);
        break;
      case 'payload':
        fields.payload = cursor.binary();
        break;
      case 'hash_chain':
        if (!cursor.nil()) readChain(cursor, fields);
        break;
      default:
        cursor.skip();
    }
  }
}

function readHeader(cursor: MsgpackCursor, fields: RustFields): void {
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    switch (cursor.text()) {
      case 'event_id':
        fields.eventId = cursor.binary();
        break;
      case 'correlation_id':
        fields.correlationId = cursor.binary();
        break;
      case 'causation_id':
        fields.causationId = cursor.nil() ? undefined : cursor.binary();
        break;
      case 'timestamp_us':
        fields.timestampUs = cursor.count(Number.MAX_SAFE_INTEGER);
        break;
      case 'position':
        readPosition(cursor, fields);
        break;
      case 'payload_size':
        fields.payloadSize = cursor.count(0xffff_ffff);
        break;
      case 'event_kind':
        fields.kind = cursor.count(0xffff);
        break;
      case 'flags':
        fields.flags = cursor.count(0xff);
        break;
      case 'payload_version':
        fields.payloadVersion = cursor.count(0xffff);
        break;
      default:
        cursor.skip();
    }
  }
}

function readPosition(cursor: MsgpackCursor, fields: RustFields): void {
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    switch (cursor.text()) {
      case 'wall_ms':
        fields.wallMs = cursor.count(Number.MAX_SAFE_INTEGER);
        break;
      case 'counter':
        fields.counter = cursor.count(0xffff);
        break;
      case 'lane':
        fields.lane = cursor.count(0xffff_ffff);
        break;
      case 'sequence':
        fields.clock = cursor.count(0xffff_ffff);
        break;
      default:
        cursor.skip();
    }
  }
}

function readChain(cursor: MsgpackCursor, fields: RustFields): void {
  fields.chained = true;
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    switch (cursor.text()) {
      case 'prev_hash':
        fields.prevHash = cursor.binary();
        break;
      case 'event_hash':
        fields.eventHash = cursor.binary();
        break;
      default:
        cursor.skip();
    }
  }
}

function readExtensions(cursor: MsgpackCursor, fields: RustFields): void {
  for (let left = cursor.map(); left > 0 && cursor.ok; left -= 1) {
    const key = cursor.text();
    fields.extensions.set(key, cursor.binary());
  }
}

/** A user may have appended an event of a batch's kind: only the store's own entity marks one. */
function typeOf(kind: number, entity: string, scope: string, hashed: boolean): RustRecord['type'] {
  if (entity !== '_batch' || scope !== '_system' || hashed) return 'event';
  if (kind === batchKinds.begin) return 'begin';
  return kind === batchKinds.commit ? 'commit' : 'event';
}

/** Whether a part of a coordinate can be one of ours, which keep lanes apart by U+0000. */
function isPart(text: string): boolean {
  return text !== '' && !text.includes('\0');
}
