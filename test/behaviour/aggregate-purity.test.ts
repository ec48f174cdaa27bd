import { defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assign, emit, setup } from 'xstate';
import { door } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

let chance = 0;
/** Another number each time, as Math.random would give. */
const next = (): number => {
  chance += 1;
  return chance;
};

const machine = setup({
  types: {} as {
    context: { n: number; items: readonly number[] };
    events:
      | { type: 'rolled' }
      | { type: 'guarded' }
      | { type: 'told' }
      | { type: 'sorted'; items: number[] };
    emitted: { type: 'said'; n: number };
  },
  guards: { sometimes: () => next() % 2 === 0 },
  actions: {
    roll: assign(() => ({ n: next() })),
    tell: emit(() => ({ type: 'said' as const, n: next() })),
    sort: assign(({ event }) => ({ items: 'items' in event ? event.items.sort() : [] })),
    nothing: assign({}),
  },
}).createMachine({
  context: { n: 0, items: [] },
  on: {
    rolled: { actions: 'roll' },
    guarded: { guard: 'sometimes', actions: 'nothing' },
    told: { actions: 'tell' },
    sorted: { actions: 'sort' },
  },
});

const dice = defineAggregate({
  name: 'dice',
  version: 1,
  machine,
  events: {
    rolled: defineEvent({ name: 'dice.rolled' }),
    guarded: defineEvent({ name: 'dice.guarded' }),
    told: defineEvent({ name: 'dice.told' }),
    sorted: defineEvent<{ items: number[] }>({ name: 'dice.sorted' }),
  },
  emits: { said: defineEvent<{ n: number }>({ name: 'dice.said' }) },
});

describe('in development mode', () => {
  it.each([
    ['an assign', { type: 'rolled' }],
    ['a guard', { type: 'guarded' }],
    ['an emitted event', { type: 'told' }],
  ] as const)(
    '%s that takes something from outside is found before it is stored',
    (_name, command) => {
      const store = new StoreHost().open();
      const rolls = repository(store, dice, { mode: 'development' });
      expect(thrownBy(() => rolls.send('1', command))).toMatchObject({
        code: 'BATPAK_MACHINE_DEFECT',
        eventType: command.type,
        cause: { message: expect.stringContaining('admit') },
      });
      expect(store.eventCount).toBe(0);
      expect(rolls.load('1')).toBeUndefined();
    },
  );

  it('an assign that changes the event is found, which production takes', () => {
    const store = new StoreHost().open();
    const sorted = { type: 'sorted', items: [3, 1, 2] } as const;
    const command = { ...sorted, items: [...sorted.items] };
    const rolls = repository(store, dice, { mode: 'development' });
    expect(thrownBy(() => rolls.send('1', command))).toMatchObject({
      code: 'BATPAK_MACHINE_DEFECT',
      cause: expect.any(TypeError),
    });
    expect(repository(store, dice).send('1', command).accepted).toBe(true);
    expect(store.at(0)?.payload).toEqual({ items: [3, 1, 2] });
  });

  it('a context factory that takes something from outside is found', () => {
    const random = setup({ types: {} as { context: { n: number } } }).createMachine({
      context: () => ({ n: next() }),
    });
    const definition = defineAggregate({ name: 'n', version: 1, machine: random, events: {} });
    const store = new StoreHost().open();
    expect(
      thrownBy(() => repository(store, definition, { mode: 'development' }).create('1')),
    ).toMatchObject({ code: 'BATPAK_MACHINE_DEFECT', eventType: undefined });
    expect(store.eventCount).toBe(0);
  });

  it('a pure machine is answered as in production', () => {
    const [one, two] = (['development', 'production'] as const).map((mode) => {
      const doors = repository(new StoreHost().open(), door, { mode });
      const commands = [
        { type: 'opened', by: 'kim' },
        { type: 'opened', by: 'lee' },
        { type: 'rang', times: 0 },
        { type: 'rang', times: 2 },
        { type: 'locked' },
        { type: 'removed' },
      ] as const;
      return commands.map((command) => {
        const { accepted, state, ...rest } = doors.send('front', command);
        const emitted = 'emitted' in rest ? rest.emitted.length : rest.reason;
        return [accepted, state?.value, state?.context, emitted];
      });
    });
    expect(one).toEqual(two);
  });
});

describe('in production mode', () => {
  it('what an assign takes from outside is found when the aggregate is folded again', () => {
    const store = new StoreHost().open();
    expect(repository(store, dice).send('1', { type: 'rolled' }).accepted).toBe(true);
    expect(thrownBy(() => repository(store, dice).load('1'))).toMatchObject({
      code: 'BATPAK_REPLAY_DIVERGED',
      sequence: 0,
    });
  });
});

describe('the mode of a repository', () => {
  it('is one of two', () => {
    const store = new StoreHost().open();
    expect(thrownBy(() => repository(store, door, { mode: 'test' as never }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'mode',
    });
  });
});
