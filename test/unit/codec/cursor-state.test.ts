import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeU32 } from '../../../src/codec/bytes.ts';
import {
  type CursorState,
  decodeCursorState,
  encodeCursorState,
} from '../../../src/codec/cursor-state.ts';
import { checksum } from '../../../src/codec/frame.ts';
import { goldenCursor } from '../../support/golden-cursor.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const storeId = Uint8Array.from(Buffer.from('0190b0c47f6a7cc398c4dc0c0c07398f', 'hex'));
const golden = goldenCursor(storeId);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const states: fc.Arbitrary<CursorState> = fc.record({
  storeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  epoch: count,
  position: count,
  anchorSequence: count,
  anchorTimestampUs: count,
  name: text,
  region: text,
  parked: fc.array(
    fc.record({
      sequence: count,
      tries: fc.nat({ max: 0xffff_ffff }),
      parkedAtUs: count,
      message: text,
    }),
    { maxLength: 4 },
  ),
});

/** The same bytes with a checksum that fits. */
function sealed(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 4;
  writeU32(bytes, end, checksum(bytes, 0, end, 0));
  return bytes;
}

describe('the state of a cursor', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decodeCursorState(encodeCursorState(state))).toEqual(state);
      }),
      propertyRuns(200),
    );
  });

  it('is read from the golden bytes', () => {
    const path = new URL('../../fixtures/format/cursor.hex', import.meta.url);
    const hex = readFileSync(path, 'utf8').replaceAll(/^[0-9a-f]+ {2}/gm, '');
    const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
    expect(decodeCursorState(bytes)).toEqual(golden);
  });

  it('is refused with any byte of it changed', () => {
    const bytes = encodeCursorState(golden);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const expected = at < 4 ? 'bad magic' : at < 8 ? 'unknown version' : 'checksum mismatch';
      expect(decodeCursorState(changed)).toBe(expected);
    }
  });

  it('is refused at any length but its own', () => {
    const bytes = encodeCursorState(golden);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeCursorState(bytes.subarray(0, length))).toMatch(/cut off|checksum mismatch/);
    }
  });

  it('is refused when its lengths lead past its end, or not to it', () => {
    const bytes = encodeCursorState(golden);
    const changed = (change: (bytes: Uint8Array) => void) => {
      const copy = bytes.slice();
      change(copy);
      return decodeCursorState(sealed(copy));
    };
    expect(changed((copy) => writeU32(copy, 56, 2))).toBe('impossible length');
    expect(changed((copy) => writeU32(copy, 56, 0))).toBe('impossible length');
    expect(changed((copy) => copy.fill(0xff, 60, 62))).toBe('impossible length');
  });
});
