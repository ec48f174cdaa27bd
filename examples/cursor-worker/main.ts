/**
 * A worker that sends mails for orders, and a reactor that reserves stock for them. Both keep how
 * far they have come under their names: what is started again goes on there. An order that can't be
 * mailed is parked, and tried again when the reason is mended. The disk is one in memory, so that
 * this program can lose power and go on.
 *
 * npm run example cursor-worker
 */

import { defineEvent, item, openStore, Region, type Store, type StoredEvent } from 'batpak';
import { MemoryFiles, memoryPlatform } from 'batpak/testing';

const Placed = defineEvent<{ article: string }>({ name: 'order.placed' });
const Reserved = defineEvent<{ order: string }>({ name: 'stock.reserved' });
const orders = Region.namespace('order');
const broken = new Set(['order:3']);

let files = new MemoryFiles();
let boots = 0;
let store = open();
for (const id of [1, 2, 3, 4]) store.append(`order:${id}`, Placed, { article: 'lamp' });

print('a worker and a reactor');
let mailer = startMailer(store);
let reserver = startReserver(store);
await mailer.idle();
await reserver.idle();
const [parked] = mailer.parked;
print(`  parked: ${store.at(parked?.sequence ?? -1)?.entity}, ${parked?.message}`);
print(`  reserved: ${count(store)}`);

print('the power fails');
await mailer.stop();
await reserver.stop();
store.append('order:5', Placed, { article: 'bulb' }, { durable: true });
files = files.afterPowerLoss();
store = open();
store.append('order:6', Placed, { article: 'bulb' });

print('they go on where they were');
mailer = startMailer(store);
reserver = startReserver(store);
await mailer.idle();
await reserver.idle();
print(`  reserved: ${count(store)}, parked: ${mailer.parked.length}`);

print('the mailbox is mended');
broken.clear();
for (const { sequence } of mailer.parked) mailer.retryParked(sequence);
await mailer.idle();
print(`  parked: ${mailer.parked.length}`);

await mailer.stop();
await reserver.stop();
for (const { name, position } of store.cursors()) print(`${name} is at ${position}`);
store.close();

function open(): Store {
  boots += 1;
  const platform = memoryPlatform({ files, process: { bootId: `boot-${boots}` } });
  return openStore({ dataDir: '/shop', platform });
}

function startMailer(shop: Store) {
  const options = { name: 'mailer', batchSize: 1, maxTries: 1 };
  return shop.cursorWorker(orders, (batch) => batch.forEach(mail), options);
}

function mail({ entity }: StoredEvent): void {
  if (broken.has(entity)) throw new Error(`no mailbox for ${entity}`);
  print(`  mailed ${entity}`);
}

/** Each order has its reservation once, whatever fails between the two. */
function startReserver(shop: Store) {
  const reserve = ({ entity, payload }: StoredEvent) => {
    const { article } = payload as { article: string };
    return [item(`stock:${article}`, Reserved, { order: entity })];
  };
  return shop.react(orders, reserve, { name: 'reserver' });
}

function count(shop: Store): number {
  return [...shop.byKind(Reserved)].length;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
