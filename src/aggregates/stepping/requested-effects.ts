import type { AnyStateMachine } from 'xstate';
import type { RequestedEffect } from './effect.ts';
import { actorActions } from './stepped-machine.ts';
import { strictJson } from './strict-json.ts';
import { builtinOf, type MachineEvent, type RequestedAction } from './xstate-adapter.ts';

/** Longest delay, in milliseconds: some 285 years, which a time in microseconds still holds. */
const delayMsMax = 9_000_000_000_000;

/**
 * The effect that an action of a step asks for; `undefined` for one that is over with the step.
 *
 * @throws {Error} when it asks for what can't be stored, or not be done
 */
export function effectOf(
  machine: AnyStateMachine,
  { type, params }: RequestedAction,
): RequestedEffect | undefined {
  switch (type) {
    case 'xstate.log':
      return undefined;
    case 'xstate.emit':
      return isEvent(field(params, 'event')) ? undefined : refuse(type);
    case 'xstate.raise':
      return timerOf(params);
    case 'xstate.cancel':
      return { do: 'cancel', timer: String(field(params, 'sendId')) };
    case actorActions.start: {
      const input = jsonOf(field(params, 'input'), 'the input of an actor');
      const named = { actor: String(field(params, 'id')), src: String(field(params, 'src')) };
      return { do: 'start', ...named, ...(input === undefined ? {} : { input }) };
    }
    case actorActions.stop:
      return { do: 'stop', actor: String(field(params, 'id')) };
    default:
      return runOf(machine, type, params);
  }
}

function runOf(machine: AnyStateMachine, type: string, params: unknown): RequestedEffect {
  const actions: Readonly<Record<string, unknown>> = machine.implementations.actions;
  const own = Object.hasOwn(actions, type) ? actions[type] : undefined;
  // An action that was enqueued inline bears the name of its function, or none.
  if (typeof own !== 'function' || builtinOf(own) !== undefined) return refuse(type);
  const given = jsonOf(params, `the params of action '${type}'`);
  return { do: 'run', action: type, ...(given === undefined ? {} : { params: given }) };
}

function refuse(type: string): never {
  throw new Error(
    `it asked for '${type}', which is no effect that can be stored; ` +
      'name it in setup({ actions }), or emit an event',
  );
}

/** A raise without a delay is part of the macrostep, and done with. */
function timerOf(params: unknown): RequestedEffect | undefined {
  const delay = field(params, 'delay');
  if (delay === undefined) return undefined;
  if (typeof delay !== 'number' || !(delay >= 0 && delay <= delayMsMax)) {
    throw new Error(`it asked for a delay of ${String(delay)}, which is no number of milliseconds`);
  }
  const event = jsonOf(field(params, 'event'), 'a delayed event');
  if (!isEvent(event)) throw new Error('it raised something with a delay that is no event');
  const id = field(params, 'id');
  return { do: 'set', ...(id === undefined ? {} : { timer: String(id) }), delayMs: delay, event };
}

function jsonOf(value: unknown, what: string): unknown {
  if (value === undefined) return undefined;
  const checked = strictJson(value);
  if ('copy' in checked) return checked.copy;
  const { path, problem } = checked.refused;
  throw new Error(`${what} can't be stored: ${path} ${problem}`);
}

function field(params: unknown, name: string): unknown {
  return typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined;
}

function isEvent(event: unknown): event is MachineEvent {
  return (
    typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string'
  );
}
