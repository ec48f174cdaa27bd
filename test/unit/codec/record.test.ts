import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceBytes } from '../../../src/codec/bytes.ts';
import { checkFrame, frameHeaderBytes } from '../../../src/codec/frame.ts';
import { hashBytes, hashOf } from '../../../src/codec/hash-chain.ts';
import {
  type EncodedRecord,
  encodeRecord,
  frameBytesMax,
  RecordDraft,
} from '../../../src/codec/record.ts';
import {
  durableOffsetIn,
  eventIdAt,
  hashedFrom,
  recordBytesMin,
  sequenceIn,
} from '../../../src/codec/record-layout.ts';
import {
  anyFields,
  bytesAt,
  encode,
  expectFields,
  fill,
  salt,
  viewOf,
} from '../../support/any-record.ts';
import { propertyRuns } from '../../support/property-runs.ts';

// One bit of the mask for each field that may be left out; the payload is the eighth.
const optionalCount = 8;
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
