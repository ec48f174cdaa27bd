import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from '../../../src/projections/state-codec.ts';

const key = Uint8Array.of(1, 2);
const meta = { watermark: 7, cachedAtUs: 1000 };
const kept = { state: { total: 3, at: new Date(5) }, changedAt: 6, meta };

describe('the bytes of a state', () => {
  it('give it back', () => {
    const value = encodeState('store', key, kept);
    expect(decodeState('store', key, { value, meta })).toEqual(kept);
    const untouched = { ...kept, state: null, changedAt: -1 };
    const other = encodeState('store', key, untouched);
    expect(decodeState('store', key, { value: other, meta })).toEqual(untouched);
  });

  it('are none of another store, key, watermark or time', () => {
    const value = encodeState('store', key, kept);
    expect(decodeState('other', key, { value, meta })).toBeUndefined();
    expect(decodeState('store', Uint8Array.of(1), { value, meta })).toBeUndefined();
    for (const wrong of [
      { ...meta, watermark: 8 },
      { ...meta, cachedAtUs: 1 },
    ]) {
      expect(decodeState('store', key, { value, meta: wrong })).toBeUndefined();
    }
  });

  it('are none when any bit of them differs, or the end is missing', () => {
    const value = encodeState('store', key, kept);
    for (let at = 0; at < value.length; at += 1) {
      const flipped = Uint8Array.from(value, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(decodeState('store', key, { value: flipped, meta })).toBeUndefined();
      expect(decodeState('store', key, { value: value.subarray(0, at), meta })).toBeUndefined();
    }
  });

  it('are none of a state that can not be stored', () => {
    for (const state of [undefined, new Map(), () => 1, { nested: Symbol('x') }]) {
      expect(() => encodeState('store', key, { ...kept, state })).toThrow(
        expect.objectContaining({ code: 'BATPAK_INVALID_PAYLOAD' }),
      );
    }
  });
});
