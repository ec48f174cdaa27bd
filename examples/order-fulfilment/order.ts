import { actorErrorOf, defineAggregate, defineEvent } from 'batpak';
import { assign, fromPromise, setup } from 'xstate';

interface Order {
  readonly item: string;
  readonly cents: number;
}

/** The shop tells how it is done when it starts the effects. */
const elsewhere = () => Promise.reject(new Error('no implementation was given'));

/** A saga: what was reserved is released again when the charge fails or takes too long. */
const machine = setup({
  types: {} as {
    context: Order & { readonly problem: string };
    events: { type: 'placed'; item: string; cents: number };
  },
  actors: {
    reserve: fromPromise<void, Order>(elsewhere),
    charge: fromPromise<{ receipt: string }, Order>(elsewhere),
    ship: fromPromise<{ parcel: string }, Order>(elsewhere),
    release: fromPromise<void, Order>(elsewhere),
  },
  actions: {
    mail: (_, _params: { text: string }) => undefined,
    take: assign((_, order: Order) => order),
    fail: assign((_, params: { problem: string }) => params),
  },
  delays: { paymentTime: 15 * 60_000 },
}).createMachine({
  id: 'order',
  context: { item: '', cents: 0, problem: '' },
  initial: 'empty',
  states: {
    empty: {
      on: {
        placed: {
          target: 'reserving',
          actions: { type: 'take', params: ({ event: { item, cents } }) => ({ item, cents }) },
        },
      },
    },
    reserving: {
      invoke: {
        src: 'reserve',
        input: ({ context }) => context,
        onDone: { target: 'charging' },
        onError: {
          target: 'cancelled',
          actions: { type: 'fail', params: { problem: 'sold out' } },
        },
      },
    },
    charging: {
      invoke: {
        src: 'charge',
        input: ({ context }) => context,
        onDone: {
          target: 'shipping',
          actions: {
            type: 'mail',
            params: ({ event }) => ({ text: `paid: ${event.output.receipt}` }),
          },
        },
        onError: {
          target: 'releasing',
          actions: {
            type: 'fail',
            params: ({ event }) => ({ problem: actorErrorOf(event.error).message }),
          },
        },
      },
      after: {
        paymentTime: {
          target: 'releasing',
          actions: { type: 'fail', params: { problem: 'not paid in time' } },
        },
      },
    },
    shipping: {
      invoke: { src: 'ship', input: ({ context }) => context, onDone: { target: 'shipped' } },
    },
    releasing: {
      invoke: { src: 'release', input: ({ context }) => context, onDone: { target: 'cancelled' } },
    },
    shipped: { type: 'final', entry: { type: 'mail', params: { text: 'on its way' } } },
    cancelled: {
      type: 'final',
      entry: { type: 'mail', params: ({ context }) => ({ text: `cancelled: ${context.problem}` }) },
    },
  },
});

export const order = defineAggregate({
  name: 'order',
  version: 1,
  machine,
  events: { placed: defineEvent<Order>({ name: 'order.placed' }) },
});
