import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { UnsupportedMachineError } from '../../model/errors/aggregate-errors.ts';

/** Built-in actions that are part of a step: they change nothing outside the snapshot. */
const innerActions: ReadonlySet<string> = new Set([
  'xstate.assign',
  'xstate.raise',
  'xstate.emit',
  'xstate.log',
  'xstate.enqueueActions',
]);

const remedies: Readonly<Record<string, string>> = {
  'xstate.sendTo': 'sendTo reaches another actor; emit an event and send a command from a reader',
  'xstate.spawnChild': 'a spawned child is no part of the log; make it an aggregate of its own',
  'xstate.stopChild': 'there are no children to stop',
  'xstate.cancel': 'there are no timers to cancel',
};

/**
 * Checks that a machine can be an aggregate: that folding its events again leads to the same state
 * and does nothing else.
 *
 * @throws {UnsupportedMachineError} naming the place and what to do instead
 */
export function checkMachine(aggregate: string, machine: AnyStateMachine): void {
  visit(aggregate, machine, machine.root);
}

function visit(aggregate: string, machine: AnyStateMachine, node: AnyStateNode): void {
  const refuse = (problem: string): UnsupportedMachineError =>
    new UnsupportedMachineError(aggregate, `state '${node.id}'`, problem);
  if (node.invoke.length > 0) {
    throw refuse('an invoked actor is not run; send its result as an event of its own');
  }
  if (node.after.length > 0) {
    throw refuse('a delay is not kept; send an event when the time has come');
  }
  const actions: unknown[] = [...node.entry, ...node.exit];
  for (const transitions of node.transitions.values()) {
    for (const transition of transitions) {
      actions.push(...transition.actions);
      checkGuard(machine, transition.guard, refuse);
    }
  }
  for (const transition of node.always ?? []) {
    actions.push(...transition.actions);
    checkGuard(machine, transition.guard, refuse);
  }
  if (node.type === 'compound') actions.push(...node.initial.actions);
  for (const action of actions) checkAction(machine, action, refuse);
  for (const child of Object.values<AnyStateNode>(node.states)) visit(aggregate, machine, child);
}

type Refuse = (problem: string) => UnsupportedMachineError;

function checkAction(machine: AnyStateMachine, action: unknown, refuse: Refuse): void {
  const name = nameOf(action);
  const implementation = typeof action === 'function' ? action : implementationOf(machine, name);
  if (implementation === undefined) {
    throw refuse(`action '${name}' has no implementation; give it in setup({ actions })`);
  }
  const type = builtinType(implementation);
  if (type === undefined) {
    const which = typeof action === 'function' ? 'an inline action' : `action '${name}'`;
    throw refuse(
      `${which} is an effect, and effects are not run; ` +
        'use assign for state, and emit or a reader of the log for what follows',
    );
  }
  if (!innerActions.has(type)) throw refuse(remedies[type] ?? `${type} is not supported`);
  if (type === 'xstate.raise' && isDelayed(implementation)) {
    throw refuse('a delayed raise is not kept; send an event when the time has come');
  }
}

function checkGuard(machine: AnyStateMachine, guard: unknown, refuse: Refuse): void {
  if (guard === undefined) return;
  if (typeof guard === 'function') {
    // `and`, `or` and `not` are functions that hold the guards they combine.
    const inside: unknown = 'guards' in guard ? guard.guards : undefined;
    if (Array.isArray(inside)) for (const one of inside) checkGuard(machine, one, refuse);
    return;
  }
  const name = nameOf(guard);
  if (!Object.hasOwn(machine.implementations.guards, name)) {
    throw refuse(`guard '${name}' has no implementation; give it in setup({ guards })`);
  }
  checkGuard(machine, machine.implementations.guards[name], refuse);
}

function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'object' && reference !== null && 'type' in reference) {
    return String(reference.type);
  }
  return '(anonymous)';
}

function implementationOf(machine: AnyStateMachine, name: string): unknown {
  const actions: Readonly<Record<string, unknown>> = machine.implementations.actions;
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

/** Type of an action that XState itself resolves, such as `xstate.assign`. */
function builtinType(implementation: unknown): string | undefined {
  if (typeof implementation !== 'function' || !('resolve' in implementation)) return undefined;
  return 'type' in implementation ? String(implementation.type) : undefined;
}

function isDelayed(implementation: unknown): boolean {
  if (typeof implementation !== 'function' || !('delay' in implementation)) return false;
  return implementation.delay !== undefined;
}
