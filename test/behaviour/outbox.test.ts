import { defineEvent, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Placed = defineEvent<{ total: number }>({ name: 'placed' });

const payloads = (store: Store): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('an outbox', () => {
  it('gathers events and flushes them as one durable batch', () => {
    const host = new StoreHost();
    const store = host.open();
    const outbox = store.outbox();
    outbox.stage('order:1', Placed, { total: 1 });
    outbox.stage('order:1', someKind, 2, { expected: 0 });
    outbox.stageItem({ at: 'stock:7', kind: someKind, payload: 3, causation: { item: 0 } });
    expect([outbox.length, store.eventCount]).toEqual([3, 0]);
    const receipts = outbox.flush();
    expect(receipts.map(({ durability }) => durability)).toEqual(['durable', 'durable', 'durable']);
    expect(store.at(2)?.causationId).toBe(receipts[0]?.eventId);
    expect([outbox.length, outbox.flush()]).toEqual([0, []]);
    expect(payloads(host.killed().open())).toEqual([{ total: 1 }, 2, 3]);
  });

  it('tells by which number later items name one as their cause, from 0 after each flush', () => {
    const host = new StoreHost();
    const store = host.open();
    const outbox = store.outbox();
    expect(outbox.stage('order:1', Placed, { total: 1 })).toBe(0);
    const cause = outbox.stage('order:1', someKind, 2);
    const reaction = { at: 'stock:7', kind: someKind, payload: 3, causation: { item: cause } };
    expect([cause, outbox.stageItem(reaction)]).toEqual([1, 2]);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => outbox.flush())).toMatchObject({ code: 'BATPAK_BATCH_FAILED' });
    const later = outbox.stage('order:1', someKind, 4);
    outbox.stageItem({ at: 'stock:7', kind: someKind, payload: 5, causation: { item: later } });
    expect(later).toBe(0);
    outbox.flush();
    const causes = [0, 1, 2, 3, 4].map((sequence) => store.at(sequence)?.causationId);
    const ids = [1, 3].map((sequence) => store.at(sequence)?.eventId);
    expect(causes).toEqual([undefined, undefined, ids[0], undefined, ids[1]]);
  });

  it('checks and encodes an event when it is staged', () => {
    const store = new StoreHost().open();
    const outbox = store.outbox();
    const payload = { total: 1 };
    outbox.stage('a', Placed, payload);
    payload.total = 2;
    expect(thrownBy(() => outbox.stage('a', Placed, undefined as never))).toMatchObject({
      code: 'BATPAK_INVALID_PAYLOAD',
    });
    outbox.flush({ durable: false });
    expect([payloads(store), store.durableThrough()]).toEqual([[{ total: 1 }], undefined]);
  });

  it('holds no more than a batch takes', () => {
    const store = new StoreHost().open({ batch: { maxSize: 2, maxBytes: 100 } });
    const outbox = store.outbox();
    const Large = defineEvent<Uint8Array>({ name: 'large' });
    outbox.stage('a', someKind, 1);
    expect(thrownBy(() => outbox.stage('a', Large, new Uint8Array(101)))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'batch.maxBytes',
    });
    expect(store.nameOf(0x1000)).toBeUndefined();
    outbox.stage('a', someKind, 2);
    expect(thrownBy(() => outbox.stage('a', someKind, 3))).toMatchObject({
      limit: 'batch.maxSize',
      max: 2,
      actual: 3,
    });
    expect(outbox.flush()).toHaveLength(2);
  });

  it('keeps its items when a flush fails, names and all', () => {
    const host = new StoreHost();
    const store = host.open();
    const outbox = store.outbox();
    outbox.stage('a', Placed, { total: 1 });
    store.append('b', someKind, 0);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => outbox.flush())).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      retryable: true,
    });
    // A name that another write binds and loses is still the outbox's.
    expect(thrownBy(() => store.append('b', Placed, { total: 0 }, { expected: 9 }))).toMatchObject({
      code: 'BATPAK_EXPECTATION_FAILED',
    });
    outbox.stage('a', Placed, { total: 2 });
    expect(outbox.length).toBe(2);
    expect(outbox.flush().map(({ clock }) => clock)).toEqual([0, 1]);
    const again = host.killed().open();
    expect([...again.byKind(Placed)].map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('does not keep what was stored, when only the sync of it fails', () => {
    const host = new StoreHost();
    const store = host.open();
    const outbox = store.outbox();
    store.append('a', someKind, 0);
    outbox.stage('a', someKind, 1);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => outbox.flush())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    expect([outbox.length, store.eventCount]).toEqual([0, 2]);
  });

  it('puts the items of a submitted flush that fails back in front, in order', async () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 0);
    const outbox = store.outbox();
    outbox.stage('a', someKind, 1);
    outbox.stageItem({ at: 'a', kind: someKind, payload: 2, causation: { item: 0 } });
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC', nth: 2 });
    const first = outbox.submitFlush();
    outbox.stage('a', someKind, 3);
    const second = outbox.submitFlush();
    outbox.stage('a', someKind, 4);
    outbox.stageItem({ at: 'a', kind: someKind, payload: 5, causation: { item: 0 } });
    for (const ticket of [second, first]) {
      await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_BATCH_FAILED' });
    }
    expect(outbox.length).toBe(5);
    const receipts = await outbox.submitFlush();
    expect(payloads(store)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([store.at(2)?.causationId, store.at(5)?.causationId]).toEqual([
      receipts[0]?.eventId,
      receipts[3]?.eventId,
    ]);
  });

  it('leaves for the next flush what doesn’t fit a batch with what came back', async () => {
    const host = new StoreHost();
    const store = host.open({ batch: { maxSize: 2 } });
    store.append('a', someKind, 0);
    const outbox = store.outbox();
    outbox.stage('a', someKind, 1);
    outbox.stage('a', someKind, 2);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    const failing = outbox.submitFlush();
    outbox.stage('a', someKind, 3);
    await expect(failing).rejects.toMatchObject({ retryable: true });
    expect([outbox.flush().length, outbox.length]).toEqual([2, 1]);
    expect([outbox.flush().length, payloads(store)]).toEqual([1, [0, 1, 2, 3]]);
  });

  it('submits nothing when nothing is staged', async () => {
    const store = new StoreHost().open();
    expect(await store.outbox().submitFlush({ durable: true })).toEqual([]);
  });

  it('keeps its items when the store is closed before they are written', async () => {
    const store = new StoreHost().open({ writer: { shutdownDrainLimit: 0 } });
    const outbox = store.outbox();
    outbox.stage('a', someKind, 1);
    const ticket = outbox.submitFlush();
    store.close();
    await expect(ticket).rejects.toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    expect(outbox.length).toBe(1);
    expect(thrownBy(() => outbox.flush())).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    expect(outbox.length).toBe(1);
    expect(thrownBy(() => outbox.stage('a', someKind, 2))).toMatchObject({
      code: 'BATPAK_STORE_CLOSED',
    });
  });
});
