import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  type Decision,
  defineAggregate,
  defineEvent,
  type EventDefinition,
  type Repository,
  type SendOptions,
} from 'batpak';
import { assign, emit, setup } from 'xstate';

/** A schema that answers as it is told. */
export function schemaThat<Output, Input = unknown>(
  validate: StandardSchemaV1<Input, Output>['~standard']['validate'],
): StandardSchemaV1<Input, Output> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** An event whose payload may be anything: for tests of what the compiler would refuse. */
export function anyEvent(name: string): EventDefinition<object> {
  return defineEvent<object>({ name });
}

/** Sends what the compiler would refuse. */
export function sendLoosely(
  repository: unknown,
  id: unknown,
  command: unknown,
  options?: unknown,
): Decision {
  return (repository as Repository).send(id as string, command as never, options as SendOptions);
}

/** What the tests say of a decision: whether, or why not. */
export function verdictOf(decision: Decision): string {
  return decision.accepted ? 'accepted' : decision.reason;
}

/** Context of a {@link doorMachine}. */
export interface DoorContext {
  readonly openings: number;
  readonly by: readonly string[];
}

type DoorEvent =
  | { type: 'opened'; by: string }
  | { type: 'closed' }
  | { type: 'touched' }
  | { type: 'locked' }
  | { type: 'rang'; times: number }
  | { type: 'removed' };

/**
 * A door that may be opened three times. It rings as often as it is asked to, can be touched
 * without consequence, never be locked, and is done when it was removed.
 */
export const doorMachine = setup({
  types: {} as {
    context: DoorContext;
    events: DoorEvent;
    emitted: { type: 'sounded'; times: number } | { type: 'creaked' };
    output: { openings: number };
    tags: 'passable';
  },
  guards: {
    mayOpen: ({ context }) => context.openings < 3,
    rings: ({ event }) => event.type === 'rang' && event.times > 0,
  },
  actions: {
    note: assign(({ context, event }) =>
      event.type === 'opened'
        ? { openings: context.openings + 1, by: [...context.by, event.by] }
        : {},
    ),
    creak: emit({ type: 'creaked' }),
    sound: emit(({ event }) => ({
      type: 'sounded' as const,
      times: event.type === 'rang' ? event.times : 0,
    })),
  },
}).createMachine({
  id: 'door',
  context: { openings: 0, by: [] },
  initial: 'closed',
  output: ({ context }) => ({ openings: context.openings }),
  on: { rang: { guard: 'rings', actions: 'sound' }, removed: '.removed' },
  states: {
    closed: {
      on: {
        opened: { target: 'open', guard: 'mayOpen', actions: ['note', 'creak'] },
        touched: 'closed',
        locked: {},
      },
    },
    open: {
      tags: 'passable',
      on: { closed: 'closed' },
    },
    removed: { type: 'final' },
  },
});

/** Events of a {@link doorMachine} as they are stored. */
export const doorEvents = {
  opened: defineEvent<{ by: string }>({ name: 'door.opened' }),
  closed: anyEvent('door.closed'),
  touched: anyEvent('door.touched'),
  locked: anyEvent('door.locked'),
  rang: defineEvent<{ times: number }>({ name: 'door.rang' }),
  removed: anyEvent('door.removed'),
};

/** What a {@link doorMachine} emits, as it is stored. */
export const doorEmits = {
  sounded: anyEvent('door.sounded'),
  creaked: anyEvent('door.creaked'),
};

/** The aggregate of a {@link doorMachine}. */
export const door = defineAggregate({
  name: 'door',
  version: 1,
  machine: doorMachine,
  scope: 'house',
  events: doorEvents,
  emits: doorEmits,
});

/** Context of a {@link listMachine}. */
export interface ListContext {
  items: unknown[];
}

/** A list of items of any kind. `add` takes one; `addAndThrow` adds it before the machine fails. */
export const listMachine = setup({
  types: {} as {
    context: ListContext;
    events:
      | { type: 'add'; item: unknown }
      | { type: 'addAndThrow'; item: unknown }
      | { type: 'addAndEmit'; item: unknown }
      | { type: 'throwInGuard' }
      | { type: 'poke'; item: unknown };
    emitted: { type: 'undeclared' };
  },
  guards: {
    throws: (): boolean => {
      throw new TypeError('the guard is broken');
    },
    isPoked: ({ event }) => event.type === 'poke',
  },
  actions: {
    add: assign(({ context, event }) => ({
      items: 'item' in event ? [...context.items, event.item] : context.items,
    })),
    throw: assign(() => {
      throw new RangeError('the assign is broken');
    }),
    emitUndeclared: emit({ type: 'undeclared' }),
  },
}).createMachine({
  id: 'list',
  context: () => ({ items: [] }),
  initial: 'used',
  states: {
    used: {
      always: { guard: 'isPoked', target: 'poked', actions: 'add' },
      on: {
        add: { actions: 'add' },
        addAndThrow: { actions: ['add', 'throw'] },
        addAndEmit: { actions: ['add', 'emitUndeclared'] },
        throwInGuard: { guard: 'throws', actions: 'add' },
      },
    },
    poked: {},
  },
});

/** The aggregate of a {@link listMachine}. */
export const list = defineAggregate({
  name: 'list',
  version: 1,
  machine: listMachine,
  events: {
    add: defineEvent<{ item: unknown }>({ name: 'list.added' }),
    addAndThrow: defineEvent<{ item: unknown }>({ name: 'list.thrown' }),
    addAndEmit: defineEvent<{ item: unknown }>({ name: 'list.emitted' }),
    throwInGuard: anyEvent('list.guarded'),
    poke: defineEvent<{ item: unknown }>({ name: 'list.poked' }),
  },
});
