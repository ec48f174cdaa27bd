import { defineEvent, type IndexEntry, Region, type Store, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Opened = defineEvent<number>({ name: 'opened' });
const Never = defineEvent<number>({ name: 'never' });

const sequencesOf = (entries: Iterable<{ readonly sequence: number }>): number[] =>
  [...entries].map(({ sequence }) => sequence);

/** A store with events of several entities, scopes and kinds. */
function given(): Store {
  const store = new StoreHost().open();
  store.append({ entity: 'order', scope: 'shop' }, someKind, 0);
  store.append({ entity: 'order:1', scope: 'shop' }, Opened, 1);
  store.append({ entity: 'order:10', scope: 'depot' }, someKind, 2);
  store.append({ entity: 'orders', scope: 'shop' }, Opened, 3);
  store.append({ entity: 'order:1', scope: 'depot' }, someKind, 4);
  store.append({ entity: 'order:1:line', scope: 'shop' }, someKind, 5);
  return store;
}

describe('a query', () => {
  it.each<readonly [string, (store: Store) => Iterable<{ readonly sequence: number }>, number[]]>([
    ['all', (store) => store.query(Region.all()), [0, 1, 2, 3, 4, 5]],
    ['an entity', (store) => store.stream('order:1'), [1, 4]],
    ['an entity that is not there', (store) => store.stream('none'), []],
    ['a namespace', (store) => store.query(Region.namespace('order')), [0, 1, 2, 4, 5]],
    ['a namespace in one', (store) => store.query(Region.namespace('order:1')), [1, 4, 5]],
    ['a prefix', (store) => store.query(Region.prefix('order:1')), [1, 2, 4, 5]],
    ['a scope', (store) => store.byScope('depot'), [2, 4]],
    ['a scope that is an entity', (store) => store.byScope('order:1'), []],
    ['a kind', (store) => store.byKind(someKind), [0, 2, 4, 5]],
    ['a definition', (store) => store.byKind(Opened), [1, 3]],
    ['a definition that was never used', (store) => store.byKind(Never), []],
    [
      'an entity in a scope',
      (store) => store.query(Region.entity('order:1').withScope('depot')),
      [4],
    ],
    ['a category', (store) => store.query(Region.all().withCategory(2)), []],
    [
      'a range of clocks',
      (store) => store.query(Region.namespace('order').withClock({ from: 1 })),
      [4],
    ],
  ])('for %s finds what lies in it', (_, query, expected) => {
    expect(sequencesOf(query(given()))).toEqual(expected);
  });

  it('is the same for entries and events, page by page, in both directions', () => {
    const store = given();
    for (const reverse of [false, true]) {
      const region = Region.namespace('order');
      const whole = sequencesOf(store.events(region, { reverse }));
      const paged: number[] = [];
      for (;;) {
        const after = paged.at(-1);
        const page = { reverse, limit: 2, ...(after === undefined ? {} : { after }) };
        const next = sequencesOf(store.query(region, page));
        expect(sequencesOf(store.events(region, page))).toEqual(next);
        if (next.length === 0) break;
        paged.push(...next);
      }
      expect(paged).toEqual(whole);
    }
    expect(sequencesOf(store.query(Region.all(), { limit: 0 }))).toEqual([]);
  });

  it('gives entries that tell the same as their events', () => {
    const store = given();
    const events = [...store.events(Region.all())];
    for (const [index, entry] of [...store.query(Region.all())].entries()) {
      const { eventId, ...facts } = factsOf(entry);
      expect(events[index]).toMatchObject(facts);
      expect(events[index]?.eventId).toBe(eventId);
    }
  });

  it('can be told twice, and left early', () => {
    const store = given();
    const query = store.query(Region.all());
    for (const { sequence } of query) {
      if (sequence === 2) break;
    }
    expect(sequencesOf(query)).toHaveLength(6);
  });
});

describe('an event and its entry', () => {
  it('find each other by id and by sequence', () => {
    const store = given();
    for (const { eventId, sequence } of store.query(Region.all())) {
      expect(store.get(eventId)?.sequence).toBe(sequence);
      expect(store.at(sequence)?.eventId).toBe(eventId);
    }
    expect(store.at(6)).toBeUndefined();
  });

  it('stay readable after the store was closed, as far as they were read', () => {
    const host = new StoreHost();
    const store = host.open();
    const [receipt] = appendSome(store, 2);
    const event = store.get(receipt?.eventId ?? '');
    const [read, unread] = [...store.stream('order:1')];
    expect(read?.eventId).toBe(receipt?.eventId);
    store.close();
    expect(event).toMatchObject({ payload: { index: 0 }, entity: 'order:1', clock: 0 });
    expect(event?.hash).toHaveLength(32);
    expect([read?.eventId, read?.entity]).toEqual([receipt?.eventId, 'order:1']);
    expect([unread?.entity, unread?.clock]).toEqual(['order:1', 1]);
    expect(thrownBy(() => unread?.eventId)).toBeInstanceOf(StoreClosedError);
  });
});

describe('the head of an entity', () => {
  it('is the clock and sequence of its last event in any scope', () => {
    const store = given();
    expect(store.head('order:1')).toEqual({ clock: 1, sequence: 4 });
    expect(store.head('none')).toBeUndefined();
  });
});

/** What an entry tells, as a plain object. */
function factsOf(entry: IndexEntry): IndexEntry {
  const { eventId, sequence, clock, lane, entity, scope } = entry;
  const { kind, name, timestampUs, position } = entry;
  return { eventId, sequence, clock, lane, entity, scope, kind, name, timestampUs, position };
}
