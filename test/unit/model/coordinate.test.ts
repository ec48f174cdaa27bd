import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Coordinate,
  checkCoordinatePart,
  coordinatePartBytesMax,
  defaultScope,
} from '../../../src/model/coordinate.ts';
import { ArgumentTypeError } from '../../../src/model/errors/argument-error.ts';
import {
  type CoordinateProblem,
  InvalidCoordinateError,
} from '../../../src/model/errors/write-errors.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** What is wrong with the part, and what its error says; `undefined` when it is taken. */
function refusalOf(value: unknown, part: 'entity' | 'scope' = 'entity') {
  try {
    checkCoordinatePart(part, value);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidCoordinateError)) throw error;
    expect(error.code).toBe('BATPAK_INVALID_COORDINATE');
    expect(error.part).toBe(part);
    expect(error.value).toBe(value);
    return { problem: error.problem, message: error.message };
  }
}

/** The same rule once more, by code points, as slow as it likes. */
function naiveProblem(text: string): CoordinateProblem | undefined {
  if (text === '') return 'empty';
  let bytes = 0;
  const problems = new Set<CoordinateProblem>();
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    if (point >= 0xd800 && point <= 0xdfff) problems.add('not well-formed');
    if (/\p{Cc}/u.test(character)) problems.add('control character');
  }
  if (bytes > 1024) return 'too long';
  if (problems.has('not well-formed')) return 'not well-formed';
  return problems.has('control character') ? 'control character' : undefined;
}

const anyPart = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.constantFrom('a', ':', '@', ' ', 'é', '€', '😀', '\ud800', '\u0085', '\u00ad'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('a', 'é', '€', '😀'), fc.integer({ min: 255, max: 1026 }))
    .map(([unit, count]) => unit.repeat(count)),
);

describe('a coordinate part', () => {
  it('is judged as a slow reading of the rule judges it', () => {
    fc.assert(
      fc.property(anyPart, (text) => {
        expect(refusalOf(text)?.problem).toBe(naiveProblem(text));
      }),
      propertyRuns(1_000),
    );
  });

  it.each([
    ['ASCII', 'a', 1],
    ['two-byte letters', 'é', 2],
    ['three-byte signs', '€', 3],
    ['four-byte signs', '😀', 4],
  ])('takes 1 024 bytes of %s and not 1 025', (_, unit, unitBytes) => {
    const count = Math.floor(coordinatePartBytesMax / unitBytes);
    const fits = unit.repeat(count) + 'a'.repeat(coordinatePartBytesMax - count * unitBytes);
    expect(new TextEncoder().encode(fits).length).toBe(1024);
    expect(refusalOf(fits)).toBeUndefined();
    expect(refusalOf(`${fits}a`)).toEqual({
      problem: 'too long',
      message: 'entity takes at most 1024 bytes of UTF-8, got 1025',
    });
  });

  it('is not empty', () => {
    expect(refusalOf('', 'scope')).toEqual({
      problem: 'empty',
      message: 'scope must not be empty',
    });
  });

  it('holds no control character: the message says which and where', () => {
    const controls = [0x00, 0x09, 0x0a, 0x1f, 0x7f, 0x80, 0x9f];
    for (const code of controls) {
      expect(refusalOf(`ab${String.fromCharCode(code)}`)).toEqual({
        problem: 'control character',
        message: `entity must not hold U+${code.toString(16).padStart(4, '0')} (at 2)`,
      });
    }
    for (const code of [0x20, 0x7e, 0xa0]) {
      expect(refusalOf(`ab${String.fromCharCode(code)}`)).toBeUndefined();
    }
  });

  it('holds no half of a surrogate pair, in either order', () => {
    for (const text of ['\ud83d', 'a\ude00', '\ude00\ud83d', '😀\ud83d']) {
      expect(refusalOf(text)?.problem).toBe('not well-formed');
    }
    expect(refusalOf('\ud83d\ude00')).toBeUndefined();
  });

  it('is a string', () => {
    for (const value of [undefined, null, 1, {}, ['a']]) {
      expect(() => checkCoordinatePart('scope', value)).toThrow(ArgumentTypeError);
      expect(() => checkCoordinatePart('scope', value)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'scope', value }),
      );
    }
  });
});

describe('Coordinate', () => {
  it('keeps its parts as they were given', () => {
    const at = Coordinate.of('player:alice', 'room:dungeon');
    expect([at.entity, at.scope]).toEqual(['player:alice', 'room:dungeon']);
  });

  it('is in scope default unless it is told another', () => {
    expect(Coordinate.of('order:1').scope).toBe('default');
    expect(defaultScope).toBe('default');
  });

  it('is printed as entity@scope', () => {
    expect(String(Coordinate.of('a@b', 'c'))).toBe('a@b@c');
  });

  it('checks both parts', () => {
    expect(() => Coordinate.of('', 'c')).toThrow(
      expect.objectContaining({ part: 'entity', problem: 'empty' }),
    );
    expect(() => Coordinate.of('a', '\n')).toThrow(
      expect.objectContaining({ part: 'scope', problem: 'control character' }),
    );
  });
});
