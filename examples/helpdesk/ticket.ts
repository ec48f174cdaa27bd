import { defineAggregate, defineEvent, repository, type Store } from 'batpak';
import { type TicketFact, ticketMachine } from './ticket-machine.ts';

/** What an assessment of a ticket's seriousness stores. */
export type SeriousnessFact = TicketFact & { readonly seriousness: string | null };

/** A ticket as an aggregate: the stored event that each event of the machine is. */
export const ticket = defineAggregate({
  name: 'ticket',
  version: 1,
  machine: ticketMachine,
  scope: 'helpdesk',
  events: {
    inserted: defineEvent<TicketFact>({ name: 'ticket.inserted' }),
    'seriousness.assigned': defineEvent<SeriousnessFact>({ name: 'ticket.seriousness-assigned' }),
    'charge.taken': defineEvent<TicketFact>({ name: 'ticket.charge-taken' }),
    'hold.placed': defineEvent<TicketFact>({ name: 'ticket.hold-placed' }),
    'upgrade.required': defineEvent<TicketFact>({ name: 'ticket.upgrade-required' }),
    'intervention.scheduled': defineEvent<TicketFact>({ name: 'ticket.intervention-scheduled' }),
    resolved: defineEvent<TicketFact>({ name: 'ticket.resolved' }),
    closed: defineEvent<TicketFact>({ name: 'ticket.closed' }),
    'anomaly.created': defineEvent<TicketFact>({ name: 'ticket.anomaly-created' }),
    'anomaly.resolved': defineEvent<TicketFact>({ name: 'ticket.anomaly-resolved' }),
    'verdict.resolved': defineEvent<TicketFact>({ name: 'ticket.verdict-resolved' }),
    'verdict.invalid': defineEvent<TicketFact>({ name: 'ticket.verdict-invalid' }),
    'verdict.duplicate': defineEvent<TicketFact>({ name: 'ticket.verdict-duplicate' }),
    'verdict.verified': defineEvent<TicketFact>({ name: 'ticket.verdict-verified' }),
  },
});

/** The tickets of a store. */
export type Tickets = ReturnType<typeof ticketsOf>;

/** The tickets that a store holds. */
export function ticketsOf(store: Store) {
  return repository(store, ticket);
}
