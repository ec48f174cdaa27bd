/** Deepest nesting of an event. */
const depthMax = 128;

/** Where a value is not JSON, and why. */
export interface JsonProblem {
  /** Such as `$.lines[2].price`. */
  readonly path: string;
  readonly problem: string;
}

/**
 * Why a value would not come back from JSON as it is; `undefined` when it would. Events of machines
 * are held to this, so that a fold on another day, or by another program, sees the same values.
 */
export function jsonProblem(value: unknown, path = '$', depth = 0): JsonProblem | undefined {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? undefined : { path, problem: 'holds half of a surrogate pair' };
    case 'number':
      return Number.isFinite(value) ? undefined : { path, problem: `${value} is not JSON` };
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : objectProblem(value, path, depth);
    default:
      return { path, problem: `${typeof value} is not JSON` };
  }
}

function objectProblem(value: object, path: string, depth: number): JsonProblem | undefined {
  if (depth === depthMax) {
    return { path: '$', problem: `is nested deeper than ${depthMax} levels, or holds itself` };
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const problem = jsonProblem(value[index], `${path}[${index}]`, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { path, problem: `a ${value.constructor?.name || 'class'} is not JSON` };
  }
  for (const [key, item] of Object.entries(value)) {
    const at = `${path}.${key}`;
    if (key === '__proto__') return { path: at, problem: 'a property can not have this name' };
    const problem = jsonProblem(item, at, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
