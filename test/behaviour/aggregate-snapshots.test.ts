import { defineAggregate, defineEvent, repository, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { door, list } from '../support/aggregates.ts';
import { assigned2, events2, oldTickets, options2 } from '../support/evolving.ts';
import { SnapshotMap } from '../support/snapshot-map.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

/** How many reads of the log a call takes. */
function readsOf(host: StoreHost, call: () => unknown): number {
  const before = host.plan.count('read', '.fbat');
  call();
  return host.plan.count('read', '.fbat') - before;
}

function addTo(store: Store, cache: SnapshotMap, count: number, everyEvents = 10): void {
  const lists = repository(store, list, { snapshots: { cache, everyEvents } });
  for (let item = 0; item < count; item += 1) lists.send('a', { type: 'add', item });
}

describe('states kept in a cache', () => {
  it('are put there about every so many events, with the sequence that led to them', () => {
    const cache = new SnapshotMap();
    addTo(new StoreHost().open(), cache, 35);
    expect(cache.watermarks).toEqual([9, 19, 29]);
    expect(cache.values.size).toBe(1);
  });

  it('are folded on from after a reopen, which reads less of the log', () => {
    const host = new StoreHost();
    const store = host.open();
    const cache = new SnapshotMap();
    // So long that each event is read by itself.
    const lists = repository(store, list, { snapshots: { cache, everyEvents: 10 } });
    for (let n = 0; n < 25; n += 1) lists.send('a', { type: 'add', item: 'x'.repeat(70_000) });
    const context = lists.load('a')?.context;
    store.close();
    const again = host.open();
    const without = readsOf(host, () => repository(again, list).load('a'));
    const kept = repository(again, list, { snapshots: { cache } });
    const reads = readsOf(host, () => expect(kept.load('a')?.context).toEqual(context));
    expect(reads).toBeLessThan(without / 2);
    expect(kept.send('a', { type: 'add', item: 1 })).toMatchObject({ receipt: { clock: 25 } });
  });

  it('count what is foreign once, and keep emitted events and history states', () => {
    const host = new StoreHost();
    const store = host.open();
    const cache = new SnapshotMap();
    const snapshots = { cache, everyEvents: 1 };
    const doors = repository(store, door, { snapshots });
    store.append('door:front', someKind, 'first');
    doors.send('front', { type: 'opened', by: 'kim' });
    store.append('door:front', someKind, 'second');
    const again = repository(store, door, { snapshots });
    expect(again.load('front')).toEqual(
      expect.objectContaining({
        value: 'open',
        clock: 3,
        report: expect.objectContaining({ foreign: { count: 2, firstSequence: 0 } }),
      }),
    );
    expect(cache.hits).toBeGreaterThan(0);
    expect(again.send('front', { type: 'closed' }).accepted).toBe(true);
    doors.send('front', { type: 'removed' });
    expect(repository(store, door, { snapshots }).load('front')).toMatchObject({
      status: 'done',
      output: { openings: 1 },
    });
  });
});

describe('a kept state is not used', () => {
  const items = (count: number) => Array.from({ length: count }, (_, item) => item);

  it('when its bytes are not what was put there', () => {
    const store = new StoreHost().open();
    const cache = new SnapshotMap();
    addTo(store, cache, 10);
    const [[key, value] = ['', new Uint8Array()]] = cache.values;
    for (let at = 0; at < value.length; at += 1) {
      const flipped = Uint8Array.from(value);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      cache.values.set(key, flipped);
      const lists = repository(store, list, { snapshots: { cache, everyEvents: 1000 } });
      expect(lists.load('a')?.context).toEqual({ items: items(10) });
    }
    cache.values.set(key, new Uint8Array(3));
    expect(repository(store, list, { snapshots: { cache } }).load('a')?.clock).toBe(9);
  });

  it('when it is of another store, or of a log that has lost its end and gone on otherwise', () => {
    const host = new StoreHost();
    const cache = new SnapshotMap();
    const store = host.open();
    addTo(store, cache, 5);
    store.sync();
    addTo(store, cache, 15);
    const after = host.afterPowerLoss().open();
    expect(after.eventCount).toBeLessThan(20);
    const lists = repository(after, list, { snapshots: { cache } });
    expect(lists.load('a')?.context.items).toHaveLength(after.eventCount);
    while (after.eventCount < 25) lists.send('a', { type: 'add', item: 'other' });
    const again = repository(after, list, { snapshots: { cache } });
    expect(again.load('a')?.context).toEqual(repository(after, list).load('a')?.context);
    const other = new StoreHost(undefined, 7).open();
    addTo(other, new SnapshotMap(), 25);
    expect(repository(other, list, { snapshots: { cache } }).load('a')?.context).toEqual({
      items: items(25),
    });
  });

  it('when the log has gone on otherwise, by a version whose checksums the log has not', () => {
    const cache = new SnapshotMap();
    const snapshots = { cache, everyEvents: 1 };
    const later = defineAggregate({ ...list.options, version: 2 });
    const host = new StoreHost();
    const store = host.open();
    repository(store, list).send('a', { type: 'add', item: 'both' });
    store.sync();
    const fork = host.killed().open();
    repository(store, list).send('a', { type: 'add', item: 'here' });
    expect(repository(store, later, { snapshots }).load('a')?.context.items).toEqual([
      'both',
      'here',
    ]);
    repository(fork, list).send('a', { type: 'add', item: 'there' });
    expect(repository(fork, later, { snapshots }).load('a')?.context.items).toEqual([
      'both',
      'there',
    ]);
  });

  it('when it is none that the log has a checksum of, whoever has made it', () => {
    // The text of both machines is the same: what a function closes over is not seen.
    const counting = (by: number) =>
      defineAggregate({
        name: 'counting',
        version: 1,
        machine: setup({
          types: {} as { context: { n: number }; events: { type: 'counted' } },
        }).createMachine({
          context: { n: 0 },
          on: { counted: { actions: assign({ n: ({ context }) => context.n + by }) } },
        }),
        events: { counted: defineEvent({ name: 'counted' }) },
      });
    const cache = new SnapshotMap();
    const snapshots = { cache, everyEvents: 1 };
    const store = new StoreHost().open();
    repository(store, counting(1)).send('a', { type: 'counted' });
    const wrong = repository(store, counting(2), { snapshots, verify: false });
    expect(wrong.load('a')?.context).toEqual({ n: 2 });
    expect(cache.values.size).toBe(1);
    expect(repository(store, counting(1), { snapshots }).load('a')?.context).toEqual({ n: 1 });
  });

  it('by a definition of another version', () => {
    const { store } = oldTickets();
    const cache = new SnapshotMap();
    const snapshots = { cache, everyEvents: 1 };
    const skipping = defineAggregate({ ...options2, onRefused: 'skip' });
    expect(repository(store, skipping, { snapshots }).load('plain')?.value).toBe('busy');
    const { hits } = cache;
    const events = { ...events2, assigned: assigned2({ 1: (stored) => stored }) };
    const third = defineAggregate({ ...options2, version: 3, events, onRefused: 'skip' });
    expect(repository(store, third, { snapshots }).load('plain')?.context.to).toBe('kim');
    expect(cache.hits).toBeGreaterThan(hits);
  });

  it('when the cache fails, which is told', () => {
    const store = new StoreHost().open();
    const told: unknown[] = [];
    const cache = {
      get: () => {
        throw new RangeError('no cache today');
      },
      put: () => {
        throw new RangeError('nor tomorrow');
      },
    };
    const snapshots = { cache, everyEvents: 1, onError: (cause: unknown) => told.push(cause) };
    const lists = repository(store, list, { snapshots });
    lists.send('a', { type: 'add', item: 1 });
    expect(repository(store, list, { snapshots }).load('a')?.context).toEqual({ items: [1] });
    expect(told.map(String)).toEqual([
      'RangeError: nor tomorrow',
      'RangeError: no cache today',
      'RangeError: nor tomorrow',
    ]);
  });
});
