import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonProblem, strictJson } from '../../../../src/aggregates/stepping/strict-json.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

/** Arrays in arrays, so many of them. */
function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** Why the value is refused, if it is. */
function problemOf(value: unknown): JsonProblem | undefined {
  const checked = strictJson(value);
  return 'refused' in checked ? checked.refused : undefined;
}

/** A key that JSON allows and that is refused, as no object keeps it safely. */
function namesNoPrototype(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"');
}

describe('strictJson', () => {
  it('copies, so that a change of one is no change of the other', () => {
    const value = { list: [{ n: 1 }] };
    const checked = strictJson(value);
    value.list.push({ n: 2 });
    expect(checked).toEqual({ copy: { list: [{ n: 1 }] } });
  });

  it('finds nothing wrong with JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue().filter(namesNoPrototype), (value) => {
        // What comes back from the text has no -0 any more.
        const json: unknown = JSON.parse(JSON.stringify(value));
        expect(strictJson(json)).toEqual({ copy: json });
      }),
      propertyRuns(200),
    );
    expect(problemOf(Object.assign(Object.create(null) as object, { a: 1 }))).toBeUndefined();
  });

  it.each([
    [undefined, '$', 'undefined'],
    [{ a: undefined }, '$.a', 'undefined'],
    [{ a: [0, { b: 1n }] }, '$.a[1].b', 'bigint'],
    [[() => 1], '$[0]', 'function'],
    [{ a: Number.NaN }, '$.a', 'NaN'],
    [{ a: Number.POSITIVE_INFINITY }, '$.a', 'Infinity'],
    [{ a: 'half \ud83d' }, '$.a', 'surrogate'],
    [{ a: new Date(0) }, '$.a', 'Date'],
    [{ a: new Map() }, '$.a', 'Map'],
    [{ a: new (class Money {})() }, '$.a', 'Money'],
    [new Array(1), '$[0]', 'undefined'],
    [JSON.parse('{"a":{"__proto__":1}}'), '$.a.__proto__', 'name'],
    [{ '\ud83d': 1 }, '$.\ud83d', 'name'],
    [{ a: -0 }, '$.a', '-0'],
  ])('tells where %o is not JSON, and why', (value, path, problem) => {
    expect(problemOf(value)).toEqual({ path, problem: expect.stringContaining(problem) });
  });

  it('tells of properties under symbols, which JSON would lose', () => {
    expect(problemOf({ [Symbol('lost')]: 1 })).toMatchObject({ path: '$' });
  });

  it('takes what is nested 128 levels deep and no deeper, nor what holds itself', () => {
    expect(problemOf(nested(128))).toBeUndefined();
    expect(problemOf(nested(129))).toMatchObject({ path: '$' });
    const circle: unknown[] = [];
    circle.push(circle);
    expect(problemOf(circle)).toEqual({ path: '$', problem: expect.stringContaining('128') });
  });
});
