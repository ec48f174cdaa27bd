import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, payloadDepthMax } from '../../../src/codec/payload.ts';
import { InvalidPayloadError } from '../../../src/model/errors/write-errors.ts';
import { anyPayload } from '../../support/any-payload.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** The payload after a stay on the disk, where other bytes lie before and behind it. */
function stored(payload: unknown, before = 3, behind = 5): unknown {
  const encoded = encodePayload(payload);
  const bytes = new Uint8Array(before + encoded.length + behind).fill(0xda);
  bytes.set(encoded, before);
  const value = decodePayload(bytes, before, before + encoded.length);
  bytes.fill(0);
  return value;
}

/** Where and why the payload is refused; `undefined` when it is taken. */
function refusalOf(payload: unknown): { path: string; problem: string } | undefined {
  try {
    encodePayload(payload);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidPayloadError)) throw error;
    expect(error.code).toBe('BATPAK_INVALID_PAYLOAD');
    return { path: error.path, problem: error.problem };
  }
}

class Money {
  readonly cents = 1;
}

/** What can't be stored, and the words for it. */
const refused: readonly [string, () => unknown, string][] = [
  ['a function', () => () => 1, 'a function can not be stored'],
  ['a class', () => Money, 'a function can not be stored'],
  ['a symbol', () => Symbol('s'), 'a symbol can not be stored'],
  ['an instance of a class', () => new Money(), 'a Money would not come back as one'],
  ['a Map', () => new Map(), 'a Map would not come back as one'],
  ['a Set', () => new Set(), 'a Set would not come back as one'],
  ['a RegExp', () => /x/, 'a RegExp would not come back as one'],
  ['an Error', () => new TypeError('x'), 'a TypeError would not come back as one'],
  ['a Promise', () => Promise.resolve(), 'a Promise would not come back as one'],
  ['a URL', () => new URL('http://localhost'), 'a URL would not come back as one'],
  ['a boxed number', () => Object(1), 'a Number would not come back as one'],
  ['other bytes', () => new Uint16Array(2), 'a Uint16Array would not come back as one'],
  ['an ArrayBuffer', () => new ArrayBuffer(2), 'a ArrayBuffer would not come back as one'],
  ['an invalid Date', () => new Date(Number.NaN), 'is an invalid Date'],
  ['half of a surrogate pair', () => 'a\ud83d', 'holds half of a surrogate pair'],
  ['2^64', () => 2n ** 64n, '18446744073709551616n does not fit in 64 bits'],
  ['-2^63 - 1', () => -(2n ** 63n) - 1n, '-9223372036854775809n does not fit in 64 bits'],
];

/** Steps into a payload: keys of objects and indexes of arrays. */
const anySteps = fc.array(
  fc.oneof(fc.nat({ max: 3 }), fc.constantFrom('lines', 'price', 'a.b', '0')),
  { maxLength: 6 },
);

function nested(steps: readonly (string | number)[], leaf: unknown): unknown {
  return steps.reduceRight((inner, step) => {
    if (typeof step === 'string') return { before: 1, [step]: inner, behind: 'x' };
    return [...Array<number>(step).fill(0), inner, null];
  }, leaf);
}

function pathTo(steps: readonly (string | number)[]): string {
  return steps.map((step) => (typeof step === 'string' ? `.${step}` : `[${step}]`)).join('');
}

describe('a payload', () => {
  it('comes back as it was, whatever of its domain it is', () => {
    fc.assert(
      fc.property(
        anyPayload,
        fc.nat({ max: 9 }),
        fc.nat({ max: 80 }),
        (payload, before, behind) => {
          const decoded = stored(payload, before, behind);
          if (!isDeepStrictEqual(decoded, payload)) expect(decoded).toEqual(payload);
        },
      ),
      propertyRuns(1_000),
    );
  });

  it('keeps the order of its properties', () => {
    expect(Object.keys(stored({ b: 1, a: 2, '2': 3, '1': 4 }) as object)).toEqual([
      '1',
      '2',
      'b',
      'a',
    ]);
  });

  it('may hold properties and items that are undefined', () => {
    expect(stored({ a: undefined, b: [undefined] })).toStrictEqual({
      a: undefined,
      b: [undefined],
    });
  });

  it('loses the sign of -0, and keeps NaN and the infinities', () => {
    expect(stored(-0)).toBe(0);
    expect(stored([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('gives plain objects for objects without a prototype, and Uint8Arrays for Buffers', () => {
    const bare: unknown = Object.assign(Object.create(null), { a: 1 });
    expect(stored(bare)).toStrictEqual({ a: 1 });
    expect(isDeepStrictEqual(stored(Buffer.from('ab')), Uint8Array.of(97, 98))).toBe(true);
  });

  it('gives plain Uint8Arrays when it was read into one, as records are', () => {
    const encoded = Uint8Array.from(encodePayload({ bytes: Uint8Array.of(1, 2) }));
    const decoded = decodePayload(encoded, 0, encoded.length);
    expect(isDeepStrictEqual(decoded, { bytes: Uint8Array.of(1, 2) })).toBe(true);
  });

  it('keeps Dates to the millisecond, before 1970 and to the ends of time', () => {
    const times = [-8.64e15, -1, 0, 1, 2 ** 32 * 1000 - 1, 2 ** 34 * 1000, 8.64e15];
    expect(stored(times.map((time) => new Date(time)))).toEqual(
      times.map((time) => new Date(time)),
    );
  });

  it('is encoded into bytes that later calls leave alone', () => {
    const first = encodePayload({ text: 'x'.repeat(200) });
    const kept = Buffer.from(first).toString('hex');
    for (let round = 0; round < 2_000; round += 1) encodePayload({ text: 'y'.repeat(200) });
    expect(Buffer.from(first).toString('hex')).toBe(kept);
  });

  it('is encoded as msgpack', () => {
    const encoded = encodePayload({ a: 1, b: [true, null], c: 'é', d: 2 ** 32, e: 1n });
    expect(Buffer.from(encoded).toString('hex')).toBe(
      '85a16101a16292c3c0a163a2c3a9a164cb41f0000000000000a165d30000000000000001',
    );
  });
});

describe('a payload that can not come back', () => {
  it.each(refused)('is refused: %s', (_, make, problem) => {
    expect(refusalOf(make())).toEqual({ path: '$', problem });
  });

  it('is refused with the exact path of what is wrong', () => {
    fc.assert(
      fc.property(anySteps, fc.constantFrom(...refused), (steps, [, make, problem]) => {
        expect(refusalOf(nested(steps, make()))).toEqual({ path: `$${pathTo(steps)}`, problem });
      }),
      propertyRuns(500),
    );
  });

  it('is refused when it is undefined', () => {
    expect(refusalOf(undefined)).toEqual({ path: '$', problem: 'undefined can not be stored' });
  });

  it('is refused for a property that would change the prototype, or is not well-formed', () => {
    const problem = 'a property can not have this name';
    const poisoned: unknown = JSON.parse('{"a":[{"__proto__":{"admin":true}}]}');
    expect(refusalOf(poisoned)).toEqual({ path: '$.a[0].__proto__', problem });
    expect(refusalOf({ '\ud83d': 1 })).toMatchObject({ path: '$.\ud83d' });
  });

  it('is refused for a text or a name that begins with a byte order mark', () => {
    const problem = 'begins with a byte order mark';
    expect(refusalOf({ a: '\ufeffb' })).toEqual({ path: '$.a', problem });
    expect(refusalOf({ '\ufeffa': 1 })).toEqual({ path: '$.\ufeffa', problem });
  });

  it('is refused when it is nested deeper than 128 levels', () => {
    const steps = Array<number>(payloadDepthMax - 1).fill(0);
    expect(refusalOf(nested(steps, []))).toBeUndefined();
    expect(refusalOf(nested([...steps, 0], []))).toEqual({
      path: '$',
      problem: 'is nested deeper than 128 levels, or holds itself',
    });
  });

  it('is refused when it holds itself', () => {
    const circle: { self?: unknown } = {};
    circle.self = [circle];
    expect(refusalOf(circle)?.problem).toContain('holds itself');
    const twice = { price: 1 };
    expect(stored([twice, twice])).toEqual([{ price: 1 }, { price: 1 }]);
  });

  it('is refused for a hole in an array, which would come back filled', () => {
    const holed: unknown[] = [1];
    holed[2] = 3;
    expect(refusalOf({ list: holed })?.path).toBe('$.list[1]');
  });

  it('is refused by a coded error, never by one of the encoder', () => {
    const bare: unknown = Object.assign(Object.create(null), { toJSON: 1 });
    for (const payload of [bare, { constructor: 1, toJSON: 1 }]) {
      if (refusalOf(payload) === undefined)
        expect(stored(payload)).toEqual({ ...(payload as object) });
    }
  });

  it('is stored or refused, but not half-known, with 65 536 properties', () => {
    const entries = Array.from({ length: 65_536 }, (_, index) => [`k${index}`, index] as const);
    const payload = Object.fromEntries(entries);
    if (refusalOf(payload) === undefined) expect(stored(payload)).toEqual(payload);
  });
});

describe('a payload without the native part of msgpackr, which is optional', () => {
  it('comes back the same', () => {
    const source = new URL('../../../src/codec/payload.ts', import.meta.url);
    const script = `
      import { decodePayload, encodePayload } from ${JSON.stringify(source.href)};
      const lengths = [1, 15, 16, 31, 32, 63, 64, 65, 255, 256, 5000, 70000];
      const units = ['a', 'é', '€', '😀', 'a\\ufeff', '\\0'];
      const lost = [];
      for (const unit of units) for (const length of lengths) {
        const text = unit.repeat(length);
        const bytes = encodePayload({ text });
        if (decodePayload(bytes, 0, bytes.length).text !== text) lost.push([unit, length]);
      }
      console.log(JSON.stringify(lost));
    `;
    const environment = { ...process.env, MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' };
    const output = execFileSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { env: environment, encoding: 'utf8', cwd: new URL('../../..', import.meta.url) },
    );
    expect(JSON.parse(output)).toEqual([]);
  });
});
