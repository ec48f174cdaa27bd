import { describe, expect, it } from 'vitest';
import { decodeTrailer, encodeTrailer, trailerBytes } from '../../../../src/codec/index/trailer.ts';

const summary = Uint8Array.of(1, 2, 3);

describe('a trailer', () => {
  it('is read as it was written', () => {
    const bytes = encodeTrailer('FBATFOOT', 3, 2 ** 33, summary, 5);
    expect(bytes).toHaveLength(trailerBytes);
    expect(decodeTrailer(bytes, 'FBATFOOT', 5)).toEqual({
      version: 3,
      chunkBytes: 2 ** 33,
      summaryBytes: 3,
      summaryChecksum: expect.any(Number),
    });
  });

  it('is none of another make, of another salt, or of another length', () => {
    const bytes = encodeTrailer('FBATFOOT', 3, 0, summary, 5);
    expect(decodeTrailer(bytes, 'FBATIMAG', 5)).toBeUndefined();
    expect(decodeTrailer(bytes, 'FBATFOOT', 6)).toBeUndefined();
    expect(decodeTrailer(bytes.subarray(1), 'FBATFOOT', 5)).toBeUndefined();
  });

  it('is none with any byte changed', () => {
    const bytes = encodeTrailer('FBATIMAG', 1, 70, summary, 0);
    for (let at = 0; at < trailerBytes; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(decodeTrailer(changed, 'FBATIMAG', 0)).toBeUndefined();
    }
  });
});
