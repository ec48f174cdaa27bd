import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { assertByteRange } from '../../../src/platform/byte-range.ts';
import { failureOf } from '../../support/files-under-test.ts';

describe('assertByteRange', () => {
  const bytes = new Uint8Array(8);

  it('accepts every transfer inside the buffer', () => {
    assertByteRange(bytes, 0, 8, 0);
    assertByteRange(bytes, 8, 0, 0);
    assertByteRange(bytes, 3, 5, Number.MAX_SAFE_INTEGER);
  });

  it('names what is wrong with the others', () => {
    const wrong = [
      [0, 9, 0],
      [8, 1, 0],
      [-1, 1, 0],
      [0, -1, 0],
      [0.5, 1, 0],
      [0, 0.5, 0],
      [0, 1, -1],
      [0, 1, 0.5],
      [0, 1, Number.NaN],
      [0, 1, 2 ** 53],
    ] as const;
    for (const [start, length, position] of wrong) {
      const failure = failureOf(() => assertByteRange(bytes, start, length, position));
      expect(failure).toBeInstanceOf(AssertionFailure);
      expect(failure).toMatchObject({ facts: { bufferBytes: 8, start, length, position } });
    }
  });
});
