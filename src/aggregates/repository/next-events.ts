import { type AnyMachineSnapshot, getNextTransitions } from 'xstate';
import type { AnyAggregateDefinition } from '../definition/definition.ts';

/**
 * Types of the declared events that the state lists with a target or actions, in the order of the
 * definition. Guards are not asked: they may depend on the payload.
 */
export function nextEventsOf(
  definition: AnyAggregateDefinition,
  snapshot: AnyMachineSnapshot,
): readonly string[] {
  if (snapshot.status !== 'active') return [];
  const descriptors = new Set<string>();
  for (const { eventType, target, actions } of getNextTransitions(snapshot)) {
    if (target !== undefined || actions.length > 0) descriptors.add(eventType);
  }
  return definition.commandTypes.filter((type) => listed(descriptors, type));
}

function listed(descriptors: ReadonlySet<string>, type: string): boolean {
  if (descriptors.has(type) || descriptors.has('*')) return true;
  // Such as `order.*`, which matches `order` and `order.paid.late`.
  for (let end = type.length; end > 0; end = type.lastIndexOf('.', end - 1)) {
    if (descriptors.has(`${type.slice(0, end)}.*`)) return true;
  }
  return false;
}
