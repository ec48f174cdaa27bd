import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameHeaderBytes } from '../../../src/codec/frame.ts';
import { hashBytes } from '../../../src/codec/hash-chain.ts';
import { RecordDraft } from '../../../src/codec/record.ts';
import { recordBytesMin, recordTypes } from '../../../src/codec/record-layout.ts';
import { RecordView } from '../../../src/codec/record-view.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { anyFields, encode, expectFields, fill, viewOf } from '../../support/any-record.ts';
import { propertyRuns } from '../../support/property-runs.ts';

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
