import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest16, genesisHash, hashBytes, hashOf } from '../../../src/codec/hash-chain.ts';
import { propertyRuns } from '../../support/property-runs.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

// From the published test vectors of BLAKE3: the input is the bytes 0, 1, … 250, 0, 1, …
const vectors: readonly [number, string][] = [
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [2, '7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
];

describe('hashOf', () => {
  it.each(vectors)('is BLAKE3: the published hash of %i bytes', (length, expected) => {
    const input = Uint8Array.from({ length }, (_, index) => index % 251);
    expect(hex(hashOf(input, 0, length))).toBe(expected);
  });

  it('covers the bytes from start up to, not including, end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(), (bytes, left, right) => {
        const bounds = [left % (bytes.length + 1), right % (bytes.length + 1)];
        const [start = 0, end = 0] = bounds.sort((a, b) => a - b);
        expect(hex(hashOf(bytes, start, end))).toBe(
          hex(hashOf(bytes.slice(start, end), 0, end - start)),
        );
      }),
      propertyRuns(200),
    );
  });

  it('gives 32 bytes that later calls leave alone', () => {
    const first = hashOf(Uint8Array.of(0), 0, 1);
    const kept = hex(first);
    for (let round = 0; round < 100; round += 1) hashOf(Uint8Array.of(round), 0, 1);
    expect(first).toHaveLength(hashBytes);
    expect(hex(first)).toBe(kept);
  });
});

describe('digest16', () => {
  it('is the first half of the hash of the UTF-8 text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const utf8 = new TextEncoder().encode(text);
        expect(hex(digest16(text))).toBe(hex(hashOf(utf8, 0, utf8.length)).slice(0, 32));
      }),
      propertyRuns(200),
    );
    expect(hex(digest16('abc'))).toBe('6437b3ac38465133ffb63b75273a8db5');
  });
});

describe('genesisHash', () => {
  it('is 32 zero bytes', () => {
    expect(hex(genesisHash)).toBe('00'.repeat(32));
  });
});
