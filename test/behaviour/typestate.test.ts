import {
  defineAggregate,
  defineEvent,
  defineTypestate,
  openStore,
  repository,
  type Store,
} from 'batpak';
import { beforeEach, describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { memoryPlatform } from '../../src/testing/index.ts';

const config = {
  id: 'door',
  initial: 'shut',
  states: {
    shut: {
      initial: 'unlocked',
      states: {
        unlocked: { on: { lock: 'locked' } },
        locked: { on: { unlock: { target: 'unlocked', guard: 'fits' }, open: undefined } },
      },
      on: { open: 'ajar' },
    },
    ajar: { on: { close: 'shut' } },
  },
} as const;
const machine = setup({
  types: {} as {
    events:
      | { type: 'lock' }
      | { type: 'unlock'; key: string }
      | { type: 'open' }
      | { type: 'close' };
  },
  guards: { fits: ({ event }) => event.type === 'unlock' && event.key === 'brass' },
}).createMachine(config);
const door = defineAggregate({
  name: 'door',
  version: 1,
  machine,
  events: {
    lock: defineEvent({ name: 'lock' }),
    unlock: defineEvent<{ key: string }>({ name: 'unlock' }),
    open: defineEvent({ name: 'open' }),
    close: defineEvent({ name: 'close' }),
  },
});
const doors = defineTypestate(machine, config);

describe('a typestate over a repository', () => {
  let store: Store;
  beforeEach(() => {
    store = openStore({ dataDir: '/d', platform: memoryPlatform() });
  });

  it('carries what is known from one accepted command to the next', () => {
    const front = doors.of(repository(store, door), 'front');
    if (!front.in({ shut: 'unlocked' })) throw new Error('a door begins shut');
    const locked = front.send({ type: 'lock' });
    if (!locked.accepted) throw new Error('an unlocked door can be locked');
    const unlocked = locked.handle.send({ type: 'unlock', key: 'brass' });
    expect(unlocked).toMatchObject({ accepted: true, handle: { value: { shut: 'unlocked' } } });
    expect(store.eventCount).toBe(2);
  });

  it('leaves guards to the moment of the command', () => {
    const front = doors.of(repository(store, door), 'front');
    if (!front.in({ shut: 'unlocked' })) throw new Error('a door begins shut');
    const locked = front.send({ type: 'lock' });
    if (!locked.accepted) throw new Error('an unlocked door can be locked');
    expect(locked.handle.send({ type: 'unlock', key: 'wooden' })).toMatchObject({
      accepted: false,
      reason: 'refused',
      decision: { reason: 'guard', guards: ['fits'] },
    });
    expect(store.eventCount).toBe(1);
  });

  it('refuses an illegal event that was forced past the compiler', () => {
    const front = doors.of(repository(store, door), 'front');
    expect(front.send({ type: 'close' } as never)).toMatchObject({
      accepted: false,
      reason: 'refused',
      decision: { reason: 'unhandled' },
    });
    expect(store.eventCount).toBe(0);
  });

  it('refuses a handle that another one has overtaken', () => {
    const repo = repository(store, door);
    const first = doors.of(repo, 'front');
    const second = doors.of(repo, 'front');
    if (!first.in('shut') || !second.in({ shut: 'unlocked' })) throw new Error('both are shut');
    repo.send('front', { type: 'open' });
    expect(second.send({ type: 'lock' })).toMatchObject({
      accepted: false,
      reason: 'moved',
      handle: { value: 'ajar' },
    });
    expect(store.eventCount).toBe(1);
  });
});
