import { ArgumentTypeError } from './errors/argument-error.ts';
import type { StoredEvent } from './event.ts';
import { EventDefinition } from './event-definition.ts';
import { isCurrent, upcastPayload } from './upcast.ts';

/** An event of a known definition: its payload has the definition's shape. */
export type TypedEvent<Payload> = Omit<StoredEvent, 'payload'> & { readonly payload: Payload };

/** Payloads as they are stored, of events whose own have shown what upcasts made of them. */
const stored = new WeakMap<object, unknown>();

/**
 * Whether an event is of the definition, by name. Its payload then has the definition's type: when
 * it was stored in an earlier version, the definition's upcasts are applied to it, and
 * `event.payload` shows the outcome, until another version of the definition is asked for.
 * `event.payloadVersion` stays what it was stored with; a payload that was stored without a version
 * is taken as it is.
 *
 * ```ts
 * if (isEvent(event, Moved)) console.log(event.payload.x);
 * ```
 *
 * @throws {FutureEventVersionError} when it was stored in a later version than the definition's
 * @throws {UpcastFailedError} when there is no upcast from its version, or one throws
 * @throws {ArgumentTypeError} when the definition is none
 */
export function isEvent<Payload, Input>(
  event: StoredEvent,
  definition: EventDefinition<Payload, Input>,
): event is StoredEvent & { readonly payload: Payload } {
  if (!(definition instanceof EventDefinition)) {
    throw new ArgumentTypeError('definition', definition, 'what defineEvent returned');
  }
  if (event.name !== definition.name) return false;
  if (!isCurrent(definition, event.payloadVersion)) upcast(event, definition);
  else if (stored.has(event)) show(event, stored.get(event));
  return true;
}

function upcast<Payload, Input>(
  event: StoredEvent,
  definition: EventDefinition<Payload, Input>,
): void {
  const { payloadVersion, sequence } = event;
  if (!stored.has(event)) stored.set(event, event.payload);
  const payload = stored.get(event);
  show(event, upcastPayload(definition, { payload, payloadVersion, sequence }));
}

function show(event: StoredEvent, payload: unknown): void {
  Object.defineProperty(event, 'payload', { value: payload, configurable: true, enumerable: true });
}
