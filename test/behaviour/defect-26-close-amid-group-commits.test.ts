import { describe, expect, it } from 'vitest';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const keyed = (n: number) => ({ idempotencyKey: `key-${n}` });
const grouped: HostOptions = {
  batch: { groupCommitMaxBatch: 64 },
  writer: { channelCapacity: 8192, shutdownDrainLimit: 8192 },
};

/** A store in which groups of submitted events are being written, and how their tickets ended. */
function given(options: HostOptions, events: number) {
  const host = new StoreHost();
  // Between two groups the event loop goes on, as it does on a real platform.
  host.timers.soon = (callback) => void setImmediate(callback);
  const store = host.open({ ...grouped, ...options });
  const ends: string[] = [];
  const tickets = Array.from({ length: events }, (_, n) => {
    const ticket = store.submit(`order:${n % 7}`, someKind, n, keyed(n));
    ticket.then(
      ({ durability }) => ends.push(durability),
      (failure: { code: string }) => ends.push(failure.code),
    );
    return ticket;
  });
  return { host, store, tickets, ends };
}

/** Checks what the next opening finds after a close that was clean. */
function expectCleanEnd(host: StoreHost, events: number): void {
  const again = host.open({ ...grouped });
  expect(again.recovery).toMatchObject({
    ending: 'clean',
    events,
    tornTail: undefined,
    sources: { image: events, scanned: 0 },
  });
  expect(again.verify()).toMatchObject({ ok: true, events });
  const replayed = again.append('order:0', someKind, 0, keyed(0));
  expect(replayed).toMatchObject({ replayed: true, sequence: 0 });
  again.close();
  const strict = host.afterPowerLoss().open({ ...grouped });
  expect(strict.recovery).toMatchObject({ ending: 'clean', events });
}

describe('closing in the middle of queued group commits', () => {
  it('writes all that is queued, ends cleanly, and settles every ticket', async () => {
    for (const turns of [0, 1, 2]) {
      const { host, store, tickets, ends } = given({}, 4000);
      for (let n = 0; n < turns; n += 1) await turn();
      expect(store.eventCount).toBe(turns * 1024);
      expect(store.close()).toEqual({ events: 4000, clean: true });
      expect(tickets.every(({ settled }) => settled)).toBe(true);
      await turn();
      expect(new Set(ends)).toEqual(new Set(['written']));
      expect(ends).toHaveLength(4000);
      expectCleanEnd(host, 4000);
    }
  });

  it('does so while a sync is running whose answer comes after the end', async () => {
    const { host, store, ends } = given({ sync: { everyNEvents: 64 } }, 3000);
    host.plan.holdSyncs();
    await turn();
    expect(host.plan.count('beginSync')).toBe(1);
    expect(store.close()).toEqual({ events: 3000, clean: true });
    host.plan.releaseSyncs();
    await turn();
    expect(ends).toHaveLength(3000);
    expectCleanEnd(host, 3000);
  });

  it('settles those who wait for that sync by the one of the closing', async () => {
    const { host, store } = given({}, 100);
    const durable = store.submit('order:9', someKind, 1, { ...keyed(9999), durable: true });
    host.plan.holdSyncs();
    await turn();
    expect([store.eventCount, durable.settled]).toEqual([101, false]);
    store.close();
    expect((await durable).durability).toBe('durable');
    host.plan.releaseSyncs();
    await turn();
    expectCleanEnd(host, 101);
  });

  it('writes no more than the limit, tells the others, and still ends cleanly', async () => {
    const limit = { writer: { channelCapacity: 8192, shutdownDrainLimit: 1500 } };
    const { host, store, ends } = given(limit, 4000);
    await turn();
    expect(store.eventCount).toBe(1024);
    expect(store.close()).toEqual({ events: 2524, clean: true });
    await turn();
    expect(ends.filter((end) => end === 'written')).toHaveLength(2524);
    expect(ends.filter((end) => end === 'BATPAK_STORE_CLOSED')).toHaveLength(1476);
    expectCleanEnd(host, 2524);
  });

  it('cancels a fence that is open behind them', async () => {
    const { host, store, ends } = given({}, 2000);
    const fence = store.beginVisibilityFence();
    const fenced = fence.submit('order:1', someKind, 'fenced');
    expect(store.eventCount).toBe(2000);
    expect(store.close()).toEqual({ events: 2000, clean: true });
    await expect(fenced).rejects.toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_CANCELLED',
      reason: 'store closed',
    });
    expect(thrownBy(() => fence.commit())).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE',
      state: 'cancelled',
    });
    expect(new Set(ends)).toEqual(new Set(['written']));
    expectCleanEnd(host, 2000);
  });

  it('leaves nothing that happens later', async () => {
    const { host, store } = given({ sync: { maxDelayMs: 10 } }, 3000);
    await turn();
    store.close();
    const calls = host.plan.count();
    const before = host.content();
    host.timers.advance(60_000);
    for (let n = 0; n < 5; n += 1) await turn();
    expect(host.timers.pending).toBe(0);
    expect(host.plan.count()).toBe(calls);
    expect(host.content()).toEqual(before);
    expect(store.close()).toEqual({ events: 3000, clean: true });
  });
});
