import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { builtinOf } from '../stepping/xstate-adapter.ts';

/** What keeps a machine from being compiled. */
export interface Obstacle {
  /** Id of the state; that of the machine when it is about all of it. */
  readonly state: string;
  readonly reason: string;
}

/** Everything that keeps a machine from being compiled, but for what trying shows. */
export function obstaclesOf(machine: AnyStateMachine): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const { maxIterations } = machine.options;
  if (maxIterations !== undefined && maxIterations !== Number.POSITIVE_INFINITY) {
    found.push({ state: machine.id, reason: 'XState counts its microsteps (maxIterations)' });
  }
  visit(machine, machine.root, found);
  return found;
}

function visit(machine: AnyStateMachine, node: AnyStateNode, found: Obstacle[]): void {
  if (node.invoke.length > 0) found.push({ state: node.id, reason: 'it invokes an actor' });
  const actions: unknown[] = [...node.entry, ...node.exit, ...node.initial.actions];
  for (const transition of [...node.transitions.values()].flat()) {
    actions.push(...transition.actions);
  }
  for (const transition of node.always ?? []) actions.push(...transition.actions);
  for (const action of actions) {
    const type = builtinOf(implementationOf(machine, action))?.type;
    if (type !== 'xstate.spawnChild' && type !== 'xstate.stopChild') continue;
    found.push({ state: node.id, reason: `its action ${type} starts or stops an actor` });
  }
  for (const child of Object.values<AnyStateNode>(node.states)) visit(machine, child, found);
}

function implementationOf(machine: AnyStateMachine, action: unknown): unknown {
  if (typeof action === 'function') return action;
  const named = typeof action === 'object' && action !== null && 'type' in action;
  const actions: Readonly<Record<string, unknown>> = machine.implementations.actions;
  return actions[String(named ? action.type : action)];
}
