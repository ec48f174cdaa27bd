const textMax = 60;

/** A short, safe picture of any value for a message: its type, and its text when that is short. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length <= textMax
        ? JSON.stringify(value)
        : `${quoteStart(value)} (${value.length} characters)`;
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return describeObject(value);
  }
}

function quoteStart(text: string): string {
  return `${JSON.stringify(text.slice(0, textMax))}…`;
}

function describeObject(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return 'an object';
  const name = (value as object).constructor?.name;
  return name ? `a ${name}` : 'an object';
}
