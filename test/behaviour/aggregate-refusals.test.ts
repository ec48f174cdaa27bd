import { type Decision, defineAggregate, defineEvent, type Refused, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { and, assign, createMachine, or, setup } from 'xstate';
import { anyEvent, door, list, schemaThat, sendLoosely } from '../support/aggregates.ts';
import { StoreHost } from '../support/store-host.ts';

/** Sends a command that must be refused, and checks that nothing of it was stored. */
function refusalOf(
  host: StoreHost,
  eventCount: () => number,
  send: () => Decision,
): Refused<never> {
  const [content, events] = [host.content(), eventCount()];
  const decision = send();
  expect(decision.accepted).toBe(false);
  expect(host.content()).toEqual(content);
  expect(eventCount()).toBe(events);
  return decision as Refused<never>;
}

/** Doors in a new store, and how to be refused by them. */
function someDoors() {
  const host = new StoreHost();
  const store = host.open();
  const doors = repository(store, door);
  const refused = (id: string, command: unknown, options?: object) =>
    refusalOf(
      host,
      () => store.eventCount,
      () => sendLoosely(doors, id, command, options),
    );
  return { store, doors, refused };
}

describe('a refused command', () => {
  it('is unhandled when no active state lists it', () => {
    const { doors, refused } = someDoors();
    doors.send('front', { type: 'opened', by: 'kim' });
    const refusal = refused('front', { type: 'opened', by: 'lee' });
    expect(refusal).toMatchObject({
      reason: 'unhandled',
      event: { type: 'opened', by: 'lee' },
      state: { value: 'open', context: { openings: 1, by: ['kim'] } },
    });
    expect(refusal).not.toHaveProperty('guards');
    expect(refusal).not.toHaveProperty('issues');
  });

  it('is unhandled when the definition does not declare it, listed or not', () => {
    const host = new StoreHost();
    const store = host.open();
    const machine = createMachine({
      on: { known: { actions: [] }, '*': { target: '#stop' } },
      id: 'stop',
    });
    const things = repository(
      store,
      defineAggregate({ name: 'thing', version: 1, machine, events: {} }),
    );
    for (const type of ['known', 'unknown', '', '*', 'toString', '__proto__', 'constructor']) {
      const count = () => store.eventCount;
      const refusal = refusalOf(host, count, () => sendLoosely(things, 'a', { type }));
      expect(refusal).toMatchObject({ reason: 'unhandled', event: { type }, state: undefined });
    }
  });

  it('is unhandled when its type is one of XState itself', () => {
    const { doors, refused } = someDoors();
    doors.send('front', { type: 'touched' });
    for (const type of ['xstate.init', 'xstate.stop', 'xstate.done.state.door', 'xstate.error.x']) {
      expect(refused('front', { type }).reason).toBe('unhandled');
    }
  });

  it('is forbidden when a state lists it with neither target nor actions', () => {
    const { refused } = someDoors();
    const refusal = refused('front', { type: 'locked' });
    expect(refusal).toMatchObject({ reason: 'forbidden', state: undefined });
    expect(refusal).not.toHaveProperty('guards');
  });

  it('is refused by a guard, which is named', () => {
    const { doors, refused } = someDoors();
    for (const by of ['kim', 'lee', 'ann']) {
      doors.send('front', { type: 'opened', by });
      doors.send('front', { type: 'closed' });
    }
    expect(refused('front', { type: 'opened', by: 'joe' })).toMatchObject({
      reason: 'guard',
      guards: ['mayOpen'],
    });
  });

  it('is refused by the guards of all states around, and of wildcards, each named once', () => {
    const no = () => false;
    const machine = setup({
      types: {} as { events: { type: 'order.paid' } },
      guards: { inner: no, outer: no, root: no, anything: no, order: no, elsewhere: no },
    }).createMachine({
      initial: 'outer',
      on: { 'order.paid': { guard: 'root', target: '.outer' } },
      states: {
        outer: {
          initial: 'inner',
          on: {
            'order.paid': [
              { guard: 'outer', target: '#elsewhere' },
              { guard: 'inner', target: '#elsewhere' },
            ],
            'order.*': { guard: 'order', target: '#elsewhere' },
          },
          states: {
            inner: {
              on: {
                'order.paid': { guard: 'inner', target: '#elsewhere' },
                '*': { guard: 'anything', target: '#elsewhere' },
              },
            },
          },
        },
        elsewhere: {
          id: 'elsewhere',
          on: { 'order.paid': { guard: 'elsewhere', target: 'outer' } },
        },
      },
    });
    const events = { 'order.paid': anyEvent('order.paid') };
    const host = new StoreHost();
    const store = host.open();
    const orders = repository(
      store,
      defineAggregate({ name: 'order', version: 1, machine, events }),
    );
    const count = () => store.eventCount;
    const refusal = refusalOf(host, count, () => orders.send('1', { type: 'order.paid' }));
    expect(refusal.reason).toBe('guard');
    expect([...(refusal.guards ?? [])].sort()).toEqual([
      'anything',
      'inner',
      'order',
      'outer',
      'root',
    ]);
  });

  it('names the guards inside a combined one', () => {
    const machine = setup({
      types: {} as { events: { type: 'go' } },
      guards: { isOne: () => false, isTwo: () => false, isThree: () => true },
    }).createMachine({
      on: {
        go: { guard: and([or(['isOne', 'isTwo']), 'isThree']), actions: [], target: '#there' },
      },
      id: 'there',
    });
    const host = new StoreHost();
    const things = repository(
      host.open(),
      defineAggregate({ name: 'thing', version: 1, machine, events: { go: anyEvent('gone') } }),
    );
    const refusal = things.send('a', { type: 'go' });
    expect(refusal).toMatchObject({
      reason: 'guard',
      guards: expect.arrayContaining(['isOne', 'isTwo']),
    });
  });

  it('is refused as done once the machine has ended, whatever it is', () => {
    const { doors, refused } = someDoors();
    doors.send('front', { type: 'removed' });
    for (const command of [
      { type: 'rang', times: 1 },
      { type: 'removed' },
      { type: 'locked' },
      { type: 'unknown' },
      { type: 'rang', times: Number.NaN },
    ]) {
      expect(refused('front', command)).toMatchObject({
        reason: 'done',
        state: { status: 'done', output: { openings: 0 } },
      });
    }
  });

  it('is invalid when its schema says so, with the path and the words of the schema', () => {
    const schema = schemaThat<{ level: number }, { level: number }>((value) =>
      typeof value === 'object' && value !== null && 'level' in value && value.level === 1
        ? { value: { level: 1 } }
        : { issues: [{ message: 'is not one', path: ['level', { key: 0 }] }] },
    );
    const machine = setup({
      types: {} as { events: { type: 'set'; level: number } },
      actions: { nothing: assign({}) },
    }).createMachine({ on: { set: { actions: 'nothing' } } });
    const events = { set: defineEvent({ name: 'set', schema }) };
    const host = new StoreHost();
    const store = host.open();
    const dials = repository(store, defineAggregate({ name: 'dial', version: 1, machine, events }));
    const count = () => store.eventCount;
    const refusal = refusalOf(host, count, () => dials.send('a', { type: 'set', level: 2 }));
    expect(refusal).toMatchObject({
      reason: 'invalid',
      issues: [{ path: '$.level.0', message: 'is not one' }],
    });
    expect(dials.send('a', { type: 'set', level: 1 }).accepted).toBe(true);
  });

  it.each([
    ['undefined', undefined, '$.item'],
    ['a bigint', 1n, '$.item'],
    ['a function', () => 1, '$.item'],
    ['a symbol', Symbol('s'), '$.item'],
    ['NaN', Number.NaN, '$.item'],
    ['an infinity', [1, Number.NEGATIVE_INFINITY], '$.item[1]'],
    ['minus zero', -0, '$.item'],
    ['a Date', { at: new Date(0) }, '$.item.at'],
    ['a Map', { in: [new Map()] }, '$.item.in[0]'],
    ['bytes', new Uint8Array(1), '$.item'],
    ['half of a surrogate pair', ['\ud83d'], '$.item[0]'],
    ['a key with half of a surrogate pair', { '\ud83d': 1 }, '$.item.\ud83d'],
    ['a hole', new Array(2), '$.item[0]'],
  ])('is invalid when it holds %s, with the path', (_name, item, path) => {
    const host = new StoreHost();
    const store = host.open();
    const lists = repository(store, list);
    const count = () => store.eventCount;
    for (const options of [{}, { idempotencyKey: 'key' }]) {
      const refusal = refusalOf(host, count, () => lists.send('a', { type: 'add', item }, options));
      expect(refusal).toMatchObject({ reason: 'invalid', issues: [{ path }] });
    }
  });

  it('is invalid when it holds itself, with and without a key', () => {
    const host = new StoreHost();
    const store = host.open();
    const lists = repository(store, list);
    const item: unknown[] = [];
    item.push(item);
    const count = () => store.eventCount;
    for (const options of [{}, { idempotencyKey: 'key' }]) {
      const refusal = refusalOf(host, count, () => lists.send('a', { type: 'add', item }, options));
      expect(refusal).toMatchObject({ reason: 'invalid', issues: [{ path: '$' }] });
    }
  });

  it('is a conflict when the aggregate is at another clock, whatever else is wrong', () => {
    const { doors, refused } = someDoors();
    expect(refused('front', { type: 'touched' }, { expected: 0 })).toMatchObject({
      reason: 'conflict',
      actual: undefined,
      state: undefined,
    });
    doors.send('front', { type: 'touched' });
    doors.send('front', { type: 'removed' });
    for (const expected of [0, 2]) {
      expect(refused('front', { type: 'unknown' }, { expected })).toMatchObject({
        reason: 'conflict',
        actual: 1,
      });
    }
    expect(refused('front', { type: 'touched' }, { expected: 1 }).reason).toBe('done');
  });

  it('leaves the aggregate free to accept the next one', () => {
    const { doors, refused } = someDoors();
    refused('front', { type: 'locked' });
    expect(doors.send('front', { type: 'opened', by: 'kim' }, {}).accepted).toBe(true);
  });
});

describe('what is not refused', () => {
  it('is a transition to the same state without actions', () => {
    const { store, doors } = someDoors();
    for (let clock = 0; clock < 3; clock += 1) {
      expect(doors.send('front', { type: 'touched' })).toMatchObject({
        accepted: true,
        state: { value: 'closed' },
        receipt: { clock },
        emitted: [],
        replayed: false,
      });
    }
    expect(store.eventCount).toBe(3);
  });
});

describe('an always that an unlisted event would set off', () => {
  it('does not make the event accepted, and leaves the kept state sound', () => {
    const host = new StoreHost();
    const store = host.open();
    const lists = repository(store, list);
    lists.send('a', { type: 'add', item: 1 });
    const count = () => store.eventCount;
    const refusal = refusalOf(host, count, () => lists.send('a', { type: 'poke', item: 2 }));
    expect(refusal.reason).toBe('unhandled');
    expect(lists.load('a')).toMatchObject({ value: 'used', context: { items: [1] } });
    expect(lists.send('a', { type: 'add', item: 3 }).state?.context).toEqual({ items: [1, 3] });
  });

  it('does not show in the state that the refusal tells', () => {
    const lists = repository(new StoreHost().open(), list);
    lists.send('a', { type: 'add', item: 1 });
    const refusal = lists.send('a', { type: 'poke', item: 2 });
    expect(refusal.state).toMatchObject({ value: 'used', context: { items: [1] } });
  });
});
