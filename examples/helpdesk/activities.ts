import type { LogLine } from './log-line.ts';
import type { TicketEvent, TicketFact } from './ticket-machine.ts';

const eventTypes = {
  'Insert ticket': 'inserted',
  'Assign seriousness': 'seriousness.assigned',
  'Take in charge ticket': 'charge.taken',
  Wait: 'hold.placed',
  'Require upgrade': 'upgrade.required',
  'Schedule intervention': 'intervention.scheduled',
  'Resolve ticket': 'resolved',
  Closed: 'closed',
  'Create SW anomaly': 'anomaly.created',
  'Resolve SW anomaly': 'anomaly.resolved',
  // What follows came into the log from the developers' tracker, in its own spelling.
  RESOLVED: 'verdict.resolved',
  INVALID: 'verdict.invalid',
  DUPLICATE: 'verdict.duplicate',
  VERIFIED: 'verdict.verified',
} as const satisfies Record<string, TicketEvent['type']>;

/** An activity, as the log writes it. */
export type Activity = keyof typeof eventTypes;

/** The activities, as the log writes them, and the event that each of them is. */
export const eventTypeOf: ReadonlyMap<string, TicketEvent['type']> = new Map(
  Object.entries(eventTypes),
);

/** The event that a line of the log is; `undefined` when its activity isn't one of a ticket's. */
export function toTicketEvent(line: LogLine): TicketEvent | undefined {
  const type = eventTypeOf.get(line.activity);
  if (type === undefined) return undefined;
  const { attributes } = line;
  const fact: TicketFact = { at: line.time, resource: line.resource, attributes };
  return type === 'seriousness.assigned'
    ? { type, seriousness: seriousnessOf(attributes), ...fact }
    : { type, ...fact };
}

/** The log has two columns of this name; where both stand, the second is the one that changes. */
function seriousnessOf(attributes: TicketFact['attributes']): string | null {
  const value = attributes['seriousness_2'] ?? attributes['seriousness'] ?? null;
  return value === null ? null : String(value);
}
