import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { UnsupportedMachineError } from '../../model/errors/aggregate-errors.ts';
import { isPromiseLogic } from '../stepping/promise-logic.ts';

/** Built-in actions that are part of a step, or ask for what is stored with it. */
const innerActions: ReadonlySet<string> = new Set([
  'xstate.assign',
  'xstate.raise',
  'xstate.emit',
  'xstate.log',
  'xstate.enqueueActions',
  'xstate.cancel',
]);

const remedies: Readonly<Record<string, string>> = {
  'xstate.sendTo':
    'sendTo reaches another actor; emit an event and send a command from a reader of the log, or ' +
    'invoke a promise actor that does',
  'xstate.spawnChild':
    'a spawned child is no part of the log; make it an aggregate of its own, or invoke a promise ' +
    'actor in a state',
  'xstate.stopChild': 'an invoked actor is stopped by leaving its state: add a transition for it',
};

/**
 * Checks that a machine can be an aggregate: that folding its events again leads to the same state
 * and does nothing else, and that what it asks for besides can be found by its name.
 *
 * @throws {UnsupportedMachineError} naming the place and what to do instead
 */
export function checkMachine(aggregate: string, machine: AnyStateMachine): void {
  visit(aggregate, machine, machine.root);
}

function visit(aggregate: string, machine: AnyStateMachine, node: AnyStateNode): void {
  const refuse = (problem: string): UnsupportedMachineError =>
    new UnsupportedMachineError(aggregate, `state '${node.id}'`, problem);
  for (const problem of [...invokeProblems(machine, node), ...delayProblems(machine, node)]) {
    throw refuse(problem);
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
    // It runs when its event is stored: then it is found by the name that is stored with it.
    if (typeof action !== 'function' && !isReserved(name)) return;
    const which = isReserved(name) ? `action '${name}' bears a name of the library` : inline;
    throw refuse(which);
  }
  if (!innerActions.has(type)) throw refuse(remedies[type] ?? `${type} is not supported`);
  if (type === 'xstate.raise') {
    const { delay }: { delay?: unknown } = Object(implementation);
    const problem = typeof delay === 'string' ? delayProblem(machine, delay) : undefined;
    if (problem !== undefined) throw refuse(problem);
  }
}

const inline =
  'an inline action is an effect that could not be found again; name it in ' +
  'setup({ actions }), or use assign for state';

function isReserved(name: string): boolean {
  return name.startsWith('xstate.') || name.startsWith('batpak.');
}

function invokeProblems(machine: AnyStateMachine, node: AnyStateNode): string[] {
  const { invoke: configured }: { invoke?: unknown } = node.config;
  const configs: readonly unknown[] = Array.isArray(configured) ? configured : [configured];
  const actors: Readonly<Record<string, unknown>> = machine.implementations.actors;
  const problems: string[] = [];
  for (const [index] of node.invoke.entries()) {
    const config: { src?: unknown; onSnapshot?: unknown } = Object(configs[index]);
    const { src } = config;
    if (typeof src !== 'string') {
      problems.push('an inline actor could not be found again; name it in setup({ actors })');
    } else if (!Object.hasOwn(actors, src)) {
      problems.push(`actor '${src}' has no implementation; give it in setup({ actors })`);
    } else if (!isPromiseLogic(actors[src])) {
      problems.push(
        `actor '${src}' is not made by fromPromise; one that goes on for long is no effect: let ` +
          'a program of its own send commands, or make it an aggregate',
      );
    } else if (config.onSnapshot !== undefined) {
      problems.push(`actor '${src}' has no snapshots before its result; use onDone`);
    }
  }
  return problems;
}

function delayProblems(machine: AnyStateMachine, node: AnyStateNode): string[] {
  const problems: string[] = [];
  for (const { delay } of node.after) {
    const problem = typeof delay === 'string' ? delayProblem(machine, delay) : undefined;
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** XState takes a delay that it doesn't know for none at all. */
function delayProblem(machine: AnyStateMachine, name: string): string | undefined {
  if (Object.hasOwn(machine.implementations.delays, name)) return undefined;
  return `delay '${name}' has no implementation; give it in setup({ delays })`;
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
