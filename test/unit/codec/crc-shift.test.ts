import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerAfter, shiftBytesMax, shiftCrc } from '../../../src/codec/crc-shift.ts';
import { checksum } from '../../../src/codec/frame.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

describe('the register of a checksum', () => {
  it('shifted is the register after so many zero bytes', () => {
    const count = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: shiftBytesMax }));
    const edges = [0, 1, 15, 16, 255, 256, 4096, shiftBytesMax].map((zeros): [number, number] => [
      -0x1234_5678,
      zeros,
    ]);
    fc.assert(
      fc.property(word, count, (register, zeros) => {
        const bytes = new Uint8Array(zeros);
        const expected = ~checksum(bytes, 0, zeros, ~register >>> 0);
        expect(shiftCrc(register, zeros) | 0).toBe(expected);
      }),
      { ...propertyRuns(300), examples: edges },
    );
  });

  it('after a few bytes is that of their checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), word, (bytes, register) => {
        const expected = ~checksum(bytes, 0, bytes.length, ~register >>> 0);
        expect(registerAfter(bytes, 0, bytes.length, register) | 0).toBe(expected);
      }),
      propertyRuns(300),
    );
  });
});
