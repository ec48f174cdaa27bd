import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

const MiB = 1024 * 1024;
const first = '000001.fbat';
const eager: HostOptions = { sync: { everyNEvents: 1 } };

function sizeOf(host: StoreHost, name: string): number {
  return host.read(name).length;
}

function payloadsOf(store: Store): unknown[] {
  return [...store.events(Region.all())].map(({ payload }) => payload);
}

/** Where the last frame of the store ends in its segment. */
function endOf(store: Store): number {
  const [last] = store.query(Region.all(), { reverse: true, limit: 1 });
  return (last?.position.offset ?? 0) + (last?.position.length ?? 0);
}

describe('room for events to come', () => {
  it('is made ahead in zeros, one MiB at a time, where syncs are frequent', () => {
    for (const everyNEvents of [0, 1, 64]) {
      const host = new StoreHost();
      const store = host.open({ sync: { everyNEvents } });
      appendSome(store, 3);
      const bytes = host.read(first);
      expect(bytes.length).toBe(MiB);
      expect(bytes.subarray(endOf(store)).every((byte) => byte === 0)).toBe(true);
      store.append('order:1', someKind, 'x'.repeat(MiB));
      expect(sizeOf(host, first)).toBe(2 * MiB);
      expect(store.verify()).toMatchObject({ ok: true, events: 4 });
    }
  });

  it.each<readonly [string, HostOptions, (store: Store) => unknown]>([
    ['the cadence is longer', {}, () => undefined],
    ['it is refused', { sync: { everyNEvents: 1, preallocate: 'never' } }, (store) => store.sync()],
  ])('is not made when %s', (_, options, ask) => {
    const host = new StoreHost();
    const store = host.open(options);
    appendSome(store, 3);
    ask(store);
    appendSome(store, 3);
    expect(sizeOf(host, first)).toBe(endOf(store));
  });

  it.each<readonly [string, (store: Store) => unknown]>([
    ['sync', (store) => store.sync()],
    ['a durable append', (store) => store.append('a', someKind, 1, { durable: true })],
    ['a durable batch', (store) => store.appendBatch([{ at: 'a', kind: someKind, payload: 1 }])],
    ['whenDurable', (store) => store.whenDurable(0)],
  ])('is made once a sync was asked for by %s', async (_, ask) => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    expect(sizeOf(host, first)).toBe(endOf(store));
    await ask(store);
    appendSome(store, 1);
    expect(sizeOf(host, first)).toBe(MiB);
  });

  it('saves the syncs after it from writing anything but data', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    appendSome(store, 1);
    const size = sizeOf(host, first);
    const writes = host.plan.count('write', first);
    appendSome(store, 10);
    expect([sizeOf(host, first), host.plan.count('write', first) - writes]).toEqual([size, 10]);
  });

  it('is cut off when the store is closed', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    appendSome(store, 3);
    const end = endOf(store);
    expect(store.close().clean).toBe(true);
    const size = sizeOf(host, first);
    expect(size).toBeGreaterThan(end);
    expect(size).toBeLessThan(end + 200);
    expect(host.afterPowerLoss().read(first).length).toBe(size);
  });

  it('is cut off when the next segment is begun', () => {
    const host = new StoreHost();
    const store = host.open({ ...eager, segmentMaxBytes: 1000 });
    appendSome(store, 10);
    const names = host.segmentNames();
    expect(names.length).toBeGreaterThan(1);
    for (const name of names.slice(0, -1)) expect(sizeOf(host, name)).toBeLessThanOrEqual(1000);
  });

  it('is no torn tail after a crash, at any time', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    appendSome(store, 5);
    const payloads = payloadsOf(store);
    const ends = [host.killed(), ...powerLosses(host, 10)];
    for (const [place, ended] of ends.entries()) {
      const again = ended.open();
      expect(again.recovery, `end ${place}`).toMatchObject({
        ending: 'unclean',
        tornTail: undefined,
      });
      expect(payloadsOf(again)).toEqual(payloads);
      again.append('order:1', someKind, 'next');
      expect(again.close().clean).toBe(true);
      expect(ended.open().verify()).toMatchObject({ ok: true, events: 6 });
    }
  });

  it('is no damage when the power fails in a rotation, before it was cut off', () => {
    const host = new StoreHost();
    const store = host.open({ ...eager, segmentMaxBytes: 1000 });
    const ends: StoreHost[] = [];
    const note = () => ends.push(host.killed(), ...powerLosses(host, 3));
    for (const operation of ['write', 'sync'] as const) {
      host.plan.before({ operation, path: '000002.fbat' }, note);
    }
    for (const operation of ['truncate', 'close'] as const) {
      host.plan.before({ operation, path: first }, note);
    }
    const events: number[] = [];
    while (host.segmentNames().length < 2) {
      events.push(store.eventCount);
      appendSome(store, 1);
    }
    expect(ends).toHaveLength(16);
    for (const ended of ends) {
      const again = ended.open();
      expect(again.eventCount).toBe(events.at(-1));
      expect(again.verify().ok).toBe(true);
    }
  });

  it('leaves the torn end of a write to be found in it', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    appendSome(store, 2);
    const end = endOf(store);
    store.append('order:1', someKind, 'torn');
    const killed = host.killed();
    killed.flip(first, endOf(store) - 1);
    const bytes = endOf(store) - end;
    const again = killed.open();
    expect(again.recovery.tornTail).toMatchObject({ offset: end, bytes });
    again.append('order:1', someKind, 'next');
    expect(killed.read(`quarantine/000001-${end}.torn`).length).toBe(bytes);
    again.close();
    expect(killed.open().verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('is gone without when the disk has none, as long as the events fit', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    host.files.capacityBytes = host.files.usedBytes + 10_000;
    appendSome(store, 5);
    expect(store.durableThrough()).toBe(4);
    expect(sizeOf(host, first)).toBe(endOf(store));
    host.files.capacityBytes = host.files.usedBytes + 10;
    expect(thrownBy(() => store.append('order:1', someKind, 'x'.repeat(100)))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
    });
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    appendSome(store, 1);
    expect(store.verify()).toMatchObject({ ok: true, events: 6 });
  });

  it('is followed by a restart when it fails otherwise', () => {
    const host = new StoreHost();
    const store = host.open(eager);
    host.plan.fail({ operation: 'write', path: first, nth: 2, code: 'EIO' });
    expect(thrownBy(() => store.append('order:1', someKind, 1))).toMatchObject({
      code: 'BATPAK_WRITE_FAILED',
      outcome: 'not stored',
    });
    appendSome(store, 2);
    expect(store.verify()).toMatchObject({ ok: true, events: 2 });
    expect(host.afterPowerLoss().open().eventCount).toBe(2);
  });
});

/** What is left of the disk after power loss now, for so many seeds. */
function powerLosses(host: StoreHost, seeds: number): StoreHost[] {
  return Array.from({ length: seeds }, (_, seed) => host.afterPowerLoss(new SeededRandom(seed)));
}
