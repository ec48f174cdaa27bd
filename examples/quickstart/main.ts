/**
 * The first five minutes: a machine as an aggregate, a refusal, a retry, and the same state again
 * after the store was closed and opened.
 *
 *     npm run example quickstart
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineAggregate, defineEvent, openStore, repository } from 'batpak';
import { assign, setup } from 'xstate';

const machine = setup({
  types: {} as {
    context: { items: number };
    events: { type: 'added'; count: number } | { type: 'ordered' } | { type: 'cancelled' };
  },
  guards: { notEmpty: ({ context }) => context.items > 0 },
}).createMachine({
  context: { items: 0 },
  initial: 'filling',
  states: {
    filling: {
      on: {
        added: { actions: assign({ items: ({ context, event }) => context.items + event.count }) },
        ordered: { target: 'placed', guard: 'notEmpty' },
        cancelled: 'gone',
      },
    },
    placed: { on: { cancelled: 'gone' } },
    gone: { type: 'final' },
  },
});

const cart = defineAggregate({
  name: 'cart',
  version: 1,
  machine,
  events: {
    added: defineEvent<{ count: number }>({ name: 'cart.added' }),
    ordered: defineEvent({ name: 'cart.ordered' }),
    cancelled: defineEvent({ name: 'cart.cancelled' }),
  },
});

const dataDir = mkdtempSync(join(tmpdir(), 'batpak-quickstart-'));
let store = openStore({ dataDir });
let carts = repository(store, cart);

// Refused: a guard says no. Nothing was written.
const early = carts.send('kim', { type: 'ordered' });
console.log(early.accepted ? 'ordered' : `refused by ${early.reason} '${early.guards?.join()}'`);

// Accepted: the event is in the log when the call returns. Sent again, it is the same event.
for (const idempotencyKey of ['click-1', 'click-1', 'click-2']) {
  const added = carts.send('kim', { type: 'added', count: 2 }, { idempotencyKey });
  if (added.accepted) {
    console.log(
      `${idempotencyKey}: ${added.state.context.items} items, replayed ${added.replayed}`,
    );
  }
}
carts.send('kim', { type: 'ordered' });
store.close();

// Another day: the state is folded from the events.
store = openStore({ dataDir });
carts = repository(store, cart);
const state = carts.load('kim');
console.log(`${state?.value}, ${state?.context.items} items`);
for (const { clock, name } of store.stream('cart:kim')) console.log(`  ${clock} ${name}`);
console.log(`checked: ${store.verify().ok}`);
store.close();
rmSync(dataDir, { recursive: true });
