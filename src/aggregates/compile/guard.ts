import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { builtinGuardOf, type MachineEvent } from '../stepping/xstate-adapter.ts';

/** What a guard is asked about besides context and event. */
export interface GuardSubject {
  readonly context: unknown;
  /** The whole state, for guards that look at more than the context. */
  snapshot(): AnyMachineSnapshot;
}

/** A guard whose names are resolved: it says whether a transition may be taken. */
export type Guard = (subject: GuardSubject, event: MachineEvent) => unknown;

/**
 * The guard of a transition, in one function; `undefined` when there is none.
 *
 * @throws {RangeError} when it has no implementation
 */
export function guardOf(machine: AnyStateMachine, reference: unknown): Guard | undefined {
  return reference ? resolve(machine, reference, 0) : undefined;
}

// More than any machine nests guards; only names that lead to each other get there.
const depthMax = 100;

function resolve(machine: AnyStateMachine, reference: unknown, depth: number): Guard {
  if (depth > depthMax) throw new RangeError('its guards lead to each other');
  if (typeof reference === 'function') return implemented(machine, reference, undefined, depth);
  const name = nameOf(reference);
  const guards: Readonly<Record<string, unknown>> = machine.implementations.guards;
  const implementation = guards[name];
  if (!implementation) throw new RangeError(`guard '${name}' has no implementation`);
  if (typeof implementation !== 'function') return resolve(machine, implementation, depth + 1);
  return implemented(machine, implementation, paramsIn(reference), depth);
}

function implemented(
  machine: AnyStateMachine,
  implementation: object,
  params: unknown,
  depth: number,
): Guard {
  const builtin = builtinGuardOf(implementation);
  if (builtin === undefined) return asked(implementation, params);
  if (builtin.kind === 'other') return (subject, event) => builtin.check(subject.snapshot(), event);
  const inner = builtin.guards.map((each) => resolve(machine, each, depth + 1));
  const [first] = inner;
  if (builtin.kind === 'and') {
    return (subject, event) => {
      for (const guard of inner) if (!guard(subject, event)) return false;
      return true;
    };
  }
  if (builtin.kind === 'or') {
    return (subject, event) => {
      for (const guard of inner) if (guard(subject, event)) return true;
      return false;
    };
  }
  if (first === undefined) throw new RangeError('its not has no guard');
  return (subject, event) => !first(subject, event);
}

type GuardFunction = (args: object, params: unknown) => unknown;

function asked(implementation: object, params: unknown): Guard {
  // A guard that is none of XState's own is a function of the user: what it returns counts.
  const guard = implementation as GuardFunction;
  if (params === undefined) {
    return ({ context }, event) => guard({ context, event }, undefined);
  }
  if (typeof params !== 'function') {
    return ({ context }, event) => guard({ context, event }, params);
  }
  return ({ context }, event) => guard({ context, event }, params({ context, event }));
}

function nameOf(reference: unknown): string {
  if (typeof reference === 'object' && reference !== null && 'type' in reference) {
    return String(reference.type);
  }
  return String(reference);
}

function paramsIn(reference: unknown): unknown {
  if (typeof reference !== 'object' || reference === null || !('params' in reference)) {
    return undefined;
  }
  return reference.params;
}
