/** Deepest nesting of an event. */
const depthMax = 128;

/** Where a value is not JSON, and why. */
export interface JsonProblem {
  /** Such as `$.lines[2].price`. */
  readonly path: string;
  readonly problem: string;
}

/** A copy that shares nothing with the value, or why it would not come back from JSON as it is. */
export type StrictJson = { readonly copy: unknown } | { readonly refused: JsonProblem };

/**
 * Copies a value that is strictly JSON. Events of machines are held to this, so that a fold on
 * another day, or by another program, sees the same values; and they are copied, so that neither an
 * `assign` nor the caller can change afterwards what was stored or what the machine keeps.
 */
export function strictJson(value: unknown): StrictJson {
  try {
    return { copy: copyValue(value, '$', 0) };
  } catch (cause) {
    if (cause instanceof NotJson) return { refused: cause.refused };
    throw cause;
  }
}

/** How a copy is given up from whatever depth; it never leaves this file. */
class NotJson extends Error {
  readonly refused: JsonProblem;

  constructor(path: string, problem: string) {
    super(problem);
    this.refused = { path, problem };
  }
}

function copyValue(value: unknown, path: string, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      if (value.isWellFormed()) return value;
      throw new NotJson(path, 'holds half of a surrogate pair');
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      throw new NotJson(path, `${Object.is(value, -0) ? '-0' : value} is not JSON`);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : copyObject(value, path, depth);
    default:
      throw new NotJson(path, `${typeof value} is not JSON`);
  }
}

function copyObject(value: object, path: string, depth: number): object {
  if (depth === depthMax) {
    throw new NotJson('$', `is nested deeper than ${depthMax} levels, or holds itself`);
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => copyValue(item, `${path}[${index}]`, depth + 1));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJson(path, `a ${value.constructor?.name || 'class'} is not JSON`);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new NotJson(path, 'a property under a symbol is not JSON');
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (key === '__proto__' || !key.isWellFormed()) {
      throw new NotJson(at, 'a property can not have this name');
    }
    copy[key] = copyValue(item, at, depth + 1);
  }
  return copy;
}
