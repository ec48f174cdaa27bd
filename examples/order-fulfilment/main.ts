/**
 * A saga of effects: stock is reserved, a card is charged, a parcel is sent. A charge that fails,
 * or that takes too long, gives the stock back; and the shop goes down in the middle of it.
 *
 *     npm run example order-fulfilment
 */
import { effects, openStore, repository } from 'batpak';
import { ManualClock, ManualTimers, MemoryFiles, memoryPlatform } from 'batpak/testing';
import { order } from './order.ts';

const clock = new ManualClock(1_767_225_600_000_000);
const timers = new ManualTimers(clock);
const files = new MemoryFiles();
const stock = new Map([['lamp', 3]]);
/** What the card company has done, by idempotency key: a key that comes again charges nothing. */
const charged = new Map<string, number>();

/** Opens the shop, as one process after the other does. */
function openShop() {
  const store = openStore({
    dataDir: '/shop',
    platform: { ...memoryPlatform(), files, clock, timers },
  });
  const orders = repository(store, order);
  const runner = effects(orders, {
    actors: {
      reserve: ({ input: { item } }) => {
        const left = stock.get(item) ?? 0;
        if (left === 0) throw new Error(`no ${item} is left`);
        stock.set(item, left - 1);
      },
      release: ({ input: { item } }) => void stock.set(item, (stock.get(item) ?? 0) + 1),
      charge: ({ input, key, id, signal }) => {
        if (id === 'declined') throw new Error('the card was declined');
        if (id === 'silent') return hang(signal);
        charged.set(key, input.cents);
        return { receipt: `r-${charged.size}` };
      },
      ship: ({ id }) => ({ parcel: `parcel of ${id}` }),
    },
    actions: { mail: ({ id, params }) => print(`  mail about ${id}: ${params.text}`) },
  }).start({ from: 'beginning' });
  return { store, orders, runner };
}

let shop = openShop();
print('three orders');
for (const id of ['good', 'declined', 'silent']) {
  shop.orders.send(id, { type: 'placed', item: 'lamp', cents: 2_000 });
}
// All is done that can be done without the card company's answer.
await shop.runner.idle({ actors: false });
print(`the silent one is ${shop.orders.load('silent')?.value}; ${stock.get('lamp')} lamp is left`);

print('the shop is closed for an hour');
await shop.runner.stop();
shop.store.close();
clock.advance(3_600_000_000);

shop = openShop();
await shop.runner.idle();
const silent = shop.orders.load('silent');
print(`the silent one is ${silent?.value}: ${silent?.context.problem}`);

print('one more, which is paid in time');
shop.orders.send('good-2', { type: 'placed', item: 'lamp', cents: 2_000 });
await shop.runner.idle();
timers.advance(15 * 60_000);
await shop.runner.idle();
print(`charged ${charged.size} times; ${stock.get('lamp')} lamp is left`);
for (const { role, state, stored } of shop.orders.history('declined')) {
  print(`  ${stored.clock} ${role} → ${JSON.stringify(state?.value)}`);
}
print(`verified: ${shop.store.verify().ok}`);
await shop.runner.stop();
shop.store.close();

/** A card company that never answers, but hears that it need not. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
