import { hashOf } from '../codec/hash-chain.ts';
import { decodePayload, encodePayload } from '../codec/payload.ts';
import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import { InvalidPayloadError } from '../model/errors/write-errors.ts';
import { canonicalText, hexOf } from './canonical-text.ts';

/**
 * A value as gates judge it: a deep copy that shares nothing with what was given, frozen but for
 * the dates and bytes in it, which can't be. Those are looked at again before it is relied on.
 */
export class JudgedValue<Value = unknown> {
  readonly value: Value;
  /** blake3 of its canonical text, in hexadecimal. */
  readonly hash: string;
  /** Its canonical text, when something in it can still be changed. */
  readonly #text: string | undefined;

  private constructor(value: Value) {
    const text = canonicalText(value);
    this.value = value;
    this.hash = textHash(text);
    this.#text = freezeAll(value) ? undefined : text;
  }

  /**
   * Copies a payload.
   *
   * @throws {InvalidPayloadError} naming the place of what can't be stored
   */
  static of<Value>(payload: Value): JudgedValue<Value> {
    return new JudgedValue(copyOf(payload));
  }

  /**
   * Copies a context, which may be `undefined` for gates that look at payloads only.
   *
   * @throws {ArgumentTypeError} naming the place of what is no plain value
   */
  static ofContext<Context>(context: Context): JudgedValue<Context> {
    if (context === undefined) return new JudgedValue(context);
    try {
      return JudgedValue.of(context);
    } catch (cause) {
      if (!(cause instanceof InvalidPayloadError)) throw cause;
      const expected = `what a payload can hold, but ${cause.problem}`;
      throw new ArgumentTypeError(`context${cause.path.slice(1)}`, context, expected);
    }
  }

  /** Whether it still is what it was. */
  get unchanged(): boolean {
    return this.#text === undefined || canonicalText(this.value) === this.#text;
  }

  /** Whether this is the value itself, or a part of it: the very object, or an equal primitive. */
  holds(part: unknown): boolean {
    return holdsPart(this.value, part);
  }
}

/** blake3 of the canonical text of a value, in hexadecimal: what a `contextHash` is. */
export function canonicalHash(value: unknown): string {
  return textHash(canonicalText(value === undefined ? value : copyOf(value)));
}

function textHash(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return hexOf(hashOf(bytes, 0, bytes.length));
}

function copyOf<Value>(value: Value): Value {
  const bytes = encodePayload(value);
  // What a payload is encoded from is what it is decoded to.
  return decodePayload(bytes, 0, bytes.length) as Value;
}

/** Freezes it with all its parts. @returns whether everything in it could be frozen */
function freezeAll(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Date || value instanceof Uint8Array) return false;
  let frozen = true;
  for (const part of Object.values(value)) frozen = freezeAll(part) && frozen;
  Object.freeze(value);
  return frozen;
}

function holdsPart(value: unknown, part: unknown): boolean {
  if (Object.is(value, part)) return true;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return Object.values(value).some((inner) => holdsPart(inner, part));
}
