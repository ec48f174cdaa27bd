import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceBytes } from '../../../src/codec/bytes.ts';
import { checkFrame, frameHeaderBytes } from '../../../src/codec/frame.ts';
import { hashBytes, hashOf } from '../../../src/codec/hash-chain.ts';
import {
  durableOffsetIn,
  type EncodedRecord,
  encodeRecord,
  eventIdAt,
  frameBytesMax,
  hashedFrom,
  RecordDraft,
  RecordView,
  recordBytesMin,
  recordTypes,
  sequenceIn,
} from '../../../src/codec/record.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const salt = 0xdead_beef;

/** Values for every field of a draft; which optional ones are used is decided by a mask. */
const anyFields = fc.record({
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

type Fields = typeof anyFields extends fc.Arbitrary<infer Value> ? Value : never;

// One bit of the mask for each field that may be left out; the payload is the eighth.
const optionalCount = 8;

function fill(draft: RecordDraft, fields: Fields, mask: number): RecordDraft {
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

interface Encoded {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly hash: Uint8Array | undefined;
}

function encode(draft: RecordDraft, start: number): Encoded {
  const { entity, scope, extensions, payload } = draft;
  const room = frameBytesMax(entity, scope, extensions?.length ?? 0, payload?.length ?? 0);
  const bytes = new Uint8Array(start + room + 4).fill(0xaa);
  const encoded: EncodedRecord = { end: 0, hash: undefined };
  encodeRecord(draft, bytes, start, salt, encoded);
  expect(encoded.end).toBeLessThanOrEqual(start + room);
  return { bytes, start, end: encoded.end, hash: encoded.hash };
}

function viewOf({ bytes, start, end }: Encoded): RecordView {
  const view = new RecordView();
  expect(view.point(bytes, start + frameHeaderBytes, end)).toBeUndefined();
  return view;
}

/** What the view says at a position, or `undefined` when the field is absent. */
function bytesAt(view: RecordView, at: number, length: number): Uint8Array | undefined {
  return at === 0 ? undefined : sliceBytes(view.bytes, at, at + length);
}

function expectFields(view: RecordView, draft: RecordDraft): void {
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

const anyStart = fc.nat({ max: 20 });

describe('a record', () => {
  it('comes back with every combination of optional fields', () => {
    fc.assert(
      fc.property(anyFields, anyStart, (fields, start) => {
        for (let mask = 0; mask < 1 << optionalCount; mask += 1) {
          const draft = fill(new RecordDraft(), fields, mask);
          const encoded = encode(draft, start);
          const length = encoded.end - start - frameHeaderBytes;
          expect(checkFrame(encoded.bytes, start, encoded.end, salt, recordBytesMin)).toBe(length);
          expectFields(viewOf(encoded), draft);
        }
      }),
      propertyRuns(3),
    );
  });

  it('takes what the draft holds now, not what it held before', () => {
    const anyMask = fc.nat({ max: (1 << optionalCount) - 1 });
    fc.assert(
      fc.property(anyFields, anyMask, anyFields, anyMask, (first, firstMask, next, nextMask) => {
        const draft = fill(new RecordDraft(), first, firstMask);
        encode(draft, 0);
        const again = encode(fill(draft, next, nextMask), 0);
        expect(again).toEqual(encode(fill(new RecordDraft(), next, nextMask), 0));
      }),
      propertyRuns(200),
    );
  });

  it('leaves the bytes around it alone', () => {
    fc.assert(
      fc.property(anyFields, anyStart, (fields, start) => {
        const { bytes, end } = encode(fill(new RecordDraft(), fields, 0xff), start);
        expect(bytes.subarray(0, start).every((byte) => byte === 0xaa)).toBe(true);
        expect(bytes.subarray(end).every((byte) => byte === 0xaa)).toBe(true);
      }),
      propertyRuns(100),
    );
  });

  it('without anything optional is as short as a body can be', () => {
    const { end } = encode(new RecordDraft(), 0);
    expect(end).toBe(frameHeaderBytes + recordBytesMin);
    expect(recordBytesMin).toBe(54);
  });

  it('has its fixed fields where other readers look for them', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const draft = fill(new RecordDraft(), fields, 0xff);
        const { bytes } = encode(draft, 0);
        expect(sliceBytes(bytes, eventIdAt, eventIdAt + 16)).toEqual(draft.eventId);
        expect(sequenceIn(bytes, frameHeaderBytes)).toBe(draft.sequence);
        expect(durableOffsetIn(bytes, frameHeaderBytes)).toBe(draft.durableOffset);
      }),
      propertyRuns(50),
    );
  });
});

describe('the hash of a record', () => {
  const withHash = 1 << 5;

  it('is BLAKE3 of everything from the type to the end of the payload', () => {
    fc.assert(
      fc.property(anyFields, anyStart, (fields, start) => {
        const encoded = encode(fill(new RecordDraft(), fields, 0xff), start);
        const view = viewOf(encoded);
        const body = start + frameHeaderBytes;
        expect(view.hashAt).toBe(encoded.end - hashBytes);
        const expected = hashOf(encoded.bytes, body + hashedFrom, view.hashAt);
        expect(Buffer.from(encoded.hash ?? []).equals(expected)).toBe(true);
        expect(bytesAt(view, view.hashAt, hashBytes)).toEqual(Uint8Array.from(expected));
      }),
      propertyRuns(100),
    );
  });

  it('does not cover durableOffset and state, which change when a record is moved', () => {
    fc.assert(
      fc.property(anyFields, fc.nat({ max: 0xff }), (fields, durableOffset) => {
        const draft = fill(new RecordDraft(), fields, withHash);
        const { hash } = encode(draft, 0);
        draft.durableOffset = durableOffset;
        expect(encode(draft, 0).hash).toEqual(hash);
        expect(hashedFrom).toBe(5);
      }),
      propertyRuns(50),
    );
  });

  it('is missing, like the previous one, when there is no chain', () => {
    const encoded = encode(new RecordDraft(), 0);
    const view = viewOf(encoded);
    expect(encoded.hash).toBeUndefined();
    expect([view.hashAt, view.prevHashAt]).toEqual([0, 0]);
  });

  it('is forgotten by the result when the next record has none', () => {
    const draft = new RecordDraft();
    const bytes = new Uint8Array(frameBytesMax('', '', 0, 0));
    const encoded: EncodedRecord = { end: 0, hash: undefined };
    draft.prevHash = new Uint8Array(hashBytes);
    encodeRecord(draft, bytes, 0, salt, encoded);
    expect(encoded.hash).toHaveLength(hashBytes);
    draft.prevHash = undefined;
    encodeRecord(draft, bytes, 0, salt, encoded);
    expect(encoded.hash).toBeUndefined();
  });

  it('is a buffer of its own', () => {
    const draft = new RecordDraft();
    draft.prevHash = new Uint8Array(hashBytes);
    const { hash, bytes } = encode(draft, 0);
    const kept = [...(hash ?? [])];
    bytes.fill(0);
    draft.sequence = 1;
    encode(draft, 0);
    expect([...(hash ?? [])]).toEqual(kept);
  });
});

describe('RecordView', () => {
  const presenceAt = frameHeaderBytes + 7;
  const typeAt = frameHeaderBytes + 5;

  function problemOf(bytes: Uint8Array, start: number, end: number): string | undefined {
    return new RecordView().point(bytes, start, end);
  }

  it('refuses the types that are reserved or unknown', () => {
    const { bytes, end } = encode(new RecordDraft(), 0);
    const known: number[] = [];
    for (let type = 0; type <= 0xff; type += 1) {
      bytes[typeAt] = type;
      const problem = problemOf(bytes, frameHeaderBytes, end);
      if (problem === undefined) known.push(type);
      else expect(problem).toBe('unknown type');
    }
    expect(known).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it('refuses presence bits that nobody has given a meaning yet', () => {
    const { bytes, end } = encode(new RecordDraft(), 0);
    for (let bit = 0; bit < 8; bit += 1) {
      bytes[presenceAt] = 1 << bit;
      expect(problemOf(bytes, frameHeaderBytes, end)).toBe('unknown field');
    }
  });

  it('steps over lane and depth, which nobody writes yet', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const draft = fill(new RecordDraft(), fields, 0b1111_0111);
        const { bytes, end } = encode(draft, 0);
        const view = viewOf({ bytes, start: 0, end, hash: undefined });
        const laneAt = view.causationIdAt + 16;
        const with8 = [
          ...bytes.subarray(0, laneAt),
          ...Array(8).fill(9),
          ...bytes.subarray(laneAt, end),
        ];
        const longer = Uint8Array.from(with8);
        longer[presenceAt + 1] = (longer[presenceAt + 1] ?? 0) | (1 << 3);
        expect(view.point(longer, frameHeaderBytes, longer.length)).toBeUndefined();
        expect(view.laneAt).toBe(laneAt);
        expect(view.entity).toBe(draft.entity);
        expect(view.scope).toBe(draft.scope);
      }),
      propertyRuns(50),
    );
  });

  it('never points beyond the body, whatever the bytes say', () => {
    const anyBody = fc.uint8Array({ minLength: recordBytesMin, maxLength: recordBytesMin + 200 });
    const anyShort = fc.nat({ max: 20 });
    fc.assert(
      fc.property(anyBody, anyShort, anyShort, (body, presence, entityBytes) => {
        // Behind the body lie bytes of the next frame, which must not be read as part of it.
        const bytes = Uint8Array.from([...body, ...Array(600).fill(0)]);
        bytes[5] = recordTypes.event;
        bytes[7] = 0;
        bytes[8] = presence;
        bytes[50] = 0;
        bytes[51] = entityBytes;
        const view = new RecordView();
        const problem = view.point(bytes, 0, body.length);
        if (problem !== undefined) {
          expect(problem).toBe('fields beyond the end');
          return;
        }
        const places = [view.entityAt, view.scopeAt, view.payloadAt, view.payloadEnd, body.length];
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        expect(view.hashAt === 0 ? 0 : view.hashAt + hashBytes).toBeLessThanOrEqual(body.length);
      }),
      propertyRuns(2_000),
    );
  });

  it('refuses a body that ends inside its fields, at every length', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const { bytes, end } = encode(fill(new RecordDraft(), fields, 0x7f), 0);
        // Without a payload every byte belongs to a field.
        for (let cut = frameHeaderBytes + recordBytesMin; cut < end; cut += 1) {
          expect(problemOf(bytes, frameHeaderBytes, cut)).toBe('fields beyond the end');
        }
      }),
      propertyRuns(30),
    );
  });

  it('asserts that a body is as long as its fixed fields', () => {
    const bytes = new Uint8Array(recordBytesMin);
    expect(() => problemOf(bytes, 0, recordBytesMin - 1)).toThrow(AssertionFailure);
  });

  it('forgets the fields of the record it stood on before', () => {
    fc.assert(
      fc.property(anyFields, anyFields, (first, next) => {
        const full = encode(fill(new RecordDraft(), first, 0xff), 0);
        const bare = fill(new RecordDraft(), next, 0);
        const { bytes, end } = encode(bare, 0);
        const view = viewOf(full);
        view.point(bytes, frameHeaderBytes, end);
        expectFields(view, bare);
      }),
      propertyRuns(50),
    );
  });
});
