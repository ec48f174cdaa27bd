import fc from 'fast-check';
import { expect } from 'vitest';
import { sliceBytes } from '../../src/codec/bytes.ts';
import { frameHeaderBytes } from '../../src/codec/frame.ts';
import { hashBytes } from '../../src/codec/hash-chain.ts';
import {
  type EncodedRecord,
  encodeRecord,
  frameBytesMax,
  type RecordDraft,
} from '../../src/codec/record.ts';
import { recordTypes } from '../../src/codec/record-layout.ts';
import { RecordView } from '../../src/codec/record-view.ts';

export const salt = 0xdead_beef;

/** Values for every field of a draft; which optional ones are used is decided by a mask. */
export const anyFields = fc.record({
  durableOffset: fc.integer({ min: 0, max: 0xffff_ffff }),
  type: fc.constantFrom(...Object.values(recordTypes)),
  flags: fc.nat({ max: 0xff }),
  kind: fc.nat({ max: 0xffff }),
  sequence: fc.oneof(fc.nat(), fc.maxSafeNat()),
  clock: fc.integer({ min: 0, max: 0xffff_ffff }),
  timestampUs: fc.maxSafeNat(),
  counter: fc.nat({ max: 0xffff }),
  eventId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  batchId: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  correlationId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  causationId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  payloadVersion: fc.integer({ min: 1, max: 0xffff }),
  idempotency: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  prevHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  prevHashStart: fc.nat({ max: 40 }),
  entity: fc.string({ unit: 'binary', maxLength: 40 }),
  scope: fc.string({ unit: 'grapheme', maxLength: 400 }),
  extensions: fc.uint8Array({ maxLength: 40 }),
  payload: fc.uint8Array({ maxLength: 200 }),
});

export type Fields = typeof anyFields extends fc.Arbitrary<infer Value> ? Value : never;

export function fill(draft: RecordDraft, fields: Fields, mask: number): RecordDraft {
  const chosen = <Value>(bit: number, value: Value): Value | undefined =>
    (mask & (1 << bit)) === 0 ? undefined : value;
  draft.durableOffset = fields.durableOffset;
  draft.type = fields.type;
  draft.flags = fields.flags;
  draft.kind = fields.kind;
  draft.sequence = fields.sequence;
  draft.clock = fields.clock;
  draft.timestampUs = fields.timestampUs;
  draft.counter = fields.counter;
  draft.eventId.set(fields.eventId);
  draft.batchId = chosen(0, fields.batchId);
  draft.correlationId = chosen(1, fields.correlationId);
  draft.causationId = chosen(2, fields.causationId);
  draft.payloadVersion = chosen(3, fields.payloadVersion) ?? 0;
  draft.idempotency = chosen(4, fields.idempotency);
  draft.prevHash = chosen(5, hashAmongOthers(fields));
  draft.prevHashStart = fields.prevHashStart;
  draft.entity = fields.entity;
  draft.scope = fields.scope;
  draft.extensions = chosen(6, fields.extensions);
  draft.payload = chosen(7, fields.payload);
  return draft;
}

/** The previous hash where the heads of entities keep it: in the middle of a larger buffer. */
function hashAmongOthers({ prevHash, prevHashStart }: Fields): Uint8Array {
  const bytes = new Uint8Array(prevHashStart + 50).fill(0x77);
  bytes.set(prevHash, prevHashStart);
  return bytes;
}

export interface Encoded {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly hash: Uint8Array | undefined;
}

export function encode(draft: RecordDraft, start: number): Encoded {
  const { entity, scope, extensions, payload } = draft;
  const room = frameBytesMax(entity, scope, extensions?.length ?? 0, payload?.length ?? 0);
  const bytes = new Uint8Array(start + room + 4).fill(0xaa);
  const encoded: EncodedRecord = { end: 0, hash: undefined };
  encodeRecord(draft, bytes, start, salt, encoded);
  expect(encoded.end).toBeLessThanOrEqual(start + room);
  return { bytes, start, end: encoded.end, hash: encoded.hash };
}

export function viewOf({ bytes, start, end }: Encoded): RecordView {
  const view = new RecordView();
  expect(view.point(bytes, start + frameHeaderBytes, end)).toBeUndefined();
  return view;
}

/** What the view says at a position, or `undefined` when the field is absent. */
export function bytesAt(view: RecordView, at: number, length: number): Uint8Array | undefined {
  return at === 0 ? undefined : sliceBytes(view.bytes, at, at + length);
}

export function expectFields(view: RecordView, draft: RecordDraft): void {
  const { durableOffset, type, flags, encoding, kind, sequence, clock } = view;
  const { timestampUs, counter, payloadVersion, entity, scope } = view;
  expect({ durableOffset, type, flags, kind, sequence, clock }).toEqual({
    durableOffset: draft.durableOffset,
    type: draft.type,
    flags: draft.flags,
    kind: draft.kind,
    sequence: draft.sequence,
    clock: draft.clock,
  });
  expect({ timestampUs, counter, payloadVersion, entity, scope, encoding }).toEqual({
    timestampUs: draft.timestampUs,
    counter: draft.counter,
    payloadVersion: draft.payloadVersion,
    entity: draft.entity,
    scope: draft.scope,
    encoding: 0,
  });
  const { prevHash, prevHashStart, payload } = draft;
  expect(bytesAt(view, view.eventIdAt, 16)).toEqual(draft.eventId);
  expect(bytesAt(view, view.batchIdAt, 8)).toEqual(draft.batchId);
  expect(bytesAt(view, view.correlationIdAt, 16)).toEqual(draft.correlationId);
  expect(bytesAt(view, view.causationIdAt, 16)).toEqual(draft.causationId);
  expect(bytesAt(view, view.idempotencyAt, 16)).toEqual(draft.idempotency);
  expect(bytesAt(view, view.prevHashAt, hashBytes)).toEqual(
    prevHash?.slice(prevHashStart, prevHashStart + hashBytes),
  );
  expect(view.laneAt).toBe(0);
  expect(view.extensions).toEqual(draft.extensions);
  expect(sliceBytes(view.bytes, view.payloadAt, view.payloadEnd)).toEqual(
    payload ?? new Uint8Array(0),
  );
}
