import { defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { door } from '../support/aggregates.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const opened = { type: 'opened', by: 'kim' } as const;

describe('a command that is sent again with its idempotency key', () => {
  it('is answered as accepted and replayed, with its receipt and the state now', () => {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    const first = doors.send('front', opened, { idempotencyKey: 'one' });
    doors.send('front', { type: 'closed' });
    const content = host.content();
    const again = doors.send('front', opened, { idempotencyKey: 'one' });
    expect(again).toMatchObject({
      accepted: true,
      replayed: true,
      emitted: [],
      state: { value: 'closed', context: { openings: 1 } },
      receipt: { sequence: 0, clock: 0, replayed: true, durability: 'written' },
    });
    expect(first.accepted && again.accepted && again.receipt.eventId).toBe(
      first.accepted && first.receipt.eventId,
    );
    expect(host.content()).toEqual(content);
  });

  it('is answered so after a reopen', () => {
    const host = new StoreHost();
    const store = host.open();
    const first = repository(store, door).send('front', opened, { idempotencyKey: 'one' });
    store.close();
    const again = repository(host.open(), door).send('front', opened, { idempotencyKey: 'one' });
    expect(again).toMatchObject({ replayed: true, receipt: { durability: 'durable' } });
    for (const fact of ['eventId', 'sequence', 'clock', 'position', 'hash'] as const) {
      expect(again.accepted && again.receipt[fact]).toEqual(first.accepted && first.receipt[fact]);
    }
  });

  it('is answered so although it would be refused now, and its clock is past', () => {
    const doors = repository(new StoreHost().open(), door);
    doors.send('front', { type: 'touched' });
    doors.send('front', opened, { idempotencyKey: 'one', expected: 0 });
    doors.send('front', { type: 'removed' });
    expect(doors.send('front', opened, { idempotencyKey: 'one', expected: 0 })).toMatchObject({
      accepted: true,
      replayed: true,
      state: { status: 'done' },
    });
  });

  it('is the same command although admit gives it another time', () => {
    const host = new StoreHost();
    const machine = setup({
      types: {} as { events: { type: 'noted'; at?: number }; context: { at: number[] } },
      actions: { note: assign(({ context, event }) => ({ at: [...context.at, event.at ?? 0] })) },
    }).createMachine({ context: { at: [] }, on: { noted: { actions: 'note' } } });
    const notes = repository(
      host.open(),
      defineAggregate({
        name: 'note',
        version: 1,
        machine,
        events: { noted: defineEvent<{ at?: number }>({ name: 'noted' }) },
        admit: (event, { nowUs }) => ({ ...event, at: nowUs }),
      }),
    );
    const first = notes.send('1', { type: 'noted' }, { idempotencyKey: 'one' });
    host.clock.advance(1_000_000);
    const again = notes.send('1', { type: 'noted' }, { idempotencyKey: 'one' });
    expect(again).toMatchObject({ replayed: true, state: { context: first.state?.context } });
  });

  it('is created once', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.create('front', undefined, { idempotencyKey: 'one' });
    expect(doors.create('front', undefined, { idempotencyKey: 'one' })).toMatchObject({
      accepted: true,
      replayed: true,
    });
    expect(doors.create('front', undefined, { idempotencyKey: 'two' })).toMatchObject({
      reason: 'conflict',
    });
    expect(store.eventCount).toBe(1);
  });

  it('is judged anew when it was refused before', () => {
    const doors = repository(new StoreHost().open(), door);
    expect(doors.send('front', { type: 'closed' }, { idempotencyKey: 'one' }).accepted).toBe(false);
    doors.send('front', opened);
    expect(doors.send('front', { type: 'closed' }, { idempotencyKey: 'one' })).toMatchObject({
      accepted: true,
      replayed: false,
    });
  });
});

describe('an idempotency key that stands for another command', () => {
  /** A store in which `one` stands for the first opening of the front door. */
  function used() {
    const host = new StoreHost();
    const store = host.open();
    const doors = repository(store, door);
    doors.send('front', opened, { idempotencyKey: 'one' });
    return { host, store, doors, content: host.content() };
  }

  it.each([
    ['type', { type: 'touched' }],
    ['payload', { type: 'opened', by: 'lee' }],
  ] as const)('is a conflict when the %s differs', (_name, command) => {
    const { host, doors, content } = used();
    const thrown = thrownBy(() => doors.send('front', command, { idempotencyKey: 'one' }));
    expect(thrown).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      idempotencyKey: 'one',
      differs: 'command',
      sequence: 0,
    });
    expect(host.content()).toEqual(content);
  });

  it('is a conflict when the aggregate differs', () => {
    const { doors } = used();
    expect(thrownBy(() => doors.send('back', opened, { idempotencyKey: 'one' }))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'entity',
    });
    expect(doors.load('back')).toBeUndefined();
  });

  it('is a conflict when a plain append to the same entity bears it', () => {
    const { store, doors } = used();
    store.append('door:front', someKind, 1, { idempotencyKey: 'two' });
    expect(thrownBy(() => doors.send('front', opened, { idempotencyKey: 'two' }))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'command',
      sequence: 2,
    });
  });

  it('is a conflict between create and a command whose type is create', () => {
    const machine = setup({
      types: {} as { events: { type: 'create'; n: number }; input: { n: number } },
      actions: { nothing: assign({}) },
    }).createMachine({ on: { create: { actions: 'nothing' } } });
    const events = { create: defineEvent<{ n: number }>({ name: 'created' }) };
    const things = repository(
      new StoreHost().open(),
      defineAggregate({ name: 'thing', version: 1, machine, events }),
    );
    things.create('1', { n: 1 }, { idempotencyKey: 'one' });
    const send = () => things.send('1', { type: 'create', n: 1 }, { idempotencyKey: 'one' });
    expect(thrownBy(send)).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'command',
    });
  });
});

describe('a command with an expected clock', () => {
  it('is accepted at that clock, which counts emitted and foreign events', () => {
    const store = new StoreHost().open();
    const doors = repository(store, door);
    doors.send('front', opened);
    store.append('door:front', someKind, 'foreign');
    expect(doors.send('front', { type: 'closed' }, { expected: 1 })).toMatchObject({
      reason: 'conflict',
      actual: 2,
    });
    expect(doors.send('front', { type: 'closed' }, { expected: 2 }).accepted).toBe(true);
  });
});
