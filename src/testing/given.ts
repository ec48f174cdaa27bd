import type { AnyStateMachine } from 'xstate';
import {
  AggregateDefinition,
  type AnyAggregateDefinition,
  type CommandOf,
  type EventMap,
} from '../aggregates/definition/definition.ts';
import { checkProjection, type Projection } from '../projections/projection.ts';
import { GivenAggregate, type GivenOptions } from './given-aggregate.ts';
import { type GivenEvent, GivenProjection } from './given-projection.ts';

/**
 * Begins a test of an aggregate or a projection, with what has happened. Everything runs in memory,
 * and each command's state is folded again as another process would. What is expected and not so
 * is a {@link SpecFailure}, which any test framework shows.
 *
 * ```ts
 * given(door, [{ type: 'opened', by: 'kim' }])
 *   .when({ type: 'opened', by: 'lee' })
 *   .expectRefused('unhandled')
 *   .expectState({ value: 'open', context: { openings: 1 } });
 * given(moves, [happened(Moved, { x: 1, y: 2 })]).expectState(1);
 * ```
 *
 * @throws {SpecFailure} when a command that is given is refused
 */
export function given<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  commands?: readonly CommandOf<Events>[],
  options?: GivenOptions<Machine>,
): GivenAggregate<Machine, Events>;
export function given<State>(
  projection: Projection<State>,
  events?: readonly GivenEvent[],
): GivenProjection<State>;
export function given(
  subject: AnyAggregateDefinition | Projection<unknown>,
  happened: readonly unknown[] = [],
  options: GivenOptions<AnyStateMachine> = {},
): unknown {
  // The overloads above have checked what goes with what.
  if (subject instanceof AggregateDefinition) {
    return new GivenAggregate(subject, happened as readonly never[], options);
  }
  checkProjection(subject);
  return new GivenProjection(subject as Projection<unknown>, happened as readonly GivenEvent[]);
}
