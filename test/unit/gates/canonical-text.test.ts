import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../../src/codec/payload.ts';
import { canonicalText, hexOf } from '../../../src/gates/canonical-text.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** Anything a payload can hold. */
const anyValue = fc.anything({
  withBigInt: false,
  withDate: true,
  withTypedArray: false,
  withNullPrototype: false,
  withObjectString: false,
  maxDepth: 3,
  key: fc.oneof(fc.constantFrom('a', 'b', '$date', '$$a', 'z'), fc.string({ maxLength: 3 })),
});

describe('canonicalText', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined }, '{}'],
    [[undefined], '[{"$undefined":true}]'],
    [new Date(0), '{"$date":"1970-01-01T00:00:00.000Z"}'],
    [Uint8Array.of(0, 255), '{"$bytes":"00ff"}'],
    [5n, '{"$bigint":"5"}'],
    [5, '5'],
    [-0, '0'],
    [Number.NaN, '{"$number":"NaN"}'],
    [{ $date: 'x' }, '{"$$date":"x"}'],
    [undefined, '{"$undefined":true}'],
  ])('of %o is %s', (value, text) => {
    expect(canonicalText(value)).toBe(text);
  });

  it('is the same for what is stored and read again, in whatever order its keys were', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        let bytes: Uint8Array;
        try {
          bytes = encodePayload(value);
        } catch {
          return;
        }
        expect(canonicalText(decodePayload(bytes, 0, bytes.length))).toBe(canonicalText(value));
        expect(JSON.parse(canonicalText(value))).toBeDefined();
      }),
      propertyRuns(300),
    );
    expect(canonicalText({ b: 1, a: 2 })).toBe(canonicalText({ a: 2, b: 1 }));
  });

  it('tells different values apart', () => {
    const values = [5, 5n, '5', [5], { 5: 5 }, new Date(5), Uint8Array.of(5), null, undefined, {}];
    const alike = [{ $bigint: '5' }, { $bytes: '05' }, { $undefined: true }, { $date: 'x' }];
    expect(new Set([...values, ...alike].map(canonicalText)).size).toBe(14);
  });
});

describe('hexOf', () => {
  it('writes two lower-case digits a byte', () => {
    expect(hexOf(Uint8Array.of(0, 10, 255))).toBe('000aff');
  });
});
