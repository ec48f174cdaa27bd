import { defineAggregate, defineEvent } from 'batpak';
import { assign, setup } from 'xstate';

type TicketEvent = { type: 'assigned'; to: string } | { type: 'resolved' } | { type: 'nudged' };

const base = setup({
  types: {} as { context: { to: string; nudges: number }; events: TicketEvent },
  actions: {
    assign: assign(({ event }) => (event.type === 'assigned' ? { to: event.to } : {})),
    nudge: assign(({ context }) => ({ nudges: context.nudges + 1 })),
  },
});
const context = { to: 'nobody', nudges: 0 };

/** The first version: whoever wants may resolve an open ticket. */
export const ticket1 = defineAggregate({
  name: 'ticket',
  version: 1,
  machine: base.createMachine({
    context,
    initial: 'open',
    states: {
      open: { on: { assigned: { target: 'busy', actions: 'assign' }, resolved: 'closed' } },
      busy: { on: { resolved: 'closed', nudged: { actions: 'nudge' } } },
      closed: {},
    },
  }),
  events: {
    assigned: defineEvent<{ to: string }>({ name: 'ticket.assigned' }),
    resolved: defineEvent({ name: 'ticket.resolved' }),
    nudged: defineEvent({ name: 'ticket.touched' }),
  },
});

const events2 = {
  resolved: defineEvent({ name: 'ticket.resolved' }),
  nudged: defineEvent({ name: 'ticket.nudged' }),
};

/** The second: `open` is called `triage`, and what nobody has taken on can't be resolved. */
export const draft2 = {
  name: 'ticket',
  version: 2,
  machine: base.createMachine({
    context,
    initial: 'triage',
    states: {
      triage: { on: { assigned: { target: 'busy', actions: 'assign' } } },
      busy: { on: { resolved: 'closed', nudged: { actions: 'nudge' } } },
      closed: {},
    },
  }),
  events: {
    ...events2,
    // Tickets go to teams now.
    assigned: defineEvent<{ to: string }>({ name: 'ticket.assigned', version: 2 }),
  },
} as const;

/** What it takes to read the histories of version 1. */
export const evolution = {
  renames: { open: 'triage' },
  earlierNames: { 'ticket.touched': 'nudged' },
  events: {
    ...events2,
    assigned: defineEvent<{ to: string }>({
      name: 'ticket.assigned',
      version: 2,
      upcasts: { 1: ({ to }: { to: string }) => ({ to: `team of ${to}` }) },
    }),
  },
} as const;
