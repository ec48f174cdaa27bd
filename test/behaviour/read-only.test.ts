import { defineEvent, defineProjection, openStore, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { FollowerHost, shownBy } from '../support/follower-host.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Moved = defineEvent<{ x: number }>({ name: 'moved' });
const moves = defineProjection({
  name: 'moves',
  version: 1,
  initial: () => 0,
  apply: (count) => count + 1,
});

describe('a store that is open for reading only', () => {
  it('shows what the store shows that writes it', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 900 });
    store.append({ entity: 'a', scope: 's' }, Moved, { x: 1 }, { idempotencyKey: 'key' });
    appendSome(store, 20);
    store.appendBatch([
      { at: 'a', kind: Moved, payload: { x: 2 } },
      { at: 'b', kind: someKind, payload: null, causation: { item: 0 } },
    ]);
    const reader = new FollowerHost(host).open();
    expect(shownBy(reader)).toEqual(shownBy(store));
    expect(reader.eventCount).toBe(23);
    expect(reader.at(21)?.payload).toEqual({ x: 2 });
    expect(reader.findByKey('key')?.sequence).toBe(0);
    expect([...reader.byKind(Moved)].map(({ sequence }) => sequence)).toEqual([0, 21]);
    expect(reader.project(moves, 'order:1')).toBe(20);
    expect(reader.verify()).toMatchObject({ ok: true, events: 23 });
  });

  it('takes no lock and writes nothing, whatever is asked of it', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 10);
    const before = host.content();
    const follower = new FollowerHost(host);
    const reader = follower.open();
    shownBy(reader);
    reader.verify();
    appendSome(store, 10);
    const changed = host.content();
    reader.refresh();
    shownBy(reader);
    reader.close();
    expect(host.content()).toEqual(changed);
    expect(changed).not.toEqual(before);
    const harmless = new Set(['close', 'list', 'open', 'read', 'size', 'stat']);
    const others = follower.plan.operations.filter(({ operation }) => !harmless.has(operation));
    expect(others).toEqual([]);
  });

  it('is told of a missing directory with its path', () => {
    const platform = memoryPlatform();
    expect(thrownBy(() => openReadOnly({ dataDir: '/none', platform }))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'ENOENT',
      path: '/none',
    });
    expect(platform.files.list('/')).toEqual([]);
  });

  it('refuses what is no option of it', () => {
    const platform = memoryPlatform();
    for (const [field, value] of [
      ['lock', 'force'],
      ['segmentMaxBytes', 1],
      ['dataDir', ''],
      ['fdBudget', 0],
      ['logger', 7],
      ['platform', {}],
    ] as const) {
      const options = { dataDir: '/store', platform, [field]: value };
      expect(thrownBy(() => openReadOnly(options))).toMatchObject({
        code: 'BATPAK_CONFIGURATION',
        field,
      });
    }
  });

  it('has nothing in an empty directory, until somebody makes a store there', () => {
    const host = new StoreHost();
    const reader = new FollowerHost(host).open();
    expect(reader.recovery).toMatchObject({ ending: 'new', events: 0, tornTail: undefined });
    expect([reader.eventCount, reader.durableThrough()]).toEqual([0, undefined]);
    expect(reader.refresh()).toEqual({ events: 0, rebuilt: false });
    const store = host.open();
    expect(reader.refresh()).toEqual({ events: 0, rebuilt: false });
    appendSome(store, 2);
    expect(reader.refresh()).toEqual({ events: 2, rebuilt: false });
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('tells what it found when it was opened', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    const follower = new FollowerHost(host);
    expect(follower.open().recovery).toMatchObject({ ending: 'unclean', events: 3 });
    store.close();
    expect(follower.open().recovery).toMatchObject({
      ending: 'clean',
      events: 3,
      tornTail: undefined,
    });
  });

  it('refuses what needs the disk once it is closed, and closes twice', () => {
    const host = new StoreHost();
    appendSome(host.open(), 2);
    const reader = new FollowerHost(host).open();
    const [entry] = reader.query(Region.all());
    const event = reader.at(1);
    reader.close();
    reader[Symbol.dispose]();
    for (const call of [
      () => reader.refresh(),
      () => reader.at(0),
      () => [...reader.events(Region.all())],
      () => entry?.eventId,
    ]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    }
    expect(event?.payload).toEqual({ index: 1 });
  });

  it('keeps no more files open than it may', () => {
    const host = new StoreHost();
    appendSome(host.open({ segmentMaxBytes: 300 }), 30);
    const follower = new FollowerHost(host);
    const reader = follower.open({ fdBudget: 2 });
    shownBy(reader);
    expect(follower.plan.count('open') - follower.plan.count('close')).toBe(2);
    reader.close();
    expect(follower.plan.count('open') - follower.plan.count('close')).toBe(0);
  });

  it('refuses damage that nobody is writing at', () => {
    const host = new StoreHost();
    appendSome(host.open({ segmentMaxBytes: 600 }), 10);
    host.flip('000001.fbat', 200);
    expect(thrownBy(() => new FollowerHost(host).open())).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: '/store/000001.fbat',
    });
  });
});

describe('two kinds of store', () => {
  it('are told apart by their types', () => {
    const platform = memoryPlatform();
    const store = openStore({ dataDir: '/store', platform });
    const reader = openReadOnly({ dataDir: '/store', platform });
    expect('append' in store).toBe(true);
    expect('append' in reader).toBe(false);
    expect('refresh' in store).toBe(false);
  });
});
