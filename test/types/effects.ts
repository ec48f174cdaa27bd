import {
  actorErrorOf,
  defineAggregate,
  defineEvent,
  effects,
  repository,
  type Store,
} from 'batpak';
import { assign, fromPromise, setup } from 'xstate';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';

// Checked by the compiler and never run: what follows an @ts-expect-error must not compile.

declare const store: Store;

const machine = setup({
  types: {} as { context: { receipt: string }; events: { type: 'ordered'; cents: number } },
  actors: {
    charge: fromPromise<{ receipt: string }, { cents: number }>(() =>
      Promise.resolve({ receipt: '' }),
    ),
    wait: fromPromise<void, undefined>(() => Promise.resolve()),
  },
  actions: {
    mail: (_, _params: { text: string }) => undefined,
    bell: () => undefined,
    keep: assign((_, params: { receipt: string }) => params),
  },
}).createMachine({
  context: { receipt: '' },
  invoke: {
    src: 'charge',
    input: { cents: 1 },
    onDone: {
      actions: { type: 'keep', params: ({ event }) => ({ receipt: event.output.receipt }) },
    },
    onError: {
      actions: {
        type: 'keep',
        params: ({ event }) => ({ receipt: actorErrorOf(event.error).name }),
      },
    },
  },
});
const ordered = defineEvent<{ cents: number }>({ name: 'ordered' });
const order = defineAggregate({ name: 'order', version: 1, machine, events: { ordered } });
const orders = repository(store, order);

effects(orders);
effects(orders, {
  actors: {
    charge: ({ input, key, id, signal }) => {
      signal.throwIfAborted();
      const receipt = `${input.cents.toFixed()} ${key.length} ${id.length}`;
      return Promise.resolve({ receipt });
    },
    wait: () => undefined,
  },
  actions: {
    mail: ({ params, attempt }) => void [params.text.length, attempt.toFixed()],
    bell: () => Promise.resolve(),
  },
});
effects(orders, { actors: { charge: ({ input }) => ({ receipt: input.cents.toFixed() }) } });

// @ts-expect-error: the machine names no such actor
effects(orders, { actors: { pay: () => undefined } });
// @ts-expect-error: the machine names no such action
effects(orders, { actions: { ring: () => undefined } });
// @ts-expect-error: the result is not what the machine takes
effects(orders, { actors: { charge: () => ({ receipt: 1 }) } });
// @ts-expect-error: nor when it comes later
effects(orders, { actors: { charge: () => Promise.resolve({}) } });
// @ts-expect-error: the input has no such key
effects(orders, { actors: { charge: ({ input }) => ({ receipt: input.text }) } });
// @ts-expect-error: nor have the params
effects(orders, { actions: { mail: ({ params }) => void params.cents } });
// @ts-expect-error: what only follows a store takes no results
effects(repository(openReadOnly({ dataDir: '' }), order));
// @ts-expect-error: where to begin must be said
effects(orders).start();

const [timer] = orders.load('1')?.pending.timers ?? [];
const due: number | undefined = timer?.dueAtUs;
for (const entry of orders.history('1')) {
  if (entry.role === 'timer' || entry.role === 'result') void [entry.id, entry.event.type, due];
}
