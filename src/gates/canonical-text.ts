/**
 * JSON in which equal values have equal texts and different ones different texts, for everything a
 * payload may hold: keys in code unit order, properties that are `undefined` left out, and what
 * JSON lacks as an object with one key: `{"$date":"…"}` (ISO 8601), `{"$bytes":"…"}` (hexadecimal),
 * `{"$bigint":"…"}`, `{"$number":"NaN"}`, `{"$undefined":true}`. A key that begins with `$` gets
 * another one in front.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return tagged('bigint', String(value));
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : tagged('number', String(value));
    case 'undefined':
      return '{"$undefined":true}';
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return JSON.stringify(value);
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value instanceof Date) return tagged('date', value.toISOString());
  if (value instanceof Uint8Array) return tagged('bytes', hexOf(value));
  const parts: string[] = [];
  for (const [key, item] of Object.entries(value).sort(byKey)) {
    if (item === undefined) continue;
    const name = key.startsWith('$') ? `$${key}` : key;
    parts.push(`${JSON.stringify(name)}:${canonicalText(item)}`);
  }
  return `{${parts.join(',')}}`;
}

/** Bytes as hexadecimal digits, lower case. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

function tagged(tag: string, text: string): string {
  return `{"$${tag}":${JSON.stringify(text)}}`;
}

function byKey([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
