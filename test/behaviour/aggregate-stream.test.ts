import { defineAggregate, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { door, doorEvents, list } from '../support/aggregates.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

describe('the stream of an aggregate', () => {
  it('is the entity name:id, with an id of any text', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    for (const id of ['1', 'a:b::c', ':', ' ', 'é/ü', 'x'.repeat(1024 - 'door:'.length)]) {
      expect(doors.send(id, { type: 'touched' }).accepted).toBe(true);
      expect([...store.stream(`door:${id}`)]).toHaveLength(1);
    }
    expect(doors.load('a')).toBeUndefined();
    expect(doors.load('a:b')).toBeUndefined();
  });

  it('is in the scope of the definition, in that of the id, or in default', () => {
    const store = new StoreHost().open();
    const byId = defineAggregate({ ...door.options, scope: (id) => `house:${id.split('/')[0]}` });
    const { scope: _scope, ...withoutScope } = door.options;
    repository(store, door).send('a', { type: 'touched' });
    repository(store, byId).send('3/front', { type: 'rang', times: 1 });
    repository(store, defineAggregate(withoutScope)).send('b', { type: 'touched' });
    const scopes = [0, 1, 2, 3].map((sequence) => store.at(sequence)?.scope);
    expect(scopes).toEqual(['house', 'house:3', 'house:3', 'default']);
  });

  it('refuses a scope that can not be one, and stays as it was', () => {
    const store = new StoreHost().open();
    const doors = repository(store, defineAggregate({ ...door.options, scope: () => '' }));
    expect(thrownBy(() => doors.send('a', { type: 'touched' }))).toMatchObject({
      code: 'BATPAK_INVALID_COORDINATE',
      part: 'scope',
    });
    expect(doors.load('a')).toBeUndefined();
  });
});

describe('foreign events in the stream', () => {
  it('are skipped and counted, whatever appended them, and the kept state follows', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    store.append('door:front', someKind, 'before it began');
    expect(doors.load('front')).toBeUndefined();
    expect(doors.foreignEvents('front')).toBe(1);
    doors.send('front', { type: 'opened', by: 'kim' });
    store.append('door:front', someKind, 'raw');
    store.append('door:front', doorEvents.closed, {});
    expect(doors.load('front')?.value).toBe('open');
    expect(doors.foreignEvents('front')).toBe(3);
    expect(doors.send('front', { type: 'closed' })).toMatchObject({ receipt: { clock: 5 } });
    expect(doors.foreignEvents('front')).toBe(3);
    expect(repository(store, door).load('front')?.value).toBe('closed');
    expect(doors.foreignEvents('back')).toBe(0);
  });

  it('fail a command when they come while it is judged, as its state is no longer that', () => {
    const store = new StoreHost().open();
    let meddles = false;
    const meddling = defineAggregate({
      ...door.options,
      admit: (event) => {
        if (meddles) store.append('door:front', someKind, 'meanwhile');
        return event;
      },
    });
    const doors = repository(store, meddling);
    const open = { type: 'opened', by: 'kim' } as const;
    meddles = true;
    const cause = { code: 'BATPAK_EXPECTATION_FAILED' };
    expect(thrownBy(() => doors.send('front', { type: 'touched' }))).toMatchObject(cause);
    // Together with what it emits it is a batch.
    expect(thrownBy(() => doors.send('front', open))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      cause,
    });
    meddles = false;
    expect(doors.load('front')).toBeUndefined();
    expect(store.eventCount).toBe(2);
    expect(doors.send('front', open)).toMatchObject({ accepted: true, receipt: { clock: 2 } });
  });

  it('do not keep an aggregate from being created', () => {
    const store = new StoreHost().open();
    store.append('door:front', someKind, 'before it began');
    const doors = repository(store, door);
    expect(doors.create('front', undefined)).toMatchObject({
      accepted: true,
      receipt: { clock: 1 },
    });
  });
});

describe('two repositories of one store', () => {
  it('see what the other one sent', () => {
    const store = new StoreHost().open();
    const [one, two] = [repository(store, list), repository(store, list)];
    for (let item = 0; item < 10; item += 1) {
      const sender = item % 3 === 0 ? one : two;
      const decision = sender.send('a', { type: 'add', item });
      expect(decision.state?.context.items).toHaveLength(item + 1);
      expect(one.load('a')?.context).toEqual(two.load('a')?.context);
    }
  });

  it('of another version fold what the other one stored', () => {
    const store = new StoreHost().open();
    repository(store, list).send('a', { type: 'add', item: 1 });
    const next = repository(store, defineAggregate({ ...list.options, version: 2 }));
    expect(next.send('a', { type: 'add', item: 2 }).state?.context).toEqual({ items: [1, 2] });
    expect(repository(store, list).load('a')?.context).toEqual({ items: [1, 2] });
  });
});

describe('aggregates kept in memory', () => {
  /** How many reads of the log a call takes. */
  function readsOf(host: StoreHost, call: () => unknown): number {
    const before = host.plan.count('read', '.fbat');
    call();
    return host.plan.count('read', '.fbat') - before;
  }

  it('are as many as maxEntities, the least recently used going first', () => {
    const host = new StoreHost();
    const doors = repository(host.open(), door, { maxEntities: 2 });
    for (const id of ['a', 'b']) doors.send(id, { type: 'touched' });
    doors.load('a');
    doors.send('c', { type: 'touched' });
    expect(readsOf(host, () => doors.load('c'))).toBe(0);
    expect(readsOf(host, () => doors.load('a'))).toBe(0);
    expect(readsOf(host, () => doors.load('b'))).toBeGreaterThan(0);
    expect(readsOf(host, () => doors.load('b'))).toBe(0);
    expect(readsOf(host, () => doors.load('c'))).toBeGreaterThan(0);
  });

  it('may be one', () => {
    const doors = repository(new StoreHost().open(), door, { maxEntities: 1 });
    for (const id of ['a', 'b', 'a', 'b']) doors.send(id, { type: 'opened', by: id });
    expect(doors.load('a')?.context).toEqual({ openings: 1, by: ['a'] });
  });
});
