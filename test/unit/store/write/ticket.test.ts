import type { Receipt } from 'batpak';
import { describe, expect, it } from 'vitest';
import { prepareAppend } from '../../../../src/store/write/append-request.ts';
import { QueuedBatch, QueuedEvent, type TicketKeeper } from '../../../../src/store/write/ticket.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const store = new StoreHost().open();
const request = prepareAppend(engineOf(store), 'a', someKind, 1, undefined);
const receipts = appendSome(store, 2) as [Receipt, Receipt];
const [receipt] = receipts;

class Keeper implements TicketKeeper {
  readonly asked: string[] = [];
  readonly waiting: ((failure: unknown) => void)[] = [];
  onWrite = (): void => undefined;
  syncFailure: unknown;

  writeNow(): void {
    this.asked.push('write');
    this.onWrite();
  }
  syncNow(events: number): void {
    this.asked.push(`sync ${events}`);
    if (this.syncFailure !== undefined) throw this.syncFailure;
  }
  whenDurable(events: number, done: (failure: unknown) => void): void {
    this.asked.push(`durable ${events}`);
    this.waiting.push(done);
  }
}

describe('the ticket of an event', () => {
  it('resolves with the receipt for those who asked before, and those who ask later', async () => {
    const ticket = new QueuedEvent(new Keeper(), false, request);
    const asked = ticket.then((value) => value);
    expect([ticket.settled, ticket.watched]).toEqual([false, true]);
    ticket.written(receipt);
    expect([ticket.settled, await asked, await ticket]).toEqual([true, receipt, receipt]);
  });

  it('rejects for both when it fails, and keeps why', async () => {
    const ticket = new QueuedEvent(new Keeper(), false, request);
    const failure = new Error('disk');
    const asked = ticket.then(undefined, (cause) => cause);
    ticket.fail(failure);
    expect([await asked, ticket.settled, ticket.failure]).toEqual([failure, true, failure]);
    await expect(ticket).rejects.toBe(failure);
    expect(thrownBy(() => ticket.wait())).toBe(failure);
  });

  it('is not watched because somebody looks at it', () => {
    const ticket = new QueuedEvent(new Keeper(), false, request);
    expect([ticket.settled, typeof ticket.durable, ticket.watched]).toEqual([
      false,
      'object',
      false,
    ]);
  });

  it('waits by writing, and by syncing when it is to be durable', () => {
    const keeper = new Keeper();
    const ticket = new QueuedEvent(keeper, true, request);
    keeper.onWrite = () => ticket.written(receipt);
    expect(ticket.wait()).toMatchObject({ eventId: receipt.eventId, durability: 'durable' });
    expect([keeper.asked, ticket.watched]).toEqual([['write', 'sync 1'], true]);
    expect(ticket.wait().durability).toBe('durable');
    expect(keeper.asked).toHaveLength(2);
    ticket.synced(new Error('too late'));
    expect(ticket.wait().durability).toBe('durable');
  });

  it('throws from wait what the sync throws', () => {
    const keeper = new Keeper();
    const ticket = new QueuedEvent(keeper, true, request);
    ticket.written(receipt);
    keeper.syncFailure = new Error('sync');
    expect(thrownBy(() => ticket.wait())).toBe(keeper.syncFailure);
    expect(ticket.settled).toBe(true);
  });

  it('is done only after its sync when it is to be durable', async () => {
    const ticket = new QueuedEvent(new Keeper(), true, request);
    ticket.written(receipt);
    expect(ticket.settled).toBe(false);
    const asked = ticket.then(({ durability }) => durability);
    ticket.synced(undefined);
    expect(await asked).toBe('durable');
    const failing = new QueuedEvent(new Keeper(), true, request);
    failing.written(receipt);
    failing.synced('why');
    expect([failing.settled, failing.failure]).toEqual([true, 'why']);
  });

  it('asks for a sync only when durable is awaited', async () => {
    const keeper = new Keeper();
    const ticket = new QueuedEvent(keeper, false, request);
    const { durable } = ticket;
    ticket.written(receipt);
    await ticket;
    expect(keeper.asked).toEqual([]);
    const asked = durable.then(({ durability }) => durability);
    await ticket;
    expect(keeper.asked).toEqual(['durable 1']);
    keeper.waiting[0]?.(undefined);
    expect(await asked).toBe('durable');
    const failing = durable.then(undefined, (cause) => cause);
    await ticket;
    keeper.waiting[1]?.('why');
    expect(await failing).toBe('why');
  });
});

describe('the ticket of a batch', () => {
  it('gives all receipts, and is durable with the last of them', async () => {
    const keeper = new Keeper();
    const ticket = new QueuedBatch(keeper, false, []);
    ticket.written(receipts);
    expect([await ticket, ticket.through]).toEqual([receipts, 2]);
    const asked = ticket.durable.then((all) => all.map(({ durability }) => durability));
    await ticket;
    keeper.waiting[0]?.(undefined);
    expect([await asked, keeper.asked]).toEqual([['durable', 'durable'], ['durable 2']]);
  });

  it('without items is durable as it is', () => {
    const ticket = new QueuedBatch(new Keeper(), false, []);
    ticket.written([]);
    expect([ticket.through, ticket.wait()]).toEqual([0, []]);
  });
});
