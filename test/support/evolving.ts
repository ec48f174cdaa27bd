import { defineAggregate, defineEvent, type EventOptions, repository } from 'batpak';
import { assign, setup } from 'xstate';
import { StoreHost } from './store-host.ts';

type TicketEvent =
  | { type: 'assigned'; to: string }
  | { type: 'resolved' }
  | { type: 'nudged' }
  | { type: 'reopened' };

const base = setup({
  types: {} as { context: { to: string | undefined; nudges: number }; events: TicketEvent },
  actions: {
    assign: assign(({ event }) => ({ to: event.type === 'assigned' ? event.to : undefined })),
    nudge: assign(({ context }) => ({ nudges: context.nudges + 1 })),
  },
});

const start = { to: undefined, nudges: 0 };

/** The events as version 1 stored them. */
export const events1 = {
  assigned: defineEvent<{ to: string }>({ name: 'ticket.assigned' }),
  resolved: defineEvent<object>({ name: 'ticket.resolved' }),
  nudged: defineEvent<object>({ name: 'ticket.touched' }),
};

/** A ticket as it was defined first. */
export const ticket1 = defineAggregate({
  name: 'ticket',
  version: 1,
  machine: base.createMachine({
    context: start,
    initial: 'open',
    on: { nudged: { actions: 'nudge' } },
    states: {
      open: { on: { assigned: { target: 'busy', actions: 'assign' }, resolved: 'closed' } },
      busy: { on: { resolved: 'closed' } },
      closed: {},
    },
  }),
  events: events1,
});

/** Its machine of version 2: `open` is `triage`, and only what is assigned may be resolved. */
export const machine2 = base.createMachine({
  context: start,
  initial: 'triage',
  states: {
    triage: {
      on: { assigned: { target: 'busy', actions: 'assign' }, nudged: { actions: 'nudge' } },
    },
    busy: { on: { resolved: 'closed', nudged: { actions: 'nudge' } } },
    closed: { on: { reopened: 'triage' } },
  },
});

/** A ticket that is assigned to a team, with what makes the payload of a person's. */
export function assigned2(upcasts: EventOptions<{ to: string }>['upcasts'] = {}) {
  return defineEvent<{ to: string }>({ name: 'ticket.assigned', version: 2, upcasts });
}

/** The events of version 2. */
export const events2 = {
  assigned: assigned2({ 1: ({ to }: { to: string }) => ({ to: `team ${to}` }) }),
  resolved: events1.resolved,
  nudged: defineEvent<object>({ name: 'ticket.nudged' }),
};

/** Options of version 2 with everything that it takes to read version 1. */
export const options2 = {
  name: 'ticket',
  version: 2,
  machine: machine2,
  events: events2,
  earlierNames: { 'ticket.touched': 'nudged' },
  renames: { open: 'triage' },
} as const;

/**
 * A store with three tickets of version 1: `plain` went the ordinary way, `rushed` was resolved
 * without having been assigned, and `nudged` was touched after it was closed.
 */
export function oldTickets() {
  const host = new StoreHost();
  const store = host.open();
  const tickets = repository(store, ticket1);
  tickets.send('plain', { type: 'nudged' });
  tickets.send('plain', { type: 'assigned', to: 'kim' });
  tickets.send('rushed', { type: 'resolved' });
  tickets.send('nudged', { type: 'assigned', to: 'lee' });
  tickets.send('nudged', { type: 'resolved' });
  tickets.send('nudged', { type: 'nudged' });
  return { host, store };
}
