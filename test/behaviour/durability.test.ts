import { openStore, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

describe('durability', () => {
  const syncs = (host: StoreHost): number => host.plan.count('sync', '.fbat');

  it('is written, not durable, after a single append', () => {
    const host = new StoreHost();
    const store = host.open();
    expect(store.append('order:1', someKind, 1).durability).toBe('written');
    expect(store.durableThrough()).toBeUndefined();
    store.sync();
    expect(store.durableThrough()).toBe(0);
  });

  it('comes with each append that asks for it, at the cost of one sync', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    const before = syncs(host);
    expect(store.append('order:1', someKind, 1, { durable: true }).durability).toBe('durable');
    expect(syncs(host) - before).toBe(1);
    expect(store.durableThrough()).toBe(3);
  });

  it('comes with every append when the cadence is 1 or 0', () => {
    for (const everyNEvents of [0, 1]) {
      const store = new StoreHost().open({ sync: { everyNEvents } });
      expect(appendSome(store, 3).map((receipt) => receipt.durability)).toEqual([
        'durable',
        'durable',
        'durable',
      ]);
    }
  });

  it('comes every n events by the cadence', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 4 } });
    appendSome(store, 1);
    const before = syncs(host);
    appendSome(store, 11);
    expect(syncs(host) - before).toBe(3);
    expect(store.durableThrough()).toBe(11);
    appendSome(store, 3);
    expect(store.durableThrough()).toBe(11);
  });

  it('counts the events of a batch for the cadence', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 4 } });
    const items = Array.from({ length: 3 }, () => ({ at: 'order:1', kind: someKind, payload: 1 }));
    store.appendBatch(items, { durable: false });
    expect(store.durableThrough()).toBeUndefined();
    store.append('order:1', someKind, 1);
    expect(store.durableThrough()).toBe(3);
  });

  it('comes at the latest after maxDelayMs, counted from the first write that waits', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { maxDelayMs: 200 } });
    store.append('order:1', someKind, 1);
    host.timers.advance(150);
    store.append('order:1', someKind, 2);
    host.timers.advance(49);
    expect(store.durableThrough()).toBeUndefined();
    host.timers.advance(1);
    expect(store.durableThrough()).toBe(1);
  });

  it('leaves no timer behind when nothing waits for a sync or the store is closed', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { maxDelayMs: 200 } });
    store.append('order:1', someKind, 1);
    host.timers.advance(200);
    expect(host.timers.pending).toBe(0);
    store.append('order:1', someKind, 2);
    store.close();
    expect(host.timers.pending).toBe(0);
  });

  it('costs no sync when nothing was written since the last one', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 1, { durable: true });
    const before = syncs(host);
    store.sync();
    host.timers.advance(10_000);
    expect(syncs(host)).toBe(before);
  });

  it('uses fdatasync in mode data', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { mode: 'data', everyNEvents: 1 } });
    store.append('order:1', someKind, 1);
    expect(host.plan.count('dataSync', '.fbat')).toBe(1);
  });

  it('comes with a batch unless it is refused', () => {
    const host = new StoreHost();
    const store = host.open();
    const items = [{ at: 'order:1', kind: someKind, payload: 1 }];
    expect(store.appendBatch(items)[0]?.durability).toBe('durable');
    expect(store.appendBatch(items, { durable: false })[0]?.durability).toBe('written');
    expect(store.durableThrough()).toBe(0);
  });

  it('survives power loss, and what was only written may not', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 'durable', { durable: true });
    store.append('order:1', someKind, 'written');
    const again = host.afterPowerLoss().open();
    expect([...again.events(Region.all())].map((event) => event.payload)).toEqual(['durable']);
  });

  it('of a new store includes the name of its directory', () => {
    const files = new MemoryFiles();
    const store = openStore({ dataDir: '/parent/store', platform: memoryPlatform({ files }) });
    store.append('order:1', someKind, 1, { durable: true });
    const left = files.afterPowerLoss();
    const again = openStore({
      dataDir: '/parent/store',
      platform: memoryPlatform({ files: left, process: { pid: 2, running: new Map() } }),
    });
    expect(again.eventCount).toBe(1);
  });

  it('is not told of a replayed write that asks for it before it is true', () => {
    const store = new StoreHost().open();
    store.append('order:1', someKind, 1, { idempotencyKey: 'key' });
    const replayed = store.append('order:1', someKind, 1, { idempotencyKey: 'key', durable: true });
    expect(replayed).toMatchObject({ replayed: true, durability: 'durable' });
    expect(store.durableThrough()).toBe(0);
  });

  it('comes with a replayed batch too', () => {
    const store = new StoreHost().open();
    const options = { idempotencyKey: 'key' };
    const items = [{ at: 'order:1', kind: someKind, payload: 1, options }];
    store.appendBatch(items, { durable: false });
    expect(store.appendBatch(items)[0]).toMatchObject({ replayed: true, durability: 'durable' });
    expect(store.durableThrough()).toBe(0);
  });
});

describe('durability of what a killed process left', () => {
  const killedAfterOneAppend = (): StoreHost => {
    const host = new StoreHost();
    host.open().append('order:1', someKind, 1, { idempotencyKey: 'key' });
    return host.killed();
  };

  it('comes with sync', () => {
    const host = killedAfterOneAppend();
    const store = host.open();
    expect(store.durableThrough()).toBeUndefined();
    store.sync();
    expect(store.durableThrough()).toBe(0);
    expect(host.afterPowerLoss().open().eventCount).toBe(1);
  });

  it('can be had later when the disk has no room for it now', async () => {
    const host = killedAfterOneAppend();
    const store = host.open();
    host.files.capacityBytes = host.files.usedBytes;
    expect(thrownBy(() => store.sync())).toMatchObject({ code: 'BATPAK_DISK_FULL' });
    await expect(store.whenDurable(0)).rejects.toMatchObject({ code: 'BATPAK_DISK_FULL' });
    expect(store.durableThrough()).toBeUndefined();
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    await store.whenDurable(0);
    expect(store.durableThrough()).toBe(0);
    expect(host.afterPowerLoss().open().eventCount).toBe(1);
  });

  it('comes with the replay of a write that asks for it', () => {
    const host = killedAfterOneAppend();
    const options = { idempotencyKey: 'key', durable: true };
    const receipt = host.open().append('order:1', someKind, 1, options);
    expect(receipt).toMatchObject({ replayed: true, durability: 'durable' });
    expect(host.afterPowerLoss().open().eventCount).toBe(1);
  });

  it('comes with close, or close says that the end is not clean', () => {
    const host = killedAfterOneAppend();
    const { clean } = host.open().close();
    expect(host.open().recovery.ending).toBe(clean ? 'clean' : 'unclean');
  });

  it('comes with the next write that is synced', () => {
    const host = killedAfterOneAppend();
    const store = host.open();
    store.append('order:1', someKind, 2, { durable: true });
    expect(store.durableThrough()).toBe(1);
    expect(host.afterPowerLoss().open().eventCount).toBe(2);
  });

  it('is not claimed when the sync that repeats a failed one succeeds', () => {
    const host = killedAfterOneAppend();
    const store = host.open();
    host.plan.fail({ operation: 'sync', path: '000002.fbat.new', code: 'EIO' });
    thrownBy(() => store.append('order:1', someKind, 2));
    expect(store.durableThrough()).toBeUndefined();
    const claimed = durableEventsAfterAnAppend(() => {
      return store.append('order:1', someKind, 3, { durable: true }).durability === 'durable'
        ? store.eventCount
        : 0;
    });
    expect(host.afterPowerLoss().open().eventCount).toBeGreaterThanOrEqual(claimed);
  });

  it('is not claimed after the sync of the process before failed', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 1);
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    thrownBy(() => store.sync());
    store.close();
    const again = host.open();
    const claimed = durableEventsAfterAnAppend(() => {
      again.append('order:1', someKind, 2, { durable: true });
      return again.eventCount;
    });
    expect(host.afterPowerLoss().open().eventCount).toBeGreaterThanOrEqual(claimed);
  });
});

describe('power loss after a process was killed in close', () => {
  it('loses nothing that was durable when the next segment was begun', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    const killed = killedBeforeSecondSyncOfClose(host, () => store.close());
    const again = killed.open({ segmentMaxBytes: 1 });
    expect(again.recovery.ending).toBe('clean');
    again.append('order:1', someKind, 'durable', { durable: true });
    for (let seed = 1; seed <= 20; seed += 1) {
      const left = killed.afterPowerLoss(new SeededRandom(seed)).open();
      expect(left.eventCount, `seed ${seed}`).toBe(4);
    }
  });

  it('loses nothing when the sync of the mark failed, and it could not be taken back', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    host.plan.fail({ operation: 'sync', path: '.fbat', nth: 2, code: 'EIO' });
    host.plan.fail({ operation: 'truncate', code: 'EIO' });
    thrownBy(() => store.close());
    const again = host.open({ segmentMaxBytes: 1 });
    again.append('order:1', someKind, 'durable', { durable: true });
    const left = host.afterPowerLoss().open();
    expect(left.verify()).toMatchObject({ ok: true, events: 4 });
  });

  it('loses nothing but what no sync covered, whatever pages are lost', () => {
    for (let events = 1; events <= 12; events += 1) {
      const host = new StoreHost();
      const store = host.open();
      appendSome(store, events);
      const killed = killedBeforeSecondSyncOfClose(host, () => store.close());
      const again = killed.open();
      appendSome(again, 100);
      for (let seed = 1; seed <= 20; seed += 1) {
        const left = killed.afterPowerLoss(new SeededRandom(seed));
        expect(left.open().eventCount, `seed ${seed}`).toBeGreaterThanOrEqual(events);
      }
    }
  });
});

/** The host at the moment when all but the CLEAN record of a close is durable. */
function killedBeforeSecondSyncOfClose(host: StoreHost, close: () => unknown): StoreHost {
  let killed: StoreHost | undefined;
  host.plan.before({ operation: 'sync', path: '.fbat', nth: 2 }, () => {
    killed = host.killed();
  });
  close();
  if (killed === undefined) throw new Error('closing makes two syncs');
  return killed;
}

/** How many events a durable append says are durable; none when it fails. */
function durableEventsAfterAnAppend(append: () => number): number {
  try {
    return append();
  } catch {
    return 0;
  }
}
