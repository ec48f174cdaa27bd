import { defineEvent, ExpectationFailedError, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/store/write/ticket.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** Lets everything run that is due now. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const open = (options: HostOptions = {}): { host: StoreHost; store: Store } => {
  const host = new StoreHost();
  return { host, store: host.open(options) };
};

const payloads = (store: Store): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('a group that the disk refuses', () => {
  it('is cut off, and every ticket of it fails; the next one is written', async () => {
    const { host, store } = open();
    store.append('a', someKind, 0);
    host.plan.tear({ path: '.fbat', keepBytes: 150, code: 'ENOSPC' });
    const Placed = defineEvent<number>({ name: 'placed' });
    const first = store.submit('a', someKind, 1);
    const second = store.submit('a', Placed, 2, { expected: 9 });
    for (const ticket of [first, second]) {
      await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_DISK_FULL' });
    }
    expect(store.writerPressure().level).toBe('full');
    expect(store.nameOf(0x1000)).toBeUndefined();
    expect(await store.submit('a', Placed, 3)).toMatchObject({ sequence: 1, clock: 1 });
    expect(store.writerPressure().level).toBe('normal');
    const again = host.killed().open();
    expect(payloads(again)).toEqual([0, 3]);
    expect(again.nameOf(0x1000)).toBe('placed');
  });

  it('takes no name away from what is queued behind it', async () => {
    const { host, store } = open();
    store.append('a', someKind, 0);
    const Placed = defineEvent<number>({ name: 'placed' });
    const item = { at: 'a', kind: someKind, payload: 2 };
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    const refused = store.submit('a', Placed, 1);
    const batch = store.submitBatch([item]);
    const kept = store.submit('a', Placed, 3);
    await expect(refused).rejects.toMatchObject({ code: 'BATPAK_DISK_FULL' });
    expect(await batch).toHaveLength(1);
    expect(await kept).toMatchObject({ sequence: 2 });
    expect([...host.killed().open().byKind(Placed)].map(({ sequence }) => sequence)).toEqual([2]);
  });

  it('fails all that is queued when the writer has died of it', async () => {
    const { host, store } = open({
      writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
    });
    store.append('a', someKind, 0);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'EIO' });
    const first = store.submit('a', someKind, 1);
    const batch = store.submitBatch([{ at: 'a', kind: someKind, payload: 2 }]);
    const last = store.submit('a', someKind, 3);
    await expect(first).rejects.toMatchObject({
      code: 'BATPAK_WRITE_FAILED',
      outcome: 'not stored',
    });
    await expect(batch).rejects.toMatchObject({ code: 'BATPAK_WRITER_DEAD' });
    await expect(last).rejects.toMatchObject({ code: 'BATPAK_WRITER_DEAD' });
    expect(thrownBy(() => store.submit('a', someKind, 4))).toMatchObject({
      code: 'BATPAK_WRITER_DEAD',
    });
    expect(payloads(store)).toEqual([0]);
  });
});

describe('a failure that nobody waits for', () => {
  it('goes to the logger and to onError, whose own failure stops nobody', async () => {
    const logged: unknown[] = [];
    const logger = { warn: () => undefined, error: (facts: object) => logged.push(facts) };
    const { store } = open({ logger });
    const seen: unknown[] = [];
    const defect = new Error('listener');
    store.onError = (failure) => {
      seen.push(failure);
      throw defect;
    };
    store.submit('a', someKind, 1, { expected: 3 });
    const awaited = store.submit('a', someKind, 2, { expected: 3 });
    await expect(awaited).rejects.toBeInstanceOf(ExpectationFailedError);
    await turn();
    expect(seen).toMatchObject([{ code: 'BATPAK_EXPECTATION_FAILED' }]);
    expect(logged).toMatchObject([{ err: { code: 'BATPAK_EXPECTATION_FAILED' } }, { err: defect }]);
    store.onError = undefined;
    expect(thrownBy(() => Object.assign(store, { onError: 7 }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
    });
  });

  it('is not told when the ticket is asked later in the same turn', async () => {
    const { store } = open();
    const seen: unknown[] = [];
    store.onError = (failure) => seen.push(failure);
    const ticket = store.submit('a', someKind, 1, { expected: 3 });
    store.sync();
    expect(ticket.settled).toBe(true);
    let failure: unknown;
    try {
      await ticket;
    } catch (cause) {
      failure = cause;
    }
    expect(failure).toMatchObject({ code: 'BATPAK_EXPECTATION_FAILED' });
    await turn();
    expect(seen).toEqual([]);
  });
});

describe('closing', () => {
  it('settles every ticket: so many are written, and the others told so', async () => {
    const { store } = open({ writer: { shutdownDrainLimit: 3 } });
    const tickets: Ticket<unknown>[] = Array.from({ length: 2 }, () =>
      store.submit('a', someKind, 1, { durable: true }),
    );
    const item = { at: 'a', kind: someKind, payload: 2 };
    tickets.push(store.submitBatch([item, item]), store.submit('a', someKind, 3));
    expect(store.close()).toEqual({ events: 2, clean: true });
    expect(tickets.every(({ settled }) => settled)).toBe(true);
    const outcomes = await Promise.allSettled(tickets);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { durability: 'durable' } },
      { status: 'fulfilled', value: { durability: 'durable' } },
      { status: 'rejected', reason: { code: 'BATPAK_STORE_CLOSED' } },
      { status: 'rejected', reason: { code: 'BATPAK_STORE_CLOSED' } },
    ]);
    expect(thrownBy(() => store.submit('a', someKind, 1))).toMatchObject({
      code: 'BATPAK_STORE_CLOSED',
    });
  });

  it('writes nothing of the queue when the limit is 0', async () => {
    const { store } = open({ writer: { shutdownDrainLimit: 0 } });
    const ticket = store.submit('a', someKind, 1);
    expect(store.close()).toEqual({ events: 0, clean: true });
    await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
  });
});
