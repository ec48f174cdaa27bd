import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { notPlain, PayloadReader } from '../../../src/codec/payload-reader.ts';
import { anyPayload } from '../../support/any-payload.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const msgpackr = new Packr({ useRecords: false, variableMapSize: true });

function read(bytes: Uint8Array): unknown {
  return new PayloadReader().read(bytes, 0, bytes.length);
}

const long = 'a key of more than thirty-one bytes';

describe('PayloadReader', () => {
  it('reads what msgpackr reads, or nothing, among other bytes', () => {
    const reader = new PayloadReader();
    fc.assert(
      fc.property(anyPayload, fc.nat({ max: 20 }), (payload, start) => {
        const packed = msgpackr.pack(payload);
        const end = start + packed.length;
        const bytes = new Uint8Array(end + 40).fill(0xa3);
        bytes.set(packed, start);
        const value = reader.read(bytes, start, end);
        expect(value === notPlain || isDeepStrictEqual(value, msgpackr.unpack(packed))).toBe(true);
      }),
      propertyRuns(2_000),
    );
  });

  it('reads each form that is plain', () => {
    const far = 'x'.repeat(300);
    const payload = {
      none: null,
      both: [true, false],
      numbers: [0, 127, 128, 255, 256, 65_535, 65_536, 0xffff_ffff, 1.5, 2 ** 40],
      negative: [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31)],
      texts: ['', 'short', 'of sixteen bytes', 'è', '日本語', '🙂', far],
      many: Array.from({ length: 20 }, (_, index) => ({ index })),
      wide: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key ${index}`, index])),
    };
    expect(read(msgpackr.pack(payload))).toStrictEqual(payload);
    expect(read(msgpackr.pack(7))).toBe(7);
    expect(read(msgpackr.pack('alone'))).toBe('alone');
  });

  it('leaves the rest to another decoder', () => {
    const rest = [new Uint8Array(3), 2n ** 60n, new Date(5), undefined, { [long]: 1 }];
    for (const value of rest) {
      expect(read(msgpackr.pack(value))).toBe(notPlain);
      expect(read(msgpackr.pack([1, { value }]))).toBe(notPlain);
    }
    expect(read(Uint8Array.of(0x81, 0x01, 0x02))).toBe(notPlain);
    const prototype = Uint8Array.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x80]);
    expect(read(prototype)).toBe(notPlain);
  });

  it('leaves bytes that end too early, or go on, at every length', () => {
    const whole = msgpackr.pack({ key: ['text', 1.5, { inner: 70_000 }], other: 'é'.repeat(20) });
    for (let end = 0; end < whole.length; end += 1) {
      expect(new PayloadReader().read(whole, 0, end)).toBe(notPlain);
    }
    expect(read(Uint8Array.from([...whole, 1]))).toBe(notPlain);
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const value = read(bytes);
        expect(value === notPlain || isDeepStrictEqual(value, msgpackr.unpack(bytes))).toBe(true);
      }),
      propertyRuns(5_000),
    );
    expect(read(new Uint8Array(100_000).fill(0x91))).toBe(notPlain);
    expect(read(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff))).toBe(notPlain);
  });
});
