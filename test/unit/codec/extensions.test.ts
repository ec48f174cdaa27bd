import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import {
  decodeExtensions,
  encodeExtensions,
  findExtension,
} from '../../../src/codec/extensions.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** The extensions as plain entries, so that a Buffer and a Uint8Array compare by their bytes. */
function entries(extensions: ReadonlyMap<string, Uint8Array>): [string, number[]][] {
  return [...extensions].map(([name, bytes]) => [name, [...bytes]]);
}

const anyExtensions = fc
  .array(
    fc.tuple(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.uint8Array({ maxLength: 300 })),
    { maxLength: 20 },
  )
  .map((pairs) => new Map(pairs));

describe('extensions', () => {
  it('come back with their names, bytes and order', () => {
    fc.assert(
      fc.property(anyExtensions, (extensions) => {
        const decoded = decodeExtensions(encodeExtensions(extensions));
        expect(entries(decoded)).toEqual(entries(extensions));
        for (const bytes of decoded.values()) expect(bytes).toBeInstanceOf(Uint8Array);
      }),
      propertyRuns(300),
    );
  });

  it('are found by a name in ASCII, without decoding the others', () => {
    const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(anyExtensions, name, fc.uint8Array({ maxLength: 300 }), (others, wanted, own) => {
        expect(findExtension(encodeExtensions(others), wanted)).toEqual(others.get(wanted));
        const all = new Map([...others, [wanted, own] as const]);
        expect(findExtension(encodeExtensions(all), wanted)).toEqual(own);
      }),
      propertyRuns(300),
    );
    expect(findExtension(undefined, 'm')).toBeUndefined();
  });

  it('are a msgpack map of strings to binary', () => {
    const bytes = encodeExtensions(new Map([['m', Uint8Array.of(1, 2)]]));
    expect(Buffer.from(bytes).toString('hex')).toBe('81a16dc4020102');
  });

  it('have the bytes that msgpackr gives them, short or not', () => {
    const msgpackr = new Packr({ useRecords: false, mapsAsObjects: false });
    fc.assert(
      fc.property(anyExtensions, (extensions) => {
        const packed = Uint8Array.from(msgpackr.pack(new Map(extensions)));
        expect(encodeExtensions(extensions)).toEqual(packed);
      }),
      propertyRuns(300),
    );
  });

  it('keep a name that begins with a byte order mark', () => {
    const name = `\ufeff${'x'.repeat(100)}`;
    const decoded = decodeExtensions(encodeExtensions(new Map([[name, Uint8Array.of(1)]])));
    expect([...decoded.keys()]).toEqual([name]);
  });

  it('are none when there are no bytes', () => {
    expect(decodeExtensions(undefined).size).toBe(0);
  });

  it('are encoded into a buffer of their own, and decoded out of it', () => {
    const first = encodeExtensions(new Map([['m', Uint8Array.of(1, 2)]]));
    const kept = [...first];
    for (let round = 0; round < 100; round += 1) {
      encodeExtensions(new Map([['n', new Uint8Array(200).fill(round)]]));
    }
    expect([...first]).toEqual(kept);
    expect(first.buffer.byteLength).toBe(first.length);
    const decoded = decodeExtensions(first);
    first.fill(0);
    expect(entries(decoded)).toEqual([['m', [1, 2]]]);
  });
});
