import { ArgumentTypeError } from './errors/argument-error.ts';
import { type CoordinateProblem, InvalidCoordinateError } from './errors/write-errors.ts';

/** Longest entity or scope, in bytes of UTF-8. */
export const coordinatePartBytesMax = 1024;

/** The scope of an event that was given none. */
export const defaultScope = 'default';

/**
 * Who an event is of, and where it belongs: an entity (the stream with its own clock and hash
 * chain) and a scope (a label for isolation; one entity may emit in several).
 *
 * Each part is 1 to 1024 bytes of UTF-8, well-formed, without control characters; nothing else is
 * forbidden.
 */
export class Coordinate {
  readonly entity: string;
  readonly scope: string;

  private constructor(entity: string, scope: string) {
    this.entity = entity;
    this.scope = scope;
  }

  /**
   * The coordinate of an entity in a scope.
   *
   * @param scope defaults to `default`
   * @throws {InvalidCoordinateError} when a part is empty, too long or not plain text
   * @throws {ArgumentTypeError} when a part is no string
   */
  static of(entity: string, scope: string = defaultScope): Coordinate {
    checkCoordinatePart('entity', entity);
    checkCoordinatePart('scope', scope);
    return new Coordinate(entity, scope);
  }

  /** `entity@scope`, for people. It can't be read back: an entity may hold an `@`. */
  toString(): string {
    return `${this.entity}@${this.scope}`;
  }
}

/** Where to append: a coordinate, its two parts, or the entity alone, in scope `default`. */
export type At = Coordinate | { readonly entity: string; readonly scope?: string } | string;

/**
 * Checks one part of a coordinate.
 *
 * @throws {InvalidCoordinateError} when it can't be one
 * @throws {ArgumentTypeError} when it is no string
 */
export function checkCoordinatePart(part: 'entity' | 'scope', value: unknown): void {
  if (typeof value !== 'string') throw new ArgumentTypeError(part, value, 'a string');
  if (value.length === 0) throw refuse(part, 'empty', value, 'must not be empty');
  if (value.length * 3 > coordinatePartBytesMax && utf8Bytes(value) > coordinatePartBytesMax) {
    const got = `got ${utf8Bytes(value)}`;
    const detail = `takes at most ${coordinatePartBytesMax} bytes of UTF-8, ${got}`;
    throw refuse(part, 'too long', value, detail);
  }
  if (!value.isWellFormed()) {
    throw refuse(part, 'not well-formed', value, 'must not hold half of a surrogate pair');
  }
  const control = controlCharacterAt(value);
  if (control >= 0) {
    const code = value.charCodeAt(control).toString(16).padStart(4, '0');
    throw refuse(part, 'control character', value, `must not hold U+${code} (at ${control})`);
  }
}

function refuse(
  part: 'entity' | 'scope',
  problem: CoordinateProblem,
  value: string,
  detail: string,
): InvalidCoordinateError {
  return new InvalidCoordinateError(part, problem, value, detail);
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function controlCharacterAt(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return at;
  }
  return -1;
}
