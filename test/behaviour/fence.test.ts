import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvent, openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Placed = defineEvent<{ total: number }>({ name: 'placed' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const payloads = (store: Store): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('a visibility fence', () => {
  it('keeps what is submitted in memory, and writes it as one durable batch', async () => {
    const host = new StoreHost();
    const store = host.open();
    const cause = store.append('order:1', someKind, 0);
    const before = host.content();
    const fence = store.beginVisibilityFence();
    const first = fence.submit('order:1', Placed, { total: 1 }, { expected: 0 });
    const reaction = fence.submitReaction('stock:7', someKind, 2, cause);
    const batch = fence.submitBatch([
      { at: 'order:1', kind: someKind, payload: 3 },
      { at: 'order:2', kind: someKind, payload: 4, causation: { item: 0 } },
    ]);
    await turn();
    expect([fence.active, fence.length, store.eventCount]).toEqual([true, 4, 1]);
    expect([first.settled, host.content()]).toEqual([false, before]);
    const writes = host.plan.count('write', '.fbat');
    const receipts = fence.commit();
    expect(host.plan.count('write', '.fbat') - writes).toBe(1);
    expect(receipts.map(({ durability }) => durability)).toEqual(Array(4).fill('durable'));
    expect(receipts.map(({ clock }) => clock)).toEqual([1, 0, 2, 0]);
    expect([await first, await reaction, ...(await batch)]).toEqual(receipts);
    expect(store.at(2)?.causationId).toBe(cause.eventId);
    expect(store.at(4)?.causationId).toBe(receipts[2]?.eventId);
    expect(fence.active).toBe(false);
    expect(payloads(host.killed().open())).toEqual([0, { total: 1 }, 2, 3, 4]);
  });

  it('refuses every other write while it is open, by its error or an outcome', () => {
    const store = new StoreHost().open();
    const queued = store.submit('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    expect(queued.settled).toBe(true);
    const item = { at: 'a', kind: someKind, payload: 1 };
    const refused = {
      append: () => store.append('a', someKind, 1),
      appendBatch: () => store.appendBatch([item]),
      appendReaction: () => store.appendReaction('a', someKind, 1, queued.wait()),
      appendReactionBatch: () => store.appendReactionBatch(queued.wait(), [item]),
      submit: () => store.submit('a', someKind, 1),
      submitBatch: () => store.submitBatch([item]),
      submitReaction: () => store.submitReaction('a', someKind, 1, queued.wait()),
      beginVisibilityFence: () => store.beginVisibilityFence(),
      'outbox.submitFlush': () => store.outbox().submitFlush(),
    };
    for (const [operation, call] of Object.entries(refused)) {
      expect(thrownBy(call)).toMatchObject({
        code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
        operation,
        retryable: true,
      });
    }
    const outbox = store.outbox();
    outbox.stage('a', someKind, 2);
    expect(thrownBy(() => outbox.flush())).toMatchObject({ operation: 'outbox.flush' });
    const cancelled = { type: 'cancelled', reason: 'a visibility fence is open' };
    for (const outcome of [
      store.tryAppend('a', someKind, 1),
      store.tryAppendBatch([item]),
      store.trySubmit('a', someKind, 1),
      store.trySubmitBatch([item]),
      store.trySubmitReaction('a', someKind, 1, queued.wait()),
    ]) {
      expect(outcome).toEqual(cancelled);
    }
    store.sync();
    fence.commit();
    expect([store.append('a', someKind, 1).clock, outbox.flush().length]).toEqual([1, 1]);
  });

  it('stores nothing when it is cancelled, and clocks and names run on', async () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    const tickets = [
      fence.submit('a', Placed, { total: 1 }),
      fence.submitBatch([{ at: 'a', kind: someKind, payload: 2 }]),
    ];
    fence.cancel();
    for (const ticket of tickets) {
      await expect(ticket).rejects.toMatchObject({
        code: 'BATPAK_VISIBILITY_FENCE_CANCELLED',
        reason: 'cancelled',
      });
    }
    expect(store.nameOf(0x1000)).toBeUndefined();
    expect(store.append('a', someKind, 3)).toMatchObject({ sequence: 1, clock: 1 });
    expect(payloads(host.killed().open())).toEqual([0, 3]);
  });

  it('is cancelled when it is disposed, and takes nothing once it has ended', () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    {
      using scoped = fence;
      scoped.submit('a', someKind, 1);
    }
    expect([store.eventCount, fence.active]).toEqual([0, false]);
    const outbox = store.outbox();
    const calls = {
      'fence.submit': () => fence.submit('a', someKind, 1),
      'fence.submitBatch': () => fence.submitBatch([]),
      'fence.outbox': () => fence.outbox(),
      'fence.commit': () => fence.commit(),
      'fence.cancel': () => fence.cancel(),
    };
    for (const [operation, call] of Object.entries(calls)) {
      expect(thrownBy(call)).toMatchObject({
        code: 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE',
        operation,
        state: 'cancelled',
      });
    }
    expect(outbox.length).toBe(0);
    const second = store.beginVisibilityFence();
    second.commit();
    second[Symbol.dispose]();
    expect(thrownBy(() => second.commit())).toMatchObject({ state: 'committed' });
  });

  it('writes nothing at all when nothing was staged', async () => {
    const host = new StoreHost();
    const store = host.open();
    const before = host.content();
    const fence = store.beginVisibilityFence();
    const empty = fence.submitBatch([]);
    expect(fence.commit()).toEqual([]);
    expect([await empty, host.content()]).toEqual([[], before]);
  });

  it('is not bound by the size of a batch, but by its own bytes and a segment', () => {
    const host = new StoreHost();
    const store = host.open({ batch: { maxSize: 2, maxBytes: 10 }, fence: { maxBytes: 20_000 } });
    const fence = store.beginVisibilityFence();
    for (let n = 0; n < 20; n += 1) fence.submit('a', someKind, `payload ${n}`);
    expect(
      thrownBy(() => fence.submit('a', Placed, { total: 'x'.repeat(20_000) } as never)),
    ).toMatchObject({ code: 'BATPAK_LIMIT_EXCEEDED', limit: 'fence.maxBytes', max: 20_000 });
    expect(store.nameOf(0x1000)).toBeUndefined();
    expect(fence.commit()).toHaveLength(20);
    const small = new StoreHost().open({ segmentMaxBytes: 4096 }).beginVisibilityFence();
    expect(thrownBy(() => small.submit('a', someKind, new Uint8Array(5000)))).toMatchObject({
      limit: 'fence.maxBytes',
      max: 4096,
    });
  });

  it('has an outbox whose items go into the fence', async () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    const outbox = fence.outbox();
    outbox.stage('a', Placed, { total: 1 });
    outbox.stage('a', someKind, 2);
    expect(thrownBy(() => outbox.flush())).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
      operation: 'flush',
    });
    expect(outbox.length).toBe(2);
    const ticket = outbox.submitFlush();
    expect([outbox.length, fence.length]).toEqual([0, 2]);
    const receipts = fence.commit();
    expect(await ticket).toEqual(receipts);
    expect(thrownBy(() => outbox.stage('a', someKind, 3))).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE',
    });
  });

  it('gives the items of an outbox back when it is cancelled', () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    const outbox = fence.outbox();
    outbox.stage('a', someKind, 1);
    outbox.submitFlush();
    fence.cancel();
    expect(outbox.length).toBe(1);
  });

  it('lets nobody wait for a ticket while it is open', () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', someKind, 1);
    expect(thrownBy(() => ticket.wait())).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
      operation: 'wait',
    });
    fence.commit();
    expect(ticket.wait().durability).toBe('durable');
  });

  it('gives a durable answer to who asked for one', async () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    const durable = fence.submit('a', someKind, 1).durable;
    const answer = durable.then(({ durability }) => durability);
    fence.commit();
    expect(await answer).toBe('durable');
  });
});

describe('the commit of a fence', () => {
  it('that is refused leaves it open, to be tried again', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', Placed, { total: 1 });
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => fence.commit())).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      retryable: true,
    });
    expect([fence.active, ticket.settled, store.eventCount]).toEqual([true, false, 1]);
    expect(fence.commit()).toHaveLength(1);
    expect(ticket.wait()).toMatchObject({ sequence: 1, clock: 1 });
    expect([...host.killed().open().byKind(Placed)]).toHaveLength(1);
  });

  it('is refused for an expectation that does not hold, and can only be cancelled then', () => {
    const store = new StoreHost().open();
    const fence = store.beginVisibilityFence();
    fence.submit('a', someKind, 1);
    fence.submit('a', someKind, 2, { expected: 'none' });
    expect(thrownBy(() => fence.commit())).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
    });
    fence.cancel();
    expect(store.eventCount).toBe(0);
  });

  it('of keys that were stored before gives their receipts', () => {
    const store = new StoreHost().open();
    const stored = store.append('a', someKind, 1, { idempotencyKey: 'k' });
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', someKind, 1, { idempotencyKey: 'k' });
    expect(fence.commit()).toMatchObject([{ replayed: true, durability: 'durable' }]);
    expect(ticket.wait().eventId).toBe(stored.eventId);
    expect(store.eventCount).toBe(1);
  });

  it('whose sync fails takes nothing back', async () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    const outbox = fence.outbox();
    outbox.stage('a', someKind, 1);
    const ticket = outbox.submitFlush();
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => fence.commit())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    expect([store.eventCount, fence.active, outbox.length]).toEqual([2, false, 0]);
  });

  it('fails for good when the writer dies of it', async () => {
    const host = new StoreHost();
    const store = host.open({
      writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
    });
    store.append('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', someKind, 1);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'EIO' });
    const failure = thrownBy(() => fence.commit());
    expect(failure).toMatchObject({ cause: { code: 'BATPAK_WRITE_FAILED' } });
    await expect(ticket).rejects.toBe(failure);
    expect(thrownBy(() => fence.commit())).toMatchObject({ state: 'failed' });
  });

  it('is on a real disk as in memory', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'batpak-fence-'));
    try {
      const store = openStore({ dataDir });
      const fence = store.beginVisibilityFence();
      for (let n = 0; n < 500; n += 1) fence.submit(`e${n % 7}`, someKind, n);
      expect(fence.commit()).toHaveLength(500);
      store.close();
      const again = openStore({ dataDir });
      expect(again.verify()).toMatchObject({ ok: true, events: 500, entities: 7 });
      again.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});

describe('an open fence', () => {
  it('is cancelled by closing the store', async () => {
    const host = new StoreHost();
    const store = host.open();
    const seen: unknown[] = [];
    store.onError = (failure) => seen.push(failure);
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', someKind, 1);
    fence.submit('a', someKind, 2);
    expect(store.close()).toEqual({ events: 0, clean: true });
    await expect(ticket).rejects.toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_CANCELLED',
      reason: 'store closed',
    });
    await turn();
    expect(seen).toMatchObject([{ reason: 'store closed' }]);
    expect(thrownBy(() => fence.commit())).toMatchObject({ state: 'cancelled' });
  });

  it('is cancelled when the writer dies', async () => {
    const host = new StoreHost();
    const store = host.open({
      writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
    });
    store.append('a', someKind, 0);
    const fence = store.beginVisibilityFence();
    const ticket = fence.submit('a', someKind, 1);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => store.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    await expect(ticket).rejects.toMatchObject({ reason: 'writer stopped' });
    expect(fence.active).toBe(false);
    expect(thrownBy(() => store.append('a', someKind, 1))).toMatchObject({
      code: 'BATPAK_WRITER_DEAD',
    });
  });
});
