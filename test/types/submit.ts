/** What the compiler takes and refuses of queued writes: checked by `tsc`, never run. */
import { defineEvent, type Outcome, type Receipt, type Store } from 'batpak';
import type { Ticket } from '../../src/store/write/ticket.ts';

const Moved = defineEvent<{ x: number; y: number }>({ name: 'moved' });
declare const store: Store;

const ticket: Ticket<Receipt> = store.submit('player:alice', Moved, { x: 1, y: 2 });
const receipt: Promise<Receipt> = (async () => await ticket)();
const durable: Promise<Receipt> = (async () => await ticket.durable)();
const several: Ticket<Receipt[]> = store.submitBatch([]);
const outcome: Outcome<Ticket<Receipt>> = store.trySubmit('player:alice', 0x1000, 'anything');
const reaction: Receipt = store.appendReaction('a', Moved, { x: 1, y: 2 }, ticket.wait());
// @ts-expect-error the payload is not that of the definition
store.submit('player:alice', Moved, { x: 1 });
// @ts-expect-error a reaction has its causation from its cause
store.submitReaction('a', 0x1000, 1, receipt, { causationId: 'x' });
const outbox = store.outbox();
outbox.stage('a', Moved, { x: 1, y: 2 }, { expected: 'none' });
// @ts-expect-error the batch is durable, not one of its items
outbox.stage('a', Moved, { x: 1, y: 2 }, { durable: true });
const fence = store.beginVisibilityFence();
// @ts-expect-error the payload is not that of the definition
fence.submit('a', Moved, { x: '1', y: 2 });

export { durable, outcome, reaction, receipt, several };
