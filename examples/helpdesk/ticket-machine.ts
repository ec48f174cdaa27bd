import { assertEvent, assign, setup } from 'xstate';

/** What every event of a ticket says: when, by whom, and the attributes of its line in the log. */
export type TicketFact = {
  /** When it happened, as the log writes it: ISO 8601 with a zone. */
  readonly at: string;
  /** Who did it. */
  readonly resource: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
};

/** What {@link ticketMachine} is told. `activities.ts` says which activity of the log is which. */
export type TicketEvent =
  | ({ type: 'inserted' } & TicketFact)
  | ({ type: 'seriousness.assigned'; readonly seriousness: string | null } & TicketFact)
  | ({ type: 'charge.taken' } & TicketFact)
  | ({ type: 'hold.placed' } & TicketFact)
  | ({ type: 'upgrade.required' } & TicketFact)
  | ({ type: 'intervention.scheduled' } & TicketFact)
  | ({ type: 'resolved' } & TicketFact)
  | ({ type: 'closed' } & TicketFact)
  /** A fault of the software was reported to its developers. */
  | ({ type: 'anomaly.created' } & TicketFact)
  /** One of the reported faults was mended. */
  | ({ type: 'anomaly.resolved' } & TicketFact)
  /** The developers' tracker gave its verdict on what was reported. */
  | ({ type: 'verdict.resolved' } & TicketFact)
  | ({ type: 'verdict.invalid' } & TicketFact)
  | ({ type: 'verdict.duplicate' } & TicketFact)
  | ({ type: 'verdict.verified' } & TicketFact);

/** What a ticket remembers. All times are as the log writes them. */
export interface TicketContext {
  readonly openedAt: string | null;
  readonly seriousness: string | null;
  /** Who works on it, or worked on it last; `null` while nobody has taken it. */
  readonly inCharge: string | null;
  /** How often somebody took it in charge. */
  readonly assignments: number;
  /** How often work went on after it had been resolved or closed. */
  readonly reopenings: number;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  /** Faults reported to the developers and not settled yet. */
  readonly anomaliesOpen: number;
  /** The last accepted event, by which a double entry is recognised. */
  readonly last: { readonly type: string; readonly by: string; readonly at: string } | null;
}

/**
 * The same person entering the same again within this many seconds entered it twice. In the real
 * log 214 of 243 second resolutions by the same person come so soon, 194 within one second.
 */
export const doubleEntrySeconds = 10;

/** How long after its closing, in days, a ticket may be taken up again. Later needs a new one. */
export const reopeningPeriodDays = 30;

/**
 * One ticket of a help desk, as the log of a real one shows it.
 *
 * Two things go on at once. People handle the ticket: it is entered, assessed, taken in charge (by
 * one after the other), waits, is resolved, and is closed some weeks later; work after that
 * reopens it, so `closed` isn't final. Beside it, faults found in the software have a life of their
 * own in the developers' tracker, whose verdict may come when the ticket has long been closed.
 *
 * A log begins somewhere: the first event of a ticket is taken as it stands, whatever it is. What
 * is refused after that: closing what wasn't resolved, any work on a closed ticket (but for taking
 * it up again within {@link reopeningPeriodDays}), entering the same twice within
 * {@link doubleEntrySeconds}, mending a fault that nobody reported or that is mended already,
 * resolving what nobody has looked at, inserting a known ticket.
 */
export const ticketMachine = setup({
  types: {} as { context: TicketContext; events: TicketEvent },
  guards: {
    isNotDoubleEntry: ({ context: { last }, event }) =>
      last === null ||
      last.type !== event.type ||
      last.by !== event.resource ||
      Math.abs(secondsBetween(last.at, event.at)) > doubleEntrySeconds,
    isWithinReopeningPeriod: ({ context: { closedAt }, event }) =>
      closedAt !== null && secondsBetween(closedAt, event.at) <= reopeningPeriodDays * 86_400,
    isAnotherAnomalyOpen: ({ context }) => context.anomaliesOpen > 1,
  },
  actions: {
    remember: assign({
      openedAt: ({ context, event }) => context.openedAt ?? event.at,
      last: ({ event }) => ({ type: event.type, by: event.resource, at: event.at }),
    }),
    assess: assign(({ event }) => {
      assertEvent(event, 'seriousness.assigned');
      return { seriousness: event.seriousness };
    }),
    takeCharge: assign({
      inCharge: ({ event }) => event.resource,
      assignments: ({ context }) => context.assignments + 1,
    }),
    resolve: assign({
      inCharge: ({ event }) => event.resource,
      resolvedAt: ({ event }) => event.at,
    }),
    close: assign({ closedAt: ({ event }) => event.at }),
    reopen: assign({
      reopenings: ({ context }) => context.reopenings + 1,
      resolvedAt: null,
      closedAt: null,
    }),
    countAnomaly: assign({ anomaliesOpen: ({ context }) => context.anomaliesOpen + 1 }),
    settleAnomaly: assign({ anomaliesOpen: ({ context }) => context.anomaliesOpen - 1 }),
    settleAllAnomalies: assign({ anomaliesOpen: 0 }),
  },
}).createMachine({
  id: 'ticket',
  version: '1',
  description:
    'One ticket of a help desk: people handle it, and beside that the faults found in the ' +
    "software go their own way in the developers' tracker.",
  context: () => ({
    openedAt: null,
    seriousness: null,
    inCharge: null,
    assignments: 0,
    reopenings: 0,
    resolvedAt: null,
    closedAt: null,
    anomaliesOpen: 0,
    last: null,
  }),
  type: 'parallel',
  states: {
    handling: {
      initial: 'unknown',
      states: {
        // Before its first event.
        unknown: {
          on: {
            'seriousness.assigned': { target: 'open.queued', actions: ['assess', 'remember'] },
            'charge.taken': { target: 'open.inCharge', actions: ['takeCharge', 'remember'] },
            'hold.placed': { target: 'open.pending.onHold', actions: ['remember'] },
            'upgrade.required': { target: 'open.pending.upgrade', actions: ['remember'] },
            'intervention.scheduled': {
              target: 'open.pending.intervention',
              actions: ['remember'],
            },
            'anomaly.created': { target: 'open.pending.correction', actions: ['remember'] },
            resolved: { target: 'resolved', actions: ['resolve', 'remember'] },
            closed: { target: 'closed', actions: ['close', 'remember'] },
            // Inserted, or known to the tracker only: somebody has to look at it.
            '*': { target: 'open.entered', actions: ['remember'] },
          },
        },
        open: {
          initial: 'entered',
          on: {
            // How serious it is may be judged anew at any time, without disturbing the work.
            'seriousness.assigned': {
              guard: 'isNotDoubleEntry',
              actions: ['assess', 'remember'],
            },
            'charge.taken': {
              guard: 'isNotDoubleEntry',
              target: '.inCharge',
              actions: ['takeCharge', 'remember'],
            },
            'hold.placed': {
              guard: 'isNotDoubleEntry',
              target: '.pending.onHold',
              actions: ['remember'],
            },
            'upgrade.required': {
              guard: 'isNotDoubleEntry',
              target: '.pending.upgrade',
              actions: ['remember'],
            },
            'intervention.scheduled': {
              guard: 'isNotDoubleEntry',
              target: '.pending.intervention',
              actions: ['remember'],
            },
            'anomaly.created': {
              guard: 'isNotDoubleEntry',
              target: '.pending.correction',
              actions: ['remember'],
            },
            resolved: { target: 'resolved', actions: ['resolve', 'remember'] },
          },
          states: {
            // Entered, and nobody has looked at it.
            entered: {
              on: {
                'seriousness.assigned': { target: 'queued', actions: ['assess', 'remember'] },
                // It has to be assessed or taken in charge first.
                resolved: {},
              },
            },
            // Assessed, and waiting for somebody to take it.
            queued: {},
            inCharge: {},
            // Nothing can be done until something else has happened.
            pending: {
              initial: 'onHold',
              states: { onHold: {}, upgrade: {}, intervention: {}, correction: {} },
            },
          },
        },
        resolved: {
          on: {
            // Said again later, or by somebody else: the newer resolution counts.
            resolved: { guard: 'isNotDoubleEntry', actions: ['resolve', 'remember'] },
            closed: { target: 'closed', actions: ['close', 'remember'] },
            'seriousness.assigned': {
              target: 'open.queued',
              actions: ['reopen', 'assess', 'remember'],
            },
            'charge.taken': {
              target: 'open.inCharge',
              actions: ['reopen', 'takeCharge', 'remember'],
            },
            'hold.placed': { target: 'open.pending.onHold', actions: ['reopen', 'remember'] },
            'upgrade.required': {
              target: 'open.pending.upgrade',
              actions: ['reopen', 'remember'],
            },
            'intervention.scheduled': {
              target: 'open.pending.intervention',
              actions: ['reopen', 'remember'],
            },
          },
        },
        closed: {
          on: {
            'charge.taken': {
              guard: 'isWithinReopeningPeriod',
              target: 'open.inCharge',
              actions: ['reopen', 'takeCharge', 'remember'],
            },
          },
        },
      },
    },
    anomaly: {
      initial: 'none',
      states: {
        none: {
          on: {
            'anomaly.created': { target: 'tracked', actions: ['countAnomaly', 'remember'] },
          },
        },
        // The developers' tracker knows of it.
        tracked: {
          initial: 'reported',
          on: {
            'anomaly.created': {
              guard: 'isNotDoubleEntry',
              target: '.reported',
              actions: ['countAnomaly', 'remember'],
            },
            'verdict.resolved': {
              target: '.mended',
              actions: ['settleAllAnomalies', 'remember'],
            },
            'verdict.invalid': { target: '.invalid', actions: ['settleAllAnomalies', 'remember'] },
            'verdict.duplicate': {
              target: '.duplicate',
              actions: ['settleAllAnomalies', 'remember'],
            },
            'verdict.verified': {
              target: '.verified',
              actions: ['settleAllAnomalies', 'remember'],
            },
          },
          states: {
            reported: {
              on: {
                'anomaly.resolved': [
                  { guard: 'isAnotherAnomalyOpen', actions: ['settleAnomaly', 'remember'] },
                  { target: 'mended', actions: ['settleAnomaly', 'remember'] },
                ],
              },
            },
            mended: {},
            invalid: {},
            duplicate: {},
            verified: {},
          },
        },
      },
    },
  },
});

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
