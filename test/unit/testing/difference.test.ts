import { describe, expect, it } from 'vitest';
import { differencesOf, partialDifferencesOf } from '../../../src/testing/difference.ts';

describe('differencesOf', () => {
  it.each([
    [1, 1],
    [Number.NaN, Number.NaN],
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
    [{ a: undefined }, {}],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('are none between %j and %j', (expected, actual) => {
    expect(differencesOf(expected, actual, 'x')).toEqual([]);
  });

  it.each([
    [1, 2, 'x: expected 1, got 2'],
    [0, -0, 'x: expected 0, got 0'],
    ['a', undefined, 'x: expected "a", got undefined'],
    [[1], [1, 2], 'x[1]: expected undefined, got 2'],
    [[1], { 0: 1 }, 'x: expected [1], got {"0":1}'],
    [{ a: { b: 1n } }, { a: { b: 2n } }, 'x.a.b: expected 1n, got 2n'],
    [{ a: { b: 1n } }, { a: 2 }, 'x.a: expected {"b":"1n"}, got 2'],
    [
      new Date(0),
      new Date(0),
      'x: expected "1970-01-01T00:00:00.000Z", got "1970-01-01T00:00:00.000Z"',
    ],
  ])('tell where %o is not %o', (expected, actual, line) => {
    expect(differencesOf(expected, actual, 'x')).toEqual([line]);
  });
});

describe('partialDifferencesOf', () => {
  it('looks at the keys alone that are expected, and into them whole', () => {
    expect(partialDifferencesOf({ a: 1 }, { a: 1, b: 2 }, 'x')).toEqual([]);
    expect(partialDifferencesOf({ a: {} }, { a: { c: 3 }, b: 2 }, 'x')).toEqual([
      'x.a.c: expected undefined, got 3',
    ]);
  });
});
