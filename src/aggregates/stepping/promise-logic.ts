import { fromPromise } from 'xstate';

/** What the function in `fromPromise` is called with, as far as this library calls it. */
export interface PromiseCall {
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly self: unknown;
  readonly system: unknown;
  readonly emit: () => void;
}

// Told apart by its code, as each call makes functions of its own, and a minified build renames
// them: all that `fromPromise` makes have the same text.
const transitionText = textOf(fromPromise(() => Promise.resolve()));

/** Whether actor logic was made by `fromPromise`. */
export function isPromiseLogic(logic: unknown): boolean {
  return promiseFunctionOf(logic) !== undefined;
}

/** The function that was given to `fromPromise`; `undefined` of other logic. */
export function promiseFunctionOf(
  logic: unknown,
): ((call: PromiseCall) => PromiseLike<unknown>) | undefined {
  if (typeof logic !== 'object' || logic === null || textOf(logic) !== transitionText) {
    return undefined;
  }
  const { config }: { config?: unknown } = logic;
  // `fromPromise` keeps what it was given under this name, and takes nothing else.
  return typeof config === 'function'
    ? (config as (call: PromiseCall) => PromiseLike<unknown>)
    : undefined;
}

function textOf(logic: object): string | undefined {
  const { transition }: { transition?: unknown } = logic;
  return typeof transition === 'function' ? String(transition) : undefined;
}
