import { MachineDefectError } from '../../model/errors/aggregate-errors.ts';
import { ArgumentRangeError, ArgumentTypeError } from '../../model/errors/argument-error.ts';
import type { AnyEventDefinition } from '../../model/event-definition.ts';

/** What is stored of an event: its own keys, without the type. */
export type StoredPayload = Readonly<Record<string, unknown>>;

/** By the version of a payload, what makes the payload of the next version of it. */
export type UpcastChain = Readonly<Record<number, (payload: StoredPayload) => StoredPayload>>;

/** The payload as the newest version of its event has it: each upcast on the way is applied. */
export function upcast(
  chain: UpcastChain,
  payload: StoredPayload,
  from: number,
  to: number,
  at: { readonly entity: string; readonly type: string },
): StoredPayload {
  let current = payload;
  for (let version = from; version < to; version += 1) {
    const step = chain[version];
    if (step === undefined) continue;
    try {
      current = objectOf(step(current), version);
    } catch (cause) {
      throw new MachineDefectError(at.entity, at.type, cause);
    }
  }
  return current;
}

/**
 * Checks the upcasts of an event.
 *
 * @throws {ArgumentTypeError} unless each is a function
 * @throws {ArgumentRangeError} unless each is for a version below the event's own
 */
export function checkUpcasts(field: string, chain: unknown, event: AnyEventDefinition): void {
  if (typeof chain !== 'object' || chain === null) {
    throw new ArgumentTypeError(field, chain, 'an object of functions by version');
  }
  for (const [key, step] of Object.entries(chain)) {
    const version = Number(key);
    if (!Number.isInteger(version) || version < 1 || version >= event.version) {
      const expected = `a version 1..${event.version - 1} of '${event.name}', to make the next of`;
      throw new ArgumentRangeError(field, key, event.version > 1 ? expected : 'no version');
    }
    if (typeof step !== 'function') {
      throw new ArgumentTypeError(`${field}.${key}`, step, 'a function of the payload');
    }
  }
}

function objectOf(payload: unknown, version: number): StoredPayload {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) {
    return { ...payload };
  }
  throw new TypeError(`the upcast from version ${version} must return an object`);
}
