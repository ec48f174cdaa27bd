import type { AnyStateMachine } from 'xstate';
import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';

/**
 * The event of a timer or of an actor's result as the machine of today has it. XState puts the
 * delay and the state into the type of one, and the id of the invoke into that of the other.
 */
export function eventOfToday(
  earlierTypes: Readonly<Record<string, string>> | undefined,
  event: MachineEvent,
): MachineEvent {
  if (earlierTypes === undefined || !Object.hasOwn(earlierTypes, event.type)) return event;
  const type = earlierTypes[event.type] ?? event.type;
  return { ...event, type, ...('actorId' in event ? { actorId: actorIdIn(type) } : {}) };
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} unless they lead to types of today */
export function checkEarlierTypes(earlierTypes: unknown, machine: AnyStateMachine): void {
  if (earlierTypes === undefined) return;
  if (typeof earlierTypes !== 'object' || earlierTypes === null) {
    throw new ArgumentTypeError('earlierTypes', earlierTypes, 'an object');
  }
  const today: ReadonlySet<string> = new Set(machine.events.map(String));
  for (const [earlier, type] of Object.entries(earlierTypes)) {
    if (!today.has(type)) {
      const expected = 'a type of event that the machine lists';
      throw new ArgumentRangeError(`earlierTypes.${earlier}`, type, expected);
    }
  }
}

function actorIdIn(type: string): string {
  return type.replace(/^xstate\.(done|error)\.actor\./, '');
}
