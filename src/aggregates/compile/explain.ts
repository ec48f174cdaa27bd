import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { AggregateDefinition } from '../definition/definition.ts';
import { steppedMachine } from '../stepping/stepped-machine.ts';
import { CompiledMachine } from './compiled-machine.ts';
import { compile } from './compiled-stepper.ts';
import type { Obstacle } from './obstacle.ts';
import { resolvedByXState } from './operation.ts';

/**
 * Who takes a step: `tables` that were compiled from the machine, `tables and XState` when XState
 * is asked for a part of it each time, or `XState` alone. What comes out is the same.
 */
export type SteppedBy = 'tables' | 'tables and XState' | 'XState';

/** A transition of a machine, and who takes it. */
export interface ExplainedTransition {
  /** Id of the state that has it. */
  readonly state: string;
  /** Event, or wildcard, that it stands under; `always` when it needs none. */
  readonly event: string;
  /** Ids of the states it leads to; empty when it stays. */
  readonly targets: readonly string[];
  readonly by: SteppedBy;
  /** Why XState has a part in it; empty when it has none. */
  readonly reasons: readonly string[];
}

/** A state of a machine whose entry or exit XState has a part in. */
export interface ExplainedState {
  readonly state: string;
  readonly reasons: readonly string[];
}

/** How the events of an aggregate are folded. */
export interface Explanation {
  /** Whether the machine is compiled. If not, XState takes every step: right, but slower. */
  readonly compiled: boolean;
  /** What keeps the machine from being compiled, by state; empty when it is. */
  readonly obstacles: readonly Obstacle[];
  /** Every transition, states in document order. */
  readonly transitions: readonly ExplainedTransition[];
  /** States whose entry or exit asks XState each time. */
  readonly states: readonly ExplainedState[];
}

/**
 * Tells which transitions of an aggregate's machine are folded by compiled tables and which by
 * XState's own step, and why. It changes nothing: both lead to the same states.
 *
 * @throws {ArgumentTypeError}
 */
export function explain(definition: { readonly machine: AnyStateMachine }): Explanation {
  if (!(definition instanceof AggregateDefinition)) {
    throw new ArgumentTypeError('definition', definition, 'what defineAggregate returned');
  }
  return explainMachine(definition.machine);
}

/** Tells the same of a machine that is no aggregate's. */
export function explainMachine(given: AnyStateMachine): Explanation {
  // As it is stepped: an invoked actor is two actions there.
  const machine = steppedMachine(given);
  const compiled = compile(machine);
  const isCompiled = compiled instanceof CompiledMachine;
  const obstacles = isCompiled ? [] : compiled;
  const transitions: ExplainedTransition[] = [];
  const states: ExplainedState[] = [];
  for (const node of nodesFrom(machine.root)) {
    const reasons = reasonsOf(machine, [...node.entry, ...node.exit, ...node.initial.actions]);
    if (reasons.length > 0) states.push({ state: node.id, reasons });
    for (const [event, listed] of listedBy(node)) {
      for (const transition of listed) {
        const own = reasonsOf(machine, transition.actions);
        const inner: SteppedBy = own.length > 0 ? 'tables and XState' : 'tables';
        transitions.push({
          state: node.id,
          event,
          targets: targetsOf(transition),
          by: isCompiled ? inner : 'XState',
          reasons: isCompiled ? own : ['the machine is not compiled'],
        });
      }
    }
  }
  return { compiled: isCompiled, obstacles, transitions, states };
}

function listedBy(node: AnyStateNode): [string, readonly AnyTransitionDefinition[]][] {
  return [...node.transitions, ['always', node.always ?? []]];
}

function targetsOf({ target }: AnyTransitionDefinition): string[] {
  const nodes: readonly AnyStateNode[] = target ?? [];
  return nodes.map(({ id }) => id);
}

function reasonsOf(machine: AnyStateMachine, actions: readonly unknown[]): string[] {
  const types = actions.map((action) => resolvedByXState(machine, action));
  const found = types.filter((type) => type !== undefined);
  return [...new Set(found)].map((type) => `XState resolves ${type} when it is due`);
}

function* nodesFrom(node: AnyStateNode): Generator<AnyStateNode> {
  yield node;
  for (const child of Object.values<AnyStateNode>(node.states)) yield* nodesFrom(child);
}
