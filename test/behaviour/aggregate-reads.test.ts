import { defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { door, doorEvents, schemaThat } from '../support/aggregates.ts';
import { FollowerHost } from '../support/follower-host.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

describe('history', () => {
  it('is each event of the stream with its role and the state after it', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    store.append('door:front', someKind, 'before it began');
    doors.create('front');
    doors.send('front', { type: 'opened', by: 'kim' });
    store.append('door:front', someKind, 'raw');
    doors.send('front', { type: 'closed' });
    const seen = [...doors.history('front')].map((entry) => [
      entry.role,
      entry.role === 'input' ? entry.event : entry.stored.payload,
      entry.state?.value,
      entry.stored.clock,
    ]);
    expect(seen).toEqual([
      ['foreign', 'before it began', undefined, 0],
      ['start', { input: undefined }, 'closed', 1],
      ['input', { type: 'opened', by: 'kim' }, 'open', 2],
      ['emitted', {}, 'open', 3],
      ['foreign', 'raw', 'open', 4],
      ['input', { type: 'closed' }, 'closed', 5],
    ]);
    expect([...doors.history('nobody')]).toEqual([]);
  });

  it('tells states that stay as they were then, with clocks to ask stateAt for', () => {
    const doors = repository(new StoreHost().open(), door);
    for (const by of ['kim', 'lee']) {
      doors.send('front', { type: 'opened', by });
      doors.send('front', { type: 'closed' });
    }
    const entries = [...doors.history('front')];
    expect(entries).toHaveLength(6);
    for (const { state } of entries) {
      const clock = state?.clock ?? -1;
      expect(doors.stateAt('front', { clock })).toMatchObject({
        value: state?.value,
        context: state?.context,
        clock,
      });
    }
  });

  it('is read as it is asked for, and can be iterated again', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', { type: 'touched' });
    const history = doors.history('front');
    expect([...history]).toHaveLength(1);
    doors.send('front', { type: 'touched' });
    expect([...history]).toHaveLength(2);
    expect(thrownBy(() => doors.history(''))).toMatchObject({ field: 'id' });
  });
});

describe('nextEvents', () => {
  it('are the declared events that the state lists, forbidden ones not among them', () => {
    const doors = repository(new StoreHost().open(), door);
    expect(doors.nextEvents('front')).toEqual(['opened', 'touched', 'rang', 'removed']);
    doors.send('front', { type: 'opened', by: 'kim' });
    expect(doors.nextEvents('front')).toEqual(['closed', 'rang', 'removed']);
    doors.send('front', { type: 'removed' });
    expect(doors.nextEvents('front')).toEqual([]);
  });

  it('follow wildcards', () => {
    const machine = setup({
      types: {} as { events: { type: 'a.one' } | { type: 'a' } | { type: 'ab' } | { type: 'b' } },
    }).createMachine({
      initial: 'some',
      states: { some: { on: { 'a.*': 'all' } }, all: { on: { '*': 'some' } } },
    });
    const events = {
      'a.one': defineEvent({ name: 'a.one' }),
      a: defineEvent({ name: 'a' }),
      ab: defineEvent({ name: 'ab' }),
    };
    const store = new StoreHost().open();
    const definition = defineAggregate({ name: 'wild', version: 1, machine, events });
    const wild = repository(store, definition);
    expect(wild.nextEvents('1')).toEqual(['a.one', 'a']);
    expect(wild.send('1', { type: 'ab' }).accepted).toBe(false);
    expect(wild.send('1', { type: 'a' }).accepted).toBe(true);
    expect(wild.nextEvents('1')).toEqual(['a.one', 'a', 'ab']);
  });

  it('of a machine that can not start without input fail as the start does', () => {
    const machine = setup({
      types: {} as { context: { n: number }; input: { n: number }; events: { type: 'go' } },
    }).createMachine({ context: ({ input }) => ({ n: input.n }), on: { go: '.' as never } });
    const events = { go: defineEvent({ name: 'gone' }) };
    const definition = defineAggregate({ name: 'n', version: 1, machine, events });
    const things = repository(new StoreHost().open(), definition);
    expect(thrownBy(() => things.nextEvents('1'))).toMatchObject({ code: 'BATPAK_MACHINE_DEFECT' });
  });
});

describe('can', () => {
  it('says what send would, and writes nothing', () => {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    expect(doors.can('front', { type: 'opened', by: 'kim' })).toBe(true);
    expect(doors.load('front')).toBeUndefined();
    for (let times = 0; times < 3; times += 1) {
      doors.send('front', { type: 'opened', by: 'kim' });
      doors.send('front', { type: 'closed' });
    }
    const content = host.content();
    expect(doors.can('front', { type: 'opened', by: 'kim' })).toBe(false);
    expect(doors.can('front', { type: 'closed' })).toBe(false);
    expect(doors.can('front', { type: 'locked' })).toBe(false);
    expect(doors.can('front', { type: 'rang', times: 0 })).toBe(false);
    expect(doors.can('front', { type: 'rang', times: 1 })).toBe(true);
    expect(doors.can('front', { type: 'rang', times: Number.NaN })).toBe(false);
    expect(host.content()).toEqual(content);
  });

  it('asks the schema', () => {
    const schema = schemaThat<{ times: number }>(() => ({ issues: [{ message: 'never' }] }));
    const events = { ...doorEvents, rang: defineEvent({ name: 'door.rang', schema }) };
    const doors = repository(
      new StoreHost().open(),
      defineAggregate({ ...door.options, events } as never),
    );
    expect(doors.can('front', { type: 'rang', times: 1 } as never)).toBe(false);
  });

  it('is there in a store that is open for reading only, as all reads are', () => {
    const host = new StoreHost();
    repository(host.open(), door).send('1', { type: 'opened', by: 'kim' });
    const read = repository(new FollowerHost(host).open(), door);
    expect(read.can('1', { type: 'closed' })).toBe(true);
    expect(read.can('1', { type: 'touched' })).toBe(false);
    expect(read.nextEvents('1')).toEqual(['closed', 'rang', 'removed']);
    expect([...read.history('1')]).toHaveLength(2);
  });
});

describe('the report of a state', () => {
  it('counts foreign events and tells the first, however the state came about', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', { type: 'opened', by: 'kim' });
    store.append('door:front', someKind, 'raw');
    store.append('door:front', doorEvents.closed, {});
    const foreign = { count: 2, firstSequence: 2 };
    expect(doors.load('front')?.report.foreign).toEqual(foreign);
    expect(doors.send('front', { type: 'closed' }).state?.report.foreign).toEqual(foreign);
    expect(repository(store, door).load('front')?.report.foreign).toEqual(foreign);
    expect(doors.stateAt('front', { clock: 2 })?.report.foreign.count).toBe(1);
  });

  it('knows nothing of other lanes, which are drafts', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', { type: 'opened', by: 'kim' });
    for (let n = 0; n < 5; n += 1) store.append('door:front', someKind, n, { lane: 1 });
    doors.send('front', { type: 'closed' });
    const again = repository(store, door);
    expect(again.load('front')).toMatchObject({ value: 'closed', clock: 2 });
    expect(again.load('front')?.report.foreign.count).toBe(0);
  });
});

describe('kept states', () => {
  it('are folded anew when the writer has begun a new epoch', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 1 } });
    const doors = repository(store, door);
    doors.send('front', { type: 'opened', by: 'kim' });
    const { epoch } = store.identity;
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    thrownBy(() => doors.send('back', { type: 'touched' }));
    expect(store.identity.epoch).toBeGreaterThan(epoch);
    const before = host.plan.count('read', '.fbat');
    expect(doors.load('front')?.value).toBe('open');
    expect(host.plan.count('read', '.fbat')).toBeGreaterThan(before);
  });
});
