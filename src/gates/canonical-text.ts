import { canonicalJson } from '../model/canonical-json.ts';

/**
 * JSON in which equal values have equal texts and different ones different texts, for everything a
 * payload may hold: canonical JSON, in which what JSON lacks is an object with one key:
 * `{"$date":"…"}` (ISO 8601), `{"$bytes":"…"}` (hexadecimal), `{"$bigint":"…"}`,
 * `{"$number":"NaN"}`, `{"$undefined":true}`. A key that begins with `$` gets another one in front.
 */
export function canonicalText(value: unknown): string {
  return canonicalJson(asJson(value));
}

function asJson(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return { $bigint: String(value) };
    case 'number':
      return Number.isFinite(value) ? value : { $number: String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'object':
      return value === null ? null : asObject(value);
    default:
      return value;
  }
}

function asObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: hexOf(value) };
  // Without a prototype, so that no key is more than a key.
  const json: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) json[key.startsWith('$') ? `$${key}` : key] = asJson(item);
  }
  return json;
}

/** Bytes as hexadecimal digits, lower case. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
