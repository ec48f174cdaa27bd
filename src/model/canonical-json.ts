/**
 * JSON with the keys of every object in code unit order, so that equal values have equal texts.
 * What JSON leaves out (undefined properties, functions) is left out; `undefined` itself is `null`.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return JSON.stringify(value) ?? 'null';
  }
}

function objectText(value: object): string {
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  if (Array.isArray(value)) return arrayText(value);
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort();
  let text = '';
  for (const key of keys) {
    const item: unknown = Reflect.get(value, key);
    if (item === undefined || typeof item === 'function' || typeof item === 'symbol') continue;
    text += `${text === '' ? '{' : ','}${quoted(key)}:${canonicalJson(item)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function arrayText(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += `${text === '' ? '[' : ','}${canonicalJson(item)}`;
  return text === '' ? '[]' : `${text}]`;
}

/** Longer than keys and states mostly are: the engine's own look at a text is faster from there. */
const plainMax = 32;

// A call of JSON.stringify takes 100 ns, to look at a short text 10.
function quoted(text: string): string {
  if (text.length > plainMax) return JSON.stringify(text);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}
