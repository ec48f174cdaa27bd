import { describe, expect, it } from 'vitest';
import { encodePayload } from '../../../src/codec/payload.ts';
import { decodeOrigin, encodeOrigin, originOf } from '../../../src/exchange/origin.ts';

describe('an origin', () => {
  it('comes back as it was', () => {
    const origin = { source: '/a', id: '1', timestampUs: 5, hash: new Uint8Array(32).fill(7) };
    expect(decodeOrigin(encodeOrigin(origin))).toEqual(origin);
    const extensions = new Map([['batpak.origin', encodeOrigin(origin)]]);
    expect(originOf({ extensions })).toEqual(origin);
  });

  it('is none where there is none, or something else under its name', () => {
    expect(originOf({ extensions: new Map() })).toBeUndefined();
    for (const other of [null, 7, {}, { source: 1, id: 'x' }]) {
      expect(decodeOrigin(encodePayload(other))).toBeUndefined();
    }
    expect(decodeOrigin(Uint8Array.of(0xc1))).toBeUndefined();
    expect(decodeOrigin(new Uint8Array())).toBeUndefined();
  });
});
