import { defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, emit, setup } from 'xstate';
import { door, schemaThat, sendLoosely } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const machine = setup({
  types: {} as {
    input: { owner: string } | null | undefined;
    context: { owner: string; deposits: number };
    events: { type: 'deposited'; amount: number };
    emitted: { type: 'opened'; owner: string };
  },
  actions: {
    add: assign(({ context, event }) => ({ deposits: context.deposits + event.amount })),
    tell: emit(({ context }) => ({ type: 'opened' as const, owner: context.owner })),
  },
}).createMachine({
  context: ({ input }) => ({
    owner: input === null ? 'explicitly nobody' : (input?.owner ?? 'nobody'),
    deposits: 0,
  }),
  entry: 'tell',
  on: { deposited: { actions: 'add' } },
});
const events = { deposited: defineEvent<{ amount: number }>({ name: 'account.deposited' }) };
const emits = { opened: defineEvent<{ owner: string }>({ name: 'account.opened' }) };
const account = defineAggregate({ name: 'account', version: 1, machine, events, emits });

describe('create', () => {
  it('stores the input, and what the machine emits on entry, in one batch caused by it', () => {
    const host = new StoreHost();
    const store = host.open();
    const accounts = repository(store, account);
    const decision = accounts.create('1', { owner: 'kim' });
    expect(decision).toMatchObject({
      accepted: true,
      state: { status: 'active', context: { owner: 'kim', deposits: 0 } },
      receipt: { sequence: 0, clock: 0, replayed: false },
      emitted: [{ sequence: 1, clock: 1 }],
      replayed: false,
    });
    const [start, emitted] = [store.at(0), store.at(1)];
    expect(start).toMatchObject({
      entity: 'account:1',
      kind: 0x0100,
      payload: { input: { owner: 'kim' } },
    });
    expect(emitted).toMatchObject({
      entity: 'account:1',
      name: 'account.opened',
      payload: { owner: 'kim' },
    });
    expect(emitted?.causationId).toBe(start?.eventId);
    expect(accounts.foreignEvents('1')).toBe(0);
  });

  it('a second time is a conflict, as it is after the first command', () => {
    const store = new StoreHost().open();
    const accounts = repository(store, account);
    accounts.create('1', { owner: 'kim' });
    expect(accounts.create('1', { owner: 'lee' })).toMatchObject({
      accepted: false,
      reason: 'conflict',
      actual: 1,
      state: { context: { owner: 'kim' } },
    });
    const doors = repository(store, door);
    doors.send('front', { type: 'touched' });
    expect(doors.create('front', undefined)).toMatchObject({ reason: 'conflict', actual: 0 });
    expect(store.eventCount).toBe(3);
  });

  it.each([
    ['a Date', { owner: new Date(0) }, '$.owner'],
    ['a bigint', { owner: 1n }, '$.owner'],
    ['a Map', new Map(), '$'],
  ])('refuses input that is %s as invalid, with and without a key', (_name, input, path) => {
    const store = new StoreHost().open();
    const accounts = repository(store, account);
    for (const options of [{}, { idempotencyKey: 'key' }]) {
      expect(accounts.create('1', input as never, options)).toMatchObject({
        accepted: false,
        reason: 'invalid',
        issues: [{ path }],
        state: undefined,
      });
    }
    expect(store.eventCount).toBe(0);
  });

  it.each([
    ['an object', { owner: 'kim' }, 'kim'],
    ['null', null, 'explicitly nobody'],
    ['left out', undefined, 'nobody'],
  ])('is folded with the same input after a reopen: %s', (_name, input, owner) => {
    const host = new StoreHost();
    const store = host.open();
    const first = repository(store, account).create('1', input);
    expect(first.state?.context.owner).toBe(owner);
    store.close();
    expect(repository(host.open(), account).load('1')?.context).toEqual({ owner, deposits: 0 });
  });

  it('holds to the expected clock', () => {
    const store = new StoreHost().open();
    const accounts = repository(store, account);
    expect(accounts.create('1', undefined, { expected: 3 })).toMatchObject({
      accepted: false,
      reason: 'conflict',
      actual: undefined,
    });
    expect(store.eventCount).toBe(0);
  });
});

describe('the input option', () => {
  it('is asked once, before the first command is judged, and its answer is stored', () => {
    const host = new StoreHost();
    const asked: unknown[] = [];
    const definition = defineAggregate({
      name: 'account',
      version: 1,
      machine,
      events,
      emits,
      input: (first) => {
        asked.push(first);
        return { owner: `owner of ${first.id}` };
      },
    });
    const store = host.open();
    const accounts = repository(store, definition);
    const decision = accounts.send('1', { type: 'deposited', amount: 5 });
    expect(decision).toMatchObject({
      accepted: true,
      state: { context: { owner: 'owner of 1', deposits: 5 } },
      receipt: { sequence: 2, clock: 2 },
      emitted: [{ sequence: 1 }],
    });
    accounts.send('1', { type: 'deposited', amount: 6 });
    store.close();
    const again = repository(host.open(), definition);
    expect(again.load('1')?.context).toEqual({ owner: 'owner of 1', deposits: 11 });
    again.send('1', { type: 'deposited', amount: 7 });
    expect(asked).toEqual([{ id: '1', event: { type: 'deposited', amount: 5 } }]);
    expect(again.stateAt('1', { clock: 0 })?.context).toEqual({ owner: 'owner of 1', deposits: 0 });
  });

  it('is stored also when nothing is emitted on entry', () => {
    const quiet = setup({
      types: {} as {
        input: { size: number };
        context: { size: number };
        events: { type: 'grown' };
      },
      actions: { grow: assign(({ context }) => ({ size: context.size + 1 })) },
    }).createMachine({
      context: ({ input }) => ({ size: input?.size ?? 0 }),
      on: { grown: { actions: 'grow' } },
    });
    const definition = defineAggregate({
      name: 'plant',
      version: 1,
      machine: quiet,
      events: { grown: defineEvent<object>({ name: 'plant.grown' }) },
      input: () => ({ size: 5 }),
    });
    const host = new StoreHost();
    const store = host.open();
    const decision = repository(store, definition).send('1', { type: 'grown' });
    expect(decision).toMatchObject({ state: { context: { size: 6 } }, receipt: { clock: 1 } });
    expect(store.at(0)?.payload).toEqual({ input: { size: 5 } });
    store.close();
    expect(repository(host.open(), definition).load('1')?.context).toEqual({ size: 6 });
  });

  it('is not asked after create, nor for what is refused before the machine', () => {
    let asked = 0;
    const definition = defineAggregate({
      ...account.options,
      input: () => {
        asked += 1;
        return undefined;
      },
    });
    const accounts = repository(new StoreHost().open(), definition);
    sendLoosely(accounts, '1', { type: 'unknown' });
    sendLoosely(accounts, '1', { type: 'deposited', amount: Number.NaN });
    accounts.create('1', { owner: 'kim' });
    accounts.send('1', { type: 'deposited', amount: 1 });
    expect(asked).toBe(0);
  });
});

describe('what a machine emits', () => {
  it('is stored behind the event, in its batch, caused by it, and skipped by the fold', () => {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    doors.send('front', { type: 'touched' });
    const decision = doors.send('front', { type: 'rang', times: 2 });
    expect(decision).toMatchObject({ receipt: { clock: 1 }, emitted: [{ clock: 2 }] });
    const [event, emitted] = [store.at(1), store.at(2)];
    expect(event?.name).toBe('door.rang');
    expect(event?.payload).toEqual({ times: 2 });
    expect(event?.causationId).toBeUndefined();
    expect(emitted?.name).toBe('door.sounded');
    expect(emitted?.scope).toBe('house');
    expect(emitted?.payload).toEqual({ times: 2 });
    expect(emitted?.causationId).toBe(event?.eventId);
    store.close();
    const again = repository(host.open(), door);
    expect(again.load('front')?.value).toBe('closed');
    expect(again.stateAt('front', { clock: 2 })?.value).toBe('closed');
    expect(again.foreignEvents('front')).toBe(0);
  });

  it('is neither stored nor told when a read-only call runs the machine', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', { type: 'rang', times: 1 });
    doors.stateAt('front', { clock: 1 });
    repository(store, door).load('front');
    expect(store.eventCount).toBe(2);
  });

  it('is held to the schema of its event', () => {
    const schema = schemaThat<{ owner: string }>(() => ({
      issues: [{ message: 'is nobody', path: ['owner'] }],
    }));
    const definition = defineAggregate({
      ...account.options,
      emits: { opened: defineEvent({ name: 'account.opened', schema }) },
    });
    const store = new StoreHost().open();
    const accounts = repository(store, definition);
    const thrown = thrownBy(() => accounts.create('1', undefined));
    expect(thrown).toBeInstanceOf(Error);
    expect(store.eventCount).toBe(0);
  });
});

describe('an admitted event', () => {
  it('is what the hook returns: stored, stepped on, and found again after a reopen', () => {
    const host = new StoreHost();
    const stamped = setup({
      types: {} as {
        events: { type: 'noted'; at?: number; key?: string };
        context: { at: number };
      },
      actions: { note: assign(({ event }) => ({ at: event.at ?? -1 })) },
    }).createMachine({ context: { at: 0 }, on: { noted: { actions: 'note' } } });
    const definition = defineAggregate({
      name: 'note',
      version: 1,
      machine: stamped,
      events: { noted: defineEvent<{ at?: number; key?: string }>({ name: 'noted' }) },
      admit: (event, { nowUs, id }) => ({ ...event, at: nowUs, key: id }),
    });
    const store = host.open();
    const decision = repository(store, definition).send('1', { type: 'noted' });
    expect(decision.state?.context.at).toBe(1_735_689_600_000_000);
    expect(store.at(0)?.payload).toEqual({
      at: 1_735_689_600_000_000,
      key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/),
    });
    host.clock.advance(5_000_000);
    store.close();
    expect(repository(host.open(), definition).load('1')?.context).toEqual(decision.state?.context);
  });

  it('that is not JSON is refused as invalid', () => {
    const definition = defineAggregate({
      ...door.options,
      admit: (event) => ({ ...event, times: Number.NaN }) as never,
    });
    const doors = repository(new StoreHost().open(), definition);
    expect(doors.send('front', { type: 'rang', times: 1 })).toMatchObject({
      reason: 'invalid',
      issues: [{ path: '$.times' }],
    });
  });

  it('is made from what the schema made, which is stored once, not validated twice', () => {
    const schema = schemaThat<{ n: number }, { n: string }>((value) => {
      const n = typeof value === 'object' && value !== null && 'n' in value ? value.n : undefined;
      return typeof n === 'string'
        ? { value: { n: Number(n) } }
        : { issues: [{ message: 'is no text' }] };
    });
    const counting = setup({
      types: {} as { events: { type: 'set'; n: number }; context: { n: number } },
      actions: { set: assign(({ event }) => ({ n: event.n })) },
    }).createMachine({ context: { n: 0 }, on: { set: { actions: 'set' } } });
    const store = new StoreHost().open();
    const counters = repository(
      store,
      defineAggregate({
        name: 'counter',
        version: 1,
        machine: counting,
        events: { set: defineEvent({ name: 'set', schema }) },
      }),
    );
    expect(counters.send('1', { type: 'set', n: '12' }).state?.context).toEqual({ n: 12 });
    expect(store.at(0)?.payload).toEqual({ n: 12 });
    expect(repository(store, door).load('1')).toBeUndefined();
  });
});

describe('a machine without emits and input', () => {
  it('leaves no record of its start when a command begins it', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', { type: 'touched' });
    expect([...store.stream('door:front')].map(({ name }) => name)).toEqual(['door.touched']);
  });
});
