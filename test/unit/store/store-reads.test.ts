import { defineEvent, defineProjection, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { FollowerHost } from '../../support/follower-host.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

const Moved = defineEvent<number>({ name: 'moved' });
const Unused = defineEvent<number>({ name: 'unused' });
const count = defineProjection({
  name: 'count',
  version: 1,
  initial: () => 0,
  apply: (events) => events + 1,
});

describe('what is read of a store', () => {
  it('is the same for its writer and for a follower', () => {
    const host = new StoreHost();
    const writer = host.open();
    writer.append({ entity: 'a', scope: 's' }, Moved, 1);
    appendSome(writer, 2, 'b');
    const facts = [writer, new FollowerHost(host).open()].map((store) => ({
      stream: [...store.stream('b')].map(({ sequence }) => sequence),
      scope: [...store.byScope('s')].map(({ sequence }) => sequence),
      kinds: [...store.byKind(someKind)].map(({ sequence }) => sequence),
      named: [...store.byKind(Moved)].map(({ sequence }) => sequence),
      unused: [...store.byKind(Unused)],
      name: store.nameOf(0x1000),
      head: store.head('b'),
      projected: store.project(count, 'b'),
      none: [store.head('c'), store.project(count, 'c'), store.at(3), store.findByKey('k')],
      events: store.eventCount,
    }));
    expect(facts[0]).toMatchObject({ stream: [1, 2], scope: [0], kinds: [1, 2], named: [0] });
    expect(facts[0]).toMatchObject({ unused: [], name: 'moved', projected: 2, events: 3 });
    expect(facts[1]).toEqual(facts[0]);
  });

  it('is refused once the store is closed, but for what needs no disk', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    store.close();
    for (const read of [
      () => store.at(0),
      () => store.query(Region.all()),
      () => store.byKind(someKind),
      () => store.head('order:1'),
      () => store.project(count, 'order:1'),
      () => store.verify(),
    ]) {
      expect(thrownBy(read)).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    }
    expect([store.eventCount, store.nameOf(someKind)]).toEqual([1, undefined]);
  });

  it('is projected anew when another log is read', () => {
    const host = new StoreHost();
    appendSome(host.open(), 2, 'a');
    const follower = new FollowerHost(host);
    const reader = follower.open();
    const last = defineProjection<unknown>({
      name: 'last',
      version: 1,
      initial: () => undefined,
      apply: (_, { payload }) => payload,
    });
    expect(reader.project(last, 'a')).toEqual({ index: 1 });
    const other = new StoreHost(undefined, 9);
    const store = other.open();
    store.append('a', someKind, 'x');
    store.append('a', someKind, 'y');
    follower.moveTo(other);
    reader.refresh();
    expect(reader.project(last, 'a')).toBe('y');
  });
});
