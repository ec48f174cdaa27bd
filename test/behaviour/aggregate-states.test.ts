import { defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, raise, setup } from 'xstate';
import { door, list } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

/** Whether an object and all that is in it are frozen. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

/** Aggregates in a store that already holds some, in a repository that has loaded none yet. */
function freshLists() {
  const store = new StoreHost().open();
  const before = repository(store, list);
  const add = { type: 'add', item: { deep: [1] } } as const;
  before.send('a', add, { idempotencyKey: 'first' });
  return { lists: repository(store, list), add };
}

describe('a state that is handed out', () => {
  // Each of them by itself: what one call has frozen another need not freeze.
  it.each<[string, (given: ReturnType<typeof freshLists>) => { context: unknown } | undefined]>([
    ['load', ({ lists }) => lists.load('a')],
    ['stateAt', ({ lists }) => lists.stateAt('a', { clock: 0 })],
    ['history', ({ lists }) => [...lists.history('a')][0]?.state],
    ['send', ({ lists, add }) => lists.send('b', add).state],
    ['a refused send', ({ lists }) => lists.send('a', { type: 'poke', item: 1 }).state],
    ['a retry', ({ lists, add }) => lists.send('a', add, { idempotencyKey: 'first' }).state],
    ['create', ({ lists }) => lists.create('c').state],
    [
      'sendAll',
      ({ lists, add }) => {
        const answer = lists.sendAll([{ id: 'b', command: add }]);
        return answer.accepted ? answer.decisions[0]?.state : undefined;
      },
    ],
  ])('by %s is frozen, context, value, tags and report at every depth', (_name, call) => {
    const state = call(freshLists());
    expect(state).toMatchObject({ context: { items: expect.any(Array) } });
    expect(Object.isFrozen(state)).toBe(true);
    expect(isFrozen(state?.context)).toBe(true);
    expect(state).toMatchObject({ status: 'active' });
    const { value, tags, report } = Object(state);
    expect([value, tags, report].every(isFrozen)).toBe(true);
  });

  it('can not be given another tag', () => {
    const doors = repository(new StoreHost().open(), door);
    const { state } = doors.send('front', { type: 'opened', by: 'kim' });
    expect(state?.tags).toEqual(['passable']);
    expect(thrownBy(() => Object(state?.tags).push('locked'))).toBeInstanceOf(TypeError);
    expect(doors.load('front')?.hasTag('locked')).toBe(false);
  });

  it('matches, has tags and can do what XState says, after a reopen too', () => {
    const host = new StoreHost();
    const store = host.open();
    repository(store, door).send('front', { type: 'opened', by: 'kim' });
    store.close();
    const again = repository(host.open(), door).load('front');
    expect([again?.matches('open'), again?.matches('closed')]).toEqual([true, false]);
    expect([again?.hasTag('passable'), again?.tags]).toEqual([true, ['passable']]);
    expect(again?.can({ type: 'closed' })).toBe(true);
    expect(again?.can({ type: 'rang', times: 0 })).toBe(false);
    expect(again?.can({ type: 'rang', times: 1 })).toBe(true);
  });
});

describe('events that a machine raises', () => {
  const machine = setup({
    types: {} as {
      context: { steps: number };
      events: { type: 'begun' } | { type: 'inner' };
    },
    actions: { step: assign({ steps: ({ context }) => context.steps + 1 }) },
  }).createMachine({
    context: { steps: 0 },
    initial: 'idle',
    states: {
      idle: { on: { begun: { target: 'busy', actions: ['step', raise({ type: 'inner' })] } } },
      busy: { on: { inner: { target: 'over', actions: 'step' } } },
      over: { always: { target: 'gone', actions: 'step' } },
      gone: {},
    },
  });
  const raising = defineAggregate({
    name: 'raising',
    version: 1,
    machine,
    events: { begun: defineEvent({ name: 'begun' }), inner: defineEvent({ name: 'inner' }) },
  });

  it('and eventless steps are part of the one event that is stored', () => {
    const host = new StoreHost();
    const store = host.open();
    const sent = repository(store, raising).send('1', { type: 'begun' });
    expect(sent).toMatchObject({ accepted: true, state: { value: 'gone', context: { steps: 3 } } });
    expect(store.eventCount).toBe(1);
    store.close();
    const again = repository(host.open(), raising);
    expect(again.load('1')).toMatchObject({ value: 'gone', context: { steps: 3 }, clock: 0 });
    expect([...again.history('1')]).toMatchObject([
      { role: 'input', event: { type: 'begun' }, state: { value: 'gone' } },
    ]);
  });
});

describe('a context that can not be frozen, and is changed in place', () => {
  // Not plain JSON: nobody should do so, and in production nobody is told.
  const machine = setup({
    types: {} as {
      context: { counts: Map<string, number> };
      events:
        | { type: 'counted'; what: string }
        | { type: 'spoilt'; what: string }
        | { type: 'poked'; what: string };
    },
    guards: { isPoked: ({ event }) => event.type === 'poked' },
    actions: {
      count: assign(({ context: { counts }, event: { what } }) => {
        counts.set('all', (counts.get('all') ?? 0) + what.length);
        return { counts };
      }),
      throw: assign(() => {
        throw new RangeError('the assign is broken');
      }),
    },
  }).createMachine({
    context: () => ({ counts: new Map() }),
    initial: 'used',
    states: {
      used: {
        always: { guard: 'isPoked', target: 'poked', actions: 'count' },
        on: { counted: { actions: 'count' }, spoilt: { actions: ['count', 'throw'] } },
      },
      poked: {},
    },
  });
  const event = (name: string) => defineEvent<{ what: string }>({ name });
  const counter = defineAggregate({
    name: 'counter',
    version: 1,
    machine,
    events: { counted: event('counted'), spoilt: event('spoilt'), poked: event('poked') },
  });

  function someCounter() {
    const host = new StoreHost();
    const store = host.open();
    const counters = repository(store, counter);
    counters.send('1', { type: 'counted', what: 'x' });
    return { host, store, counters, all: () => counters.load('1')?.context.counts.get('all') };
  }

  it('is folded from the log again when folding on has failed', () => {
    const { host, store, counters, all } = someCounter();
    const others = repository(store, counter);
    // So long that each is read by itself.
    const what = 'x'.repeat(300_000);
    for (let n = 0; n < 3; n += 1) others.send('1', { type: 'counted', what });
    host.plan.fail({ operation: 'read', path: '.fbat', nth: 2, code: 'EIO' });
    expect(thrownBy(() => counters.load('1'))).toMatchObject({ code: 'BATPAK_STORAGE' });
    expect(all()).toBe(900_001);
  });

  it('is folded from the log again when the machine throws', () => {
    const { counters, all } = someCounter();
    const spoil = { type: 'spoilt', what: 'x' } as const;
    expect(thrownBy(() => counters.send('1', spoil))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
    });
    expect(all()).toBe(1);
    expect(thrownBy(() => counters.sendAll([{ id: '1', command: spoil }]))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
    });
    expect(all()).toBe(1);
  });

  it('is folded from the log again when a refused event has run the machine', () => {
    const { counters, all } = someCounter();
    const refused = counters.send('1', { type: 'poked', what: 'x' });
    expect(refused).toMatchObject({ accepted: false, reason: 'unhandled' });
    expect(all()).toBe(1);
  });

  it('is folded from the log again when the disk is full', () => {
    const { host, counters, all } = someCounter();
    host.plan.fail({ operation: 'write', path: '.fbat', nth: 1, code: 'ENOSPC' });
    const count = { type: 'counted', what: 'x' } as const;
    expect(thrownBy(() => counters.send('1', count))).toMatchObject({ code: 'BATPAK_DISK_FULL' });
    expect(all()).toBe(1);
  });
});
