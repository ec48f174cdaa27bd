import { Packr } from 'msgpackr';
import { InvalidPayloadError } from '../model/errors/write-errors.ts';
import { notPlain, PayloadReader } from './payload-reader.ts';

/** Deepest nesting of a payload; what refers to itself is deeper than any limit. */
export const payloadDepthMax = 128;

const byteOrderMark = 0xfeff;

// variableMapSize: maps of any size, and the small ones two bytes shorter.
const codec = new Packr({
  useRecords: false,
  copyBuffers: true,
  useToJSON: false,
  variableMapSize: true,
});

/**
 * Checks and encodes a payload as msgpack. What it takes is what comes back: `null`, booleans,
 * numbers, strings (well-formed, without a
 * byte order mark at the start), `bigint` of 64 bits, `Date`, `Uint8Array`, arrays and plain
 * objects of these; a property may be `undefined`. `-0` is stored as `0`.
 *
 * @returns a view over a larger buffer; later calls leave it alone
 * @throws {InvalidPayloadError} naming the place of what can't be stored
 */
export function encodePayload(payload: unknown): Uint8Array {
  if (payload === undefined) throw new InvalidPayloadError('$', 'undefined can not be stored');
  checkValue(payload, undefined, 0);
  return codec.pack(payload);
}

/** Decodes what {@link encodePayload} made; the value shares nothing with the bytes. */
export function decodePayload(bytes: Uint8Array, start: number, end: number): unknown {
  const plain = reader.read(bytes, start, end);
  if (plain !== notPlain) return plain;
  // The decoder takes a place only in an object, and doesn't keep that: one serves all payloads.
  part.start = start;
  part.end = end;
  return codec.unpack(bytes, part);
}

const reader = new PayloadReader();
const part = { start: 0, end: 0 };

/** A value's place, kept as a chain so that the path is built only when it is needed. */
interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

function checkValue(value: unknown, place: Place | undefined, depth: number): void {
  switch (typeof value) {
    case 'string':
      checkText(value, place);
      return;
    case 'number':
    case 'boolean':
    case 'undefined':
      return;
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
        throw refuse(place, `${value}n does not fit in 64 bits`);
      }
      return;
    case 'object':
      if (value !== null) checkObject(value, place, depth);
      return;
    default:
      throw refuse(place, `a ${typeof value} can not be stored`);
  }
}

function checkObject(value: object, place: Place | undefined, depth: number): void {
  if (depth === payloadDepthMax) {
    throw refuse(undefined, `is nested deeper than ${payloadDepthMax} levels, or holds itself`);
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (item === undefined && !(index in value)) {
        throw refuse({ parent: place, key: index }, 'an array can not have holes');
      }
      if (needsPlace(item)) checkValue(item, { parent: place, key: index }, depth + 1);
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    checkProperties(value, place, depth);
    return;
  }
  if (value instanceof Uint8Array) return;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refuse(place, 'is an invalid Date');
    return;
  }
  throw refuse(place, `a ${value.constructor?.name || 'class'} would not come back as one`);
}

function checkProperties(value: object, place: Place | undefined, depth: number): void {
  for (const key in value) {
    const item: unknown = (value as Record<string, unknown>)[key];
    if (needsPlace(item)) checkValue(item, { parent: place, key }, depth + 1);
    if (key === '__proto__') {
      throw refuse({ parent: place, key }, 'a property can not have this name');
    }
    if (!key.isWellFormed() || key.charCodeAt(0) === byteOrderMark) {
      checkText(key, { parent: place, key });
    }
  }
}

function checkText(text: string, place: Place | undefined): void {
  if (!text.isWellFormed()) throw refuse(place, 'holds half of a surrogate pair');
  // Decoders drop it from the start of a text, and not all of them: it would come and go.
  if (text.charCodeAt(0) === byteOrderMark) throw refuse(place, 'begins with a byte order mark');
}

/** Whether the value can be refused at all: numbers and booleans, the bulk of them, can not. */
function needsPlace(item: unknown): boolean {
  return typeof item !== 'number' && typeof item !== 'boolean';
}

function refuse(place: Place | undefined, problem: string): InvalidPayloadError {
  return new InvalidPayloadError(pathOf(place), problem);
}

function pathOf(place: Place | undefined): string {
  if (place === undefined) return '$';
  const step = typeof place.key === 'number' ? `[${place.key}]` : `.${place.key}`;
  return `${pathOf(place.parent)}${step}`;
}
