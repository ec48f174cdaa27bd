import { defineAggregate, defineEvent } from 'batpak';
import { assign, fromPromise, setup } from 'xstate';

/** How the actor of a payment is run: tests give each runner its own. */
export const notGiven = (): Promise<never> =>
  Promise.reject(new Error('a test gives the implementation'));

/**
 * A payment: charged by an invoked actor, which has a minute; told of by a custom action; and
 * tried again when the customer says so.
 */
export const paymentMachine = setup({
  types: {} as {
    context: { cents: number; receipt: string | null; problem: string | null };
    events:
      | { type: 'ordered'; cents: number }
      | { type: 'retried' }
      | { type: 'cancelled' }
      | { type: 'reminded'; inMs: number }
      | { type: 'forgotten' };
  },
  actors: {
    charge: fromPromise<{ receipt: string }, { cents: number }>(notGiven),
  },
  actions: {
    notify: (_, _params: { text: string }) => undefined,
    keepReceipt: assign((_, params: { receipt: string }) => ({ receipt: params.receipt })),
    keepProblem: assign((_, params: { problem: string }) => ({ problem: params.problem })),
    keepCents: assign((_, params: { cents: number }) => ({ cents: params.cents })),
  },
  delays: { patience: 60_000 },
}).createMachine({
  id: 'payment',
  context: { cents: 0, receipt: null, problem: null },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ordered: {
          target: 'charging',
          actions: { type: 'keepCents', params: ({ event }) => ({ cents: event.cents }) },
        },
      },
    },
    charging: {
      entry: { type: 'notify', params: ({ context }) => ({ text: `charging ${context.cents}` }) },
      invoke: {
        id: 'charge',
        src: 'charge',
        input: ({ context }) => ({ cents: context.cents }),
        onDone: {
          target: 'paid',
          actions: {
            type: 'keepReceipt',
            params: ({ event }) => ({ receipt: event.output.receipt }),
          },
        },
        onError: {
          target: 'failed',
          actions: {
            type: 'keepProblem',
            params: ({ event }) => ({
              problem: (event.error as { readonly message: string }).message,
            }),
          },
        },
      },
      after: {
        patience: {
          target: 'failed',
          actions: { type: 'keepProblem', params: { problem: 'too late' } },
        },
      },
      on: { cancelled: { target: 'abandoned' }, retried: { target: 'charging', reenter: true } },
    },
    failed: {
      entry: { type: 'notify', params: { text: 'failed' } },
      on: { retried: { target: 'charging' } },
    },
    paid: { type: 'final', entry: { type: 'notify', params: { text: 'paid' } } },
    abandoned: { type: 'final' },
  },
});

export const payment = defineAggregate({
  name: 'payment',
  version: 1,
  machine: paymentMachine,
  events: {
    ordered: defineEvent<{ cents: number }>({ name: 'payment.ordered' }),
    retried: defineEvent<object>({ name: 'payment.retried' }),
    cancelled: defineEvent<object>({ name: 'payment.cancelled' }),
  },
});
