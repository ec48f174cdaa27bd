import { describeValue } from '../model/describe-value.ts';

/**
 * Where a value is not as expected, a line for each place; empty when it is equal. Arrays and plain
 * objects are compared by what they hold; a property that is `undefined` is one that is missing.
 */
export function differencesOf(expected: unknown, actual: unknown, path: string): string[] {
  if (Object.is(expected, actual)) return [];
  if (
    !isHolder(expected) ||
    !isHolder(actual) ||
    Array.isArray(expected) !== Array.isArray(actual)
  ) {
    return [`${path}: expected ${textOf(expected)}, got ${textOf(actual)}`];
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys].flatMap((key) => {
    const at = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    return differencesOf(Reflect.get(expected, key), Reflect.get(actual, key), at);
  });
}

/** As {@link differencesOf}, of the keys alone that are expected. */
export function partialDifferencesOf(expected: object, actual: object, path: string): string[] {
  return Object.entries(expected).flatMap(([key, value]) =>
    differencesOf(value, Reflect.get(actual, key), `${path}.${key}`),
  );
}

function isHolder(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return describeValue(value);
  return JSON.stringify(value, plainly) ?? describeValue(value);
}

/** JSON has no bigint, but a state may. */
function plainly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? describeValue(value) : value;
}
