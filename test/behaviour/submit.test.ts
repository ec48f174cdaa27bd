import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvent, ExpectationFailedError, openStore, Region, type Store } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../src/store/write/ticket.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** Lets everything run that is due now. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const open = (options: HostOptions = {}): { host: StoreHost; store: Store } => {
  const host = new StoreHost();
  return { host, store: host.open(options) };
};

const payloads = (store: Store): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('a submitted event', () => {
  it('is written at the end of the turn, and its ticket gives the receipt', async () => {
    const { store } = open();
    const ticket = store.submit('order:1', someKind, { n: 1 });
    expect([store.eventCount, ticket.settled]).toEqual([0, false]);
    const receipt = await ticket;
    expect(receipt).toMatchObject({ sequence: 0, clock: 0, durability: 'written' });
    expect(receipt.replayed).toBe(false);
    expect(ticket.settled).toBe(true);
    expect(store.get(receipt.eventId)?.payload).toEqual({ n: 1 });
    expect(await ticket).toBe(receipt);
  });

  it('shares one write with all others of its turn, each linked to the one before it', async () => {
    const { host, store } = open();
    store.append('order:1', someKind, 0);
    const before = host.plan.count('write', '.fbat');
    const tickets = Array.from({ length: 100 }, (_, n) =>
      store.submit(`order:${n % 3}`, someKind, n),
    );
    const receipts = await Promise.all(tickets);
    expect(host.plan.count('write', '.fbat') - before).toBe(1);
    expect(receipts.map(({ sequence }) => sequence)).toEqual(receipts.map((_, n) => n + 1));
    expect(receipts[3]?.clock).toBe(1);
    expect(receipts[1]?.clock).toBe(1);
    expect(store.verify()).toMatchObject({ ok: true, events: 101, entities: 3 });
  });

  it('is refused at once for its arguments, and leaves no name behind', async () => {
    const { store } = open();
    const Placed = defineEvent<{ total: number }>({ name: 'placed' });
    const bad = { correlationId: 'none' };
    expect(thrownBy(() => store.submit('a', Placed, { total: 1 }, bad))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'correlationId',
    });
    expect(thrownBy(() => store.submit('', someKind, 1))).toMatchObject({
      code: 'BATPAK_INVALID_COORDINATE',
    });
    await turn();
    expect([store.eventCount, store.nameOf(0x1000)]).toEqual([0, undefined]);
  });

  it('was encoded when it was submitted: what is changed later is not stored', async () => {
    const { store } = open();
    const payload = { n: 1 };
    const ticket = store.submit('a', someKind, payload);
    payload.n = 2;
    expect(store.get((await ticket).eventId)?.payload).toEqual({ n: 1 });
  });

  it('has its name in the log directly before it, once', async () => {
    const { host, store } = open();
    const Placed = defineEvent<number>({ name: 'placed' });
    const Closed = defineEvent<number>({ name: 'closed' });
    store.submit('a', someKind, 0);
    store.submit('a', Placed, 1);
    store.submit('a', Closed, 2);
    await store.submit('b', Placed, 3);
    const again = host.killed().open();
    expect([...again.query(Region.all())].map(({ name }) => name)).toEqual([
      undefined,
      'placed',
      'closed',
      'placed',
    ]);
  });

  it('judges expected when it is written, by what was submitted before', async () => {
    const { store } = open();
    const first = store.submit('a', someKind, 1, { expected: 'none' });
    const second = store.submit('a', someKind, 2, { expected: 'none' });
    const third = store.submit('a', someKind, 3, { expected: 0 });
    expect(await first).toMatchObject({ clock: 0 });
    await expect(second).rejects.toMatchObject({
      code: 'BATPAK_EXPECTATION_FAILED',
      expected: 'none',
      actual: 0,
    });
    expect(await third).toMatchObject({ clock: 1, sequence: 1 });
    expect(payloads(store)).toEqual([1, 3]);
  });

  it('is stored once when its key is submitted twice, and both tickets know it', async () => {
    const { store } = open();
    const submit = (payload: number) =>
      store.submit('a', someKind, payload, { idempotencyKey: 'k', expected: 'none' });
    const [first, again, other] = [submit(1), submit(1), submit(2)];
    expect((await again).eventId).toBe((await first).eventId);
    expect([(await first).replayed, (await again).replayed]).toEqual([false, true]);
    await expect(other).rejects.toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'payload',
    });
    expect(store.eventCount).toBe(1);
  });

  it('writes nothing, not even a segment, when its key was stored before', async () => {
    const { host, store } = open();
    await store.submit('a', someKind, 1, { idempotencyKey: 'k' });
    store.close();
    const before = host.content();
    const again = host.open();
    expect((await again.submit('a', someKind, 1, { idempotencyKey: 'k' })).replayed).toBe(true);
    again.close();
    expect(host.content()).toEqual(before);
  });

  it('is written before whatever is appended, synced or closed after it', () => {
    const { store } = open();
    store.submit('a', someKind, 1);
    expect(store.append('a', someKind, 2).clock).toBe(1);
    store.submit('a', someKind, 3);
    store.appendBatch([{ at: 'a', kind: someKind, payload: 4 }]);
    const ticket = store.submit('a', someKind, 5);
    store.sync();
    expect([ticket.settled, store.durableThrough()]).toEqual([true, 4]);
    store.submit('a', someKind, 6);
    expect(store.close()).toMatchObject({ events: 6, clean: true });
  });

  it('can be waited for without a turn of the event loop', () => {
    const { store } = open();
    const ticket = store.submit('a', someKind, 1);
    const failing = store.submit('a', someKind, 2, { expected: 7 });
    expect(failing.settled).toBe(false);
    expect(ticket.wait()).toMatchObject({ sequence: 0, durability: 'written' });
    expect(thrownBy(() => failing.wait())).toBeInstanceOf(ExpectationFailedError);
    expect(store.submit('a', someKind, 3, { durable: true }).wait().durability).toBe('durable');
  });

  it('is refused inside another write, and so is its ticket', async () => {
    const { store } = open();
    const ticket = store.submit('a', someKind, 0);
    const nested: unknown[] = [];
    const Reading = defineEvent<number>({
      name: 'reading',
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => {
            nested.push(thrownBy(() => store.submit('b', someKind, 1)));
            nested.push(thrownBy(() => ticket.wait()));
            return { value: Number(value) };
          },
        },
      },
    });
    store.submit('a', Reading, 1);
    await ticket;
    for (const refused of nested) expect(refused).toMatchObject({ code: 'BATPAK_NESTED_WRITE' });
    expect([nested.length, store.eventCount]).toEqual([2, 2]);
  });

  it('is on a real disk as in memory', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'batpak-submit-'));
    try {
      const store = openStore({ dataDir });
      const tickets = Array.from({ length: 3000 }, (_, n) => store.submit('a', someKind, n));
      const last = await tickets[2999]?.durable;
      expect(last).toMatchObject({ sequence: 2999, durability: 'durable' });
      expect(tickets.every(({ settled }) => settled)).toBe(true);
      const batch = await store.submitBatch([{ at: 'b', kind: someKind, payload: 1 }], {
        durable: true,
      });
      expect(batch.map(({ durability }) => durability)).toEqual(['durable']);
      store.close();
      const again = openStore({ dataDir });
      expect(again.verify()).toMatchObject({ ok: true, events: 3001 });
      again.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});

describe('a ticket that is to be durable', () => {
  it('resolves only after the sync that covers it, which all who wait share', async () => {
    const { host, store } = open();
    store.append('a', someKind, 0);
    host.plan.holdSyncs();
    const tickets = Array.from({ length: 64 }, () => store.submit('a', someKind, 1));
    let durable = 0;
    const answers = tickets.map(async (ticket) => {
      expect((await ticket).durability).toBe('written');
      const receipt = await ticket.durable;
      durable += 1;
      return receipt.durability;
    });
    await turn();
    expect([store.eventCount, durable]).toEqual([65, 0]);
    const before = host.plan.count('beginSync', '.fbat');
    host.plan.releaseSyncs();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['durable']));
    expect([before, host.plan.count('beginSync', '.fbat')]).toEqual([1, 1]);
    expect(store.durableThrough()).toBe(64);
  });

  it('is so by itself when it was asked for, or when every event is synced', async () => {
    for (const [options, durable] of [
      [{}, true],
      [{ sync: { everyNEvents: 1 } }, undefined],
    ] as const) {
      const { store } = open(options);
      const given = durable === undefined ? {} : { durable };
      expect((await store.submit('a', someKind, 1, given)).durability).toBe('durable');
      const batch = store.submitBatch([{ at: 'a', kind: someKind, payload: 1 }], given);
      expect((await batch)[0]?.durability).toBe('durable');
      expect(store.durableThrough()).toBe(1);
    }
  });

  it('rejects when the sync fails, although the event is visible', async () => {
    const { host, store } = open({ sync: { maxDelayMs: 3_600_000 } });
    store.append('a', someKind, 0);
    host.plan.fail({ operation: 'beginSync', code: 'EIO' });
    const ticket = store.submit('a', someKind, 1);
    const asked = store.submit('a', someKind, 2, { durable: true });
    await expect(asked).rejects.toMatchObject({ code: 'BATPAK_SYNC_FAILED', outcome: 'unknown' });
    expect(await ticket).toMatchObject({ sequence: 1 });
    expect(store.eventCount).toBe(3);
  });

  it('is synced by the cadence, off the event loop, without being asked', async () => {
    const { store } = open({ sync: { everyNEvents: 10 } });
    const tickets = Array.from({ length: 10 }, () => store.submit('a', someKind, 1));
    await tickets[9];
    await turn();
    expect(store.durableThrough()).toBe(9);
  });
});

describe('a submitted batch', () => {
  it('is stored whole, at its place among the other submits', async () => {
    const { store } = open();
    store.submit('a', someKind, 1);
    const ticket = store.submitBatch([
      { at: 'a', kind: someKind, payload: 2 },
      { at: 'b', kind: someKind, payload: 3, causation: { item: 0 } },
    ]);
    const after = store.submit('a', someKind, 4, { expected: 1 });
    const receipts = await ticket;
    expect(receipts.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(store.at(2)?.causationId).toBe(receipts[0]?.eventId);
    expect(await after).toMatchObject({ sequence: 3, clock: 2 });
  });

  it('fails alone, and nothing of it is stored', async () => {
    const { store } = open();
    const before = store.submit('a', someKind, 1);
    const ticket = store.submitBatch([
      { at: 'a', kind: someKind, payload: 2 },
      { at: 'a', kind: someKind, payload: 3, options: { expected: 'none' } },
    ]);
    const after = store.submit('a', someKind, 4);
    await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_BATCH_FAILED', itemIndex: 1 });
    expect([(await before).clock, (await after).clock]).toEqual([0, 1]);
    expect(payloads(store)).toEqual([1, 4]);
  });

  it('is refused at once when it is too large or an item is wrong', () => {
    const { store } = open({ batch: { maxSize: 2 } });
    const item = { at: 'a', kind: someKind, payload: 1 };
    expect(thrownBy(() => store.submitBatch([item, item, item]))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'batch.maxSize',
    });
    const wrong = { ...item, payload: undefined };
    expect(thrownBy(() => store.submitBatch([item, wrong]))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
    });
    expect(thrownBy(() => store.submitBatch(7 as never))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
    });
  });

  it('without items gives no receipts and writes nothing', async () => {
    const { store, host } = open();
    const before = host.content();
    expect(await store.submitBatch([])).toEqual([]);
    expect(await store.outbox().submitFlush()).toEqual([]);
    expect(store.eventCount).toBe(0);
    expect(host.content()).toEqual(before);
  });
});

describe('batch.groupCommitMaxBatch', () => {
  it('asks single writes that share a sync for a key, unless they are durable', async () => {
    for (const groupCommitMaxBatch of [0, 32]) {
      const { store } = open({ batch: { groupCommitMaxBatch }, sync: { everyNEvents: 1 } });
      for (const refused of [
        () => store.append('a', someKind, 1),
        () => store.submit('a', someKind, 1),
      ]) {
        expect(thrownBy(refused)).toMatchObject({ code: 'BATPAK_IDEMPOTENCY_REQUIRED' });
      }
      expect(store.append('a', someKind, 1, { durable: true }).durability).toBe('durable');
      const keyed = store.append('a', someKind, 2, { idempotencyKey: 'k' });
      expect(keyed.durability).toBe('written');
      expect(await store.submit('a', someKind, 3, { idempotencyKey: 'l' })).toMatchObject({
        durability: 'written',
      });
      expect(store.appendBatch([{ at: 'a', kind: someKind, payload: 4 }])).toHaveLength(1);
    }
  });

  it('is how many appends share one sync of the cadence', () => {
    const { store } = open({ batch: { groupCommitMaxBatch: 4 }, sync: { everyNEvents: 1 } });
    const through = Array.from({ length: 5 }, (_, n) => {
      store.append('a', someKind, n, { idempotencyKey: `k${n}` });
      return store.durableThrough();
    });
    expect(through).toEqual([undefined, undefined, undefined, 3, 3]);
  });
});

describe('any interleaving of writes', () => {
  type Step = 'append' | 'submit' | 'submitBatch' | 'refused' | 'sync' | 'turn' | 'wait';
  const steps: readonly Step[] = [
    'append',
    'submit',
    'submitBatch',
    'refused',
    'sync',
    'turn',
    'wait',
  ];

  it('gives sequences in the order of the calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { maxLength: 60 }),
        fc.constantFrom(1, 3, 4096),
        fc.constantFrom(1, 7, 1000),
        async (run, channelCapacity, everyNEvents) => {
          const { host, store } = open({ writer: { channelCapacity }, sync: { everyNEvents } });
          const calls: number[] = [];
          const tickets: Ticket<unknown>[] = [];
          const next = (): number => calls.push(calls.length) - 1;
          const item = () => ({ at: `e${calls.length % 3}`, kind: someKind, payload: next() });
          for (const step of run) {
            if (step === 'append') store.append(`e${calls.length % 3}`, someKind, next());
            if (step === 'submit')
              tickets.push(store.submit(`e${calls.length % 3}`, someKind, next()));
            if (step === 'submitBatch') tickets.push(store.submitBatch([item(), item()]));
            if (step === 'refused') {
              const refused = store.submit('e0', someKind, -1, { expected: 99 });
              refused.then(
                () => expect.unreachable(),
                () => undefined,
              );
            }
            if (step === 'sync') store.sync();
            if (step === 'turn') await turn();
            if (step === 'wait') tickets.at(-1)?.wait();
          }
          store.close();
          await Promise.all(tickets);
          expect(payloads(host.open())).toEqual(calls);
        },
      ),
      propertyRuns(150),
    );
  });
});
