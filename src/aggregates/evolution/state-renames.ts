import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';

/** State values remembered as they read today; a machine has far fewer. */
const rememberedMax = 4096;

/**
 * Compares state values of an earlier version with those of today. A state is named by its path,
 * such as `work.open`; a rename holds for the state and all that is inside it.
 */
export class StateRenames {
  /** Old path and new path, the longest old path first: it says more than its ancestors. */
  readonly #renames: readonly (readonly [string, string])[];
  readonly #remembered = new Map<string, string>();

  constructor(renames: Readonly<Record<string, string>>) {
    this.#renames = Object.entries(renames).sort(([left], [right]) => right.length - left.length);
  }

  /** Whether a value stored then is the value of today; both are canonical JSON. */
  same(then: string, now: string): boolean {
    return then === now || this.#today(then) === leavesOf(now).join(' ');
  }

  #today(then: string): string {
    const known = this.#remembered.get(then);
    if (known !== undefined) return known;
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    const leaves = leavesOf(then).map((path) => this.#renamed(path));
    const today = leaves.sort().join(' ');
    this.#remembered.set(then, today);
    return today;
  }

  #renamed(path: string): string {
    for (const [before, after] of this.#renames) {
      if (path === before) return after;
      if (path.startsWith(`${before}.`)) return `${after}${path.slice(before.length)}`;
    }
    return path;
  }
}

/**
 * Checks that each state that something is renamed to is one of the machine.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function checkRenames(renames: unknown, machine: AnyStateMachine): void {
  if (typeof renames !== 'object' || renames === null) {
    throw new ArgumentTypeError('renames', renames, 'an object of state paths');
  }
  for (const [before, after] of Object.entries(renames)) {
    if (typeof after !== 'string') {
      throw new ArgumentTypeError(`renames.${before}`, after, 'the path of a state');
    }
    if (!hasState(machine.root, after)) {
      const expected = "the path of one of the machine's states, such as 'work.open'";
      throw new ArgumentRangeError(`renames.${before}`, after, expected);
    }
  }
}

function hasState(root: AnyStateNode, path: string): boolean {
  const states: Readonly<Record<string, AnyStateNode>> = root.states;
  return Object.entries(states).some(
    ([key, node]) =>
      path === key || (path.startsWith(`${key}.`) && hasState(node, path.slice(key.length + 1))),
  );
}

/** Paths of the innermost active states, sorted. */
function leavesOf(valueText: string): string[] {
  const value: unknown = JSON.parse(valueText);
  const leaves: string[] = [];
  addLeaves(value, '', leaves);
  return leaves.sort();
}

function addLeaves(value: unknown, prefix: string, leaves: string[]): void {
  const below = prefix === '' ? '' : `${prefix}.`;
  if (typeof value === 'string') leaves.push(`${below}${value}`);
  if (typeof value !== 'object' || value === null) return;
  const inside = Object.entries(value);
  // A region of a parallel state that has no states inside.
  if (inside.length === 0) leaves.push(prefix);
  for (const [key, item] of inside) addLeaves(item, `${below}${key}`, leaves);
}
