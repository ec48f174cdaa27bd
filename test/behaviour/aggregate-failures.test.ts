import { defineAggregate, MachineDefectError, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, enqueueActions, fromPromise, setup } from 'xstate';
import { anyEvent, door, list, sendLoosely } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

/** A list that holds 1, in a store that is as it was then. */
function someList() {
  const host = new StoreHost();
  const store = host.open();
  const lists = repository(store, list);
  lists.send('a', { type: 'add', item: 1 });
  return { host, store, lists, content: host.content() };
}

describe('a machine that throws', () => {
  it('in a guard is a MachineDefectError; nothing is written, and the store goes on', () => {
    const { host, store, lists, content } = someList();
    const thrown = thrownBy(() => lists.send('a', { type: 'throwInGuard' }));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(thrown).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
      entity: 'list:a',
      eventType: 'throwInGuard',
      retryable: false,
    });
    expect(host.content()).toEqual(content);
    expect(store.eventCount).toBe(1);
    expect(lists.send('a', { type: 'add', item: 2 }).state?.context).toEqual({ items: [1, 2] });
  });

  it('in an assign is a MachineDefectError with the cause; nothing is written', () => {
    const { host, store, lists, content } = someList();
    const thrown = thrownBy(() => lists.send('a', { type: 'addAndThrow', item: 2 }));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(thrown).toMatchObject({
      eventType: 'addAndThrow',
      cause: { message: 'the assign is broken' },
    });
    expect(host.content()).toEqual(content);
    expect(store.eventCount).toBe(1);
  });

  it('leaves the aggregate as it was although an assign before had changed the context', () => {
    const { lists } = someList();
    thrownBy(() => lists.send('a', { type: 'addAndThrow', item: 2 }));
    expect(lists.load('a')?.context).toEqual({ items: [1] });
  });

  it('by emitting what is not declared leaves the aggregate as it was, too', () => {
    const { host, lists, content } = someList();
    expect(thrownBy(() => lists.send('a', { type: 'addAndEmit', item: 2 }))).toMatchObject({
      code: 'BATPAK_UNSUPPORTED_MACHINE',
      aggregate: 'list',
    });
    expect(host.content()).toEqual(content);
    expect(lists.load('a')?.context).toEqual({ items: [1] });
  });

  it('while it starts is a MachineDefectError without an event type', () => {
    const machine = setup({
      types: {} as { events: { type: 'go' } },
      actions: { nothing: assign({}) },
    }).createMachine({
      context: () => {
        throw new TypeError('no context today');
      },
      on: { go: { actions: 'nothing' } },
    });
    const store = new StoreHost().open();
    const things = repository(
      store,
      defineAggregate({ name: 'thing', version: 1, machine, events: { go: anyEvent('gone') } }),
    );
    for (const start of [
      () => things.send('a', { type: 'go' }),
      () => things.create('a', undefined),
    ]) {
      const thrown = thrownBy(start);
      expect(thrown).toBeInstanceOf(MachineDefectError);
      expect(thrown).toMatchObject({
        entity: 'thing:a',
        eventType: undefined,
        cause: { message: 'no context today' },
      });
    }
    expect(store.eventCount).toBe(0);
    expect(things.load('a')).toBeUndefined();
  });
});

describe('a scope function that throws', () => {
  it('leaves the aggregate as it was', () => {
    let broken = false;
    const { host } = someList();
    const lists = repository(
      host.killed().open(),
      defineAggregate({
        ...list.options,
        scope: () => {
          if (broken) throw new RangeError('no scope today');
          return 'default';
        },
      }),
    );
    lists.load('a');
    broken = true;
    expect(thrownBy(() => lists.send('a', { type: 'add', item: 2 }))).toBeInstanceOf(RangeError);
    expect(lists.load('a')?.context).toEqual({ items: [1] });
  });
});

describe('an effect that only shows while the machine runs', () => {
  const events = { go: anyEvent('gone') };

  it.each([
    ['an unknown action', enqueueActions(({ enqueue }) => enqueue('missing' as never))],
    ['an inline action', enqueueActions(({ enqueue }) => enqueue(() => undefined))],
    [
      'a delay that is no time',
      enqueueActions(({ enqueue }) => enqueue.raise({ type: 'go' }, { delay: Number.NaN })),
    ],
    [
      'a delayed event that is not JSON',
      enqueueActions(({ enqueue }) =>
        enqueue.raise({ type: 'go', at: new Date(0) } as never, { delay: 10 }),
      ),
    ],
    ['sendTo', enqueueActions(({ enqueue }) => enqueue.sendTo('other', { type: 'go' }))],
    ['a spawned child', assign(({ spawn }) => ({ child: spawn(fromPromise(async () => 1)) }))],
  ])('is a MachineDefectError: %s', (_name, action) => {
    const machine = setup({
      types: {} as { events: { type: 'go' }; context: object },
      actions: { act: action as never },
    }).createMachine({ context: {}, on: { go: { actions: 'act' as never } } });
    const store = new StoreHost().open();
    const things = repository(
      store,
      defineAggregate({ name: 'thing', version: 1, machine, events }),
    );
    const thrown = thrownBy(() => sendLoosely(things, 'a', { type: 'go' }));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(store.eventCount).toBe(0);
  });
});

describe('an append that fails', () => {
  it('for want of room leaves the aggregate as it was, with the context it had', () => {
    const { host, lists, content } = someList();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => lists.send('a', { type: 'add', item: 2 }))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
    });
    expect(host.content()).toEqual(content);
    expect(lists.load('a')?.context).toEqual({ items: [1] });
    expect(lists.send('a', { type: 'add', item: 3 })).toMatchObject({
      accepted: true,
      state: { context: { items: [1, 3] } },
      receipt: { clock: 1 },
    });
  });

  it('fails a command with what it emits as a whole', () => {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    doors.send('front', { type: 'touched' });
    const content = host.content();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => doors.send('front', { type: 'opened', by: 'kim' }))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      retryable: true,
      cause: { code: 'BATPAK_DISK_FULL' },
    });
    expect(host.content()).toEqual(content);
    expect(doors.load('front')).toMatchObject({ value: 'closed', context: { openings: 0 } });
    expect(doors.send('front', { type: 'opened', by: 'kim' }).state?.value).toBe('open');
  });

  it('of a first command leaves an aggregate that has not begun', () => {
    const host = new StoreHost();
    const doors = repository(host.open(), door);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    thrownBy(() => doors.send('front', { type: 'touched' }));
    expect(doors.load('front')).toBeUndefined();
    expect(doors.create('front', undefined).accepted).toBe(true);
  });

  it('only to be synced has stored the event, and the state follows it', () => {
    const host = new StoreHost();
    const lists = repository(host.open({ sync: { everyNEvents: 1 } }), list);
    lists.send('a', { type: 'add', item: 1 });
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => lists.send('a', { type: 'add', item: 2 }))).toMatchObject({
      code: 'BATPAK_SYNC_FAILED',
    });
    expect(lists.load('a')?.context).toEqual({ items: [1, 2] });
  });
});

describe('a read that fails', () => {
  it('in the middle of catching up leaves nothing half-folded behind', () => {
    const { host, store, lists } = someList();
    const others = repository(store, list);
    // So long that it is read by itself.
    const long = 'x'.repeat(300_000);
    others.send('a', { type: 'add', item: long });
    others.send('a', { type: 'add', item: 3 });
    host.plan.fail({ operation: 'read', path: '.fbat', nth: 2, code: 'EIO' });
    expect(thrownBy(() => lists.load('a'))).toMatchObject({ code: 'BATPAK_STORAGE' });
    expect(lists.load('a')?.context).toEqual({ items: [1, long, 3] });
  });
});

describe('what the caller passed or was given', () => {
  it('changes nothing when the command is changed after it was sent', () => {
    const { lists } = someList();
    const item = { name: 'as sent' };
    lists.send('a', { type: 'add', item });
    item.name = 'changed later';
    expect(lists.load('a')?.context).toEqual({ items: [1, { name: 'as sent' }] });
  });

  it('changes nothing when the input is changed after the aggregate was created', () => {
    const machine = setup({
      types: {} as { input: { items: number[] }; context: { items: number[] } },
    }).createMachine({ context: ({ input }) => ({ items: input.items }) });
    const things = repository(
      new StoreHost().open(),
      defineAggregate({ name: 'thing', version: 1, machine, events: {} }),
    );
    const input = { items: [1] };
    things.create('a', input);
    input.items.push(2);
    expect(things.load('a')?.context).toEqual({ items: [1] });
  });

  it('is stored as it was sent when an assign changes the event', () => {
    const machine = setup({
      types: {} as { events: { type: 'sort'; items: number[] }; context: { items: number[] } },
      actions: { sort: assign(({ event }) => ({ items: event.items.sort() })) },
    }).createMachine({ context: { items: [] }, on: { sort: { actions: 'sort' } } });
    const store = new StoreHost().open();
    const things = repository(
      store,
      defineAggregate({
        name: 'thing',
        version: 1,
        machine,
        events: { sort: anyEvent('sorted') as never },
      }),
    );
    sendLoosely(things, 'a', { type: 'sort', items: [3, 1, 2] });
    expect(store.at(0)?.payload).toEqual({ items: [3, 1, 2] });
  });
});

describe('a context', () => {
  const events = { add: anyEvent('list.added') };

  it('that an assign changes in place is a MachineDefectError, and stays as it was', () => {
    const { lists, store } = listsOf({ items: [] });
    const thrown = thrownBy(() => lists.send('a', { type: 'add' }));
    expect(thrown).toBeInstanceOf(MachineDefectError);
    expect(thrown).toMatchObject({ eventType: 'add', cause: expect.any(TypeError) });
    expect(store.eventCount).toBe(0);
    expect(lists.create('a')).toMatchObject({ accepted: true, state: { context: { items: [] } } });
    thrownBy(() => lists.send('a', { type: 'add' }));
    expect(lists.load('a')?.context).toEqual({ items: [] });
  });

  it('given as an object is copied for each aggregate, and not frozen itself', () => {
    const context = { items: [] };
    const { lists } = listsOf(context);
    lists.create('a');
    lists.create('b');
    expect(Object.isFrozen(context.items)).toBe(false);
    expect(lists.load('a')?.context.items).not.toBe(lists.load('b')?.context.items);
  });

  it('can not be changed by who is given the state, at any depth', () => {
    const { lists } = someList();
    const item = { deep: { deeper: [1] } };
    const sent = lists.send('a', { type: 'add', item });
    const moment = { clock: 1 };
    for (const state of [sent.state, lists.load('a'), lists.stateAt('a', moment)]) {
      const added = state?.context.items[1] as typeof item;
      expect(thrownBy(() => added.deep.deeper.push(2))).toBeInstanceOf(TypeError);
      expect(thrownBy(() => state?.context.items.pop())).toBeInstanceOf(TypeError);
      expect(
        thrownBy(() => Object.assign(Object(state?.report.foreign), { count: 9 })),
      ).toBeInstanceOf(TypeError);
    }
    expect(lists.load('a')?.context).toEqual({ items: [1, { deep: { deeper: [1] } }] });
  });

  function listsOf(context: { items: number[] }) {
    const machine = setup({
      types: {} as { context: { items: number[] }; events: { type: 'add' } },
      actions: {
        add: assign(({ context }) => {
          context.items.push(context.items.length);
          return {};
        }),
      },
    }).createMachine({ context, on: { add: { actions: 'add' } } });
    const store = new StoreHost().open();
    const definition = defineAggregate({ name: 'thing', version: 1, machine, events });
    return { store, lists: repository(store, definition) };
  }
});
