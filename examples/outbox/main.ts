/**
 * An outbox: events are gathered while a request is handled and written as one batch at its end. A
 * flush that fails keeps them for the next one. The disk is one in memory, so that it can be full
 * when this program wants it to be.
 *
 * npm run example outbox
 */

import { DiskFullError, defineEvent, isBatpakError, type Outbox, openStore } from 'batpak';
import { FaultPlan, MemoryFiles, memoryPlatform } from 'batpak/testing';

const Placed = defineEvent<{ cents: number }>({ name: 'order.placed' });
const Reserved = defineEvent<{ count: number }>({ name: 'stock.reserved' });

interface Order {
  readonly id: string;
  readonly cents: number;
  readonly articles: Readonly<Record<string, number>>;
}

/** Stages what an order means, the first since a flush. Nothing is written yet. */
function place(outbox: Outbox, { id, cents, articles }: Order): void {
  const options = { expected: 'none', idempotencyKey: `place ${id}` } as const;
  outbox.stage(`order:${id}`, Placed, { cents }, options);
  for (const [article, count] of Object.entries(articles)) {
    // Caused by the order: items count from the first that was staged since the last flush.
    const causation = { item: 0 };
    outbox.stageItem({ at: `stock:${article}`, kind: Reserved, payload: { count }, causation });
  }
}

const files = new FaultPlan(new MemoryFiles());
const store = openStore({ dataDir: '/shop', platform: memoryPlatform({ files }) });
const outbox = store.outbox();

place(outbox, { id: '1', cents: 1999, articles: { lamp: 1, bulb: 2 } });
print(`staged ${outbox.length}, stored ${store.eventCount}`);
const [order, ...reserved] = outbox.flush();
print(`flushed: stored ${store.eventCount}, ${order?.durability}`);
for (const { eventId } of reserved) {
  const event = store.get(eventId);
  print(`  ${event?.entity} because of the order: ${event?.causationId === order?.eventId}`);
}

files.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC', andLater: true });
place(outbox, { id: '2', cents: 500, articles: { bulb: 4 } });
try {
  outbox.flush();
} catch (cause) {
  if (!isBatpakError(cause) || !(cause.cause instanceof DiskFullError)) throw cause;
  print(`the disk is full: stored ${store.eventCount}, kept ${outbox.length}`);
}

// There is room again. What was kept goes first.
files.heal();
place(outbox, { id: '3', cents: 700, articles: { lamp: 2 } });
print(`flushed: ${outbox.flush().length} events, kept ${outbox.length}`);

// The same without waiting for the disk: the ticket settles when it is written.
place(outbox, { id: '4', cents: 100, articles: { bulb: 1 } });
const ticket = outbox.submitFlush();
const receipts = await ticket.durable;
print(`submitted: ${receipts.map(({ durability }) => durability).join(', ')}`);
print(`${store.eventCount} events, closed cleanly: ${store.close().clean}`);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
