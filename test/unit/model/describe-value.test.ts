import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeValue } from '../../../src/model/describe-value.ts';
import { propertyRuns } from '../../support/property-runs.ts';

describe('describeValue', () => {
  it.each([
    ['a short text', 'or"der', '"or\\"der"'],
    ['a text of 60 characters', 'x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['a longer text', 'x'.repeat(61), `"${'x'.repeat(60)}"… (61 characters)`],
    ['a number', -1.5, '-1.5'],
    ['no number', Number.NaN, 'NaN'],
    ['a truth value', true, 'true'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a large integer', 12n, '12n'],
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('secret'), 'a symbol'],
    ['an array', [1, 2, 3], 'an array of 3'],
    ['a plain object', { card: '4111' }, 'an object'],
    ['an object without a prototype', Object.create(null), 'an object'],
    ['a Map', new Map(), 'a Map'],
    ['bytes', new Uint8Array(2), 'a Uint8Array'],
    ['an object of a class without a name', new (class {})(), 'an object'],
  ])('shows %s', (_, value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('stays short and never shows what is inside an object', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        const text = describeValue(value);
        expect(text.length).toBeGreaterThan(0);
        // Sixty characters, each of which may be written as the six of \u0000.
        expect(text.length).toBeLessThanOrEqual(60 * 6 + 40);
      }),
      propertyRuns(500),
    );
  });
});
