import { defineAggregate, defineEvent } from 'batpak';
import { assign, cancel, raise, setup } from 'xstate';

/** An alarm: rings some time after it was set, may be set again, cancelled, and has a limit. */
export const alarmMachine = setup({
  types: {} as {
    context: { rings: readonly number[]; inMs: number };
    events:
      | { type: 'set'; n: number; inMs: number; id?: string }
      | { type: 'rang'; n: number }
      | { type: 'cancelled' }
      | { type: 'restarted'; inMs: number }
      | { type: 'retired' };
  },
  actions: {
    later: raise(
      ({ event }) => ({ type: 'rang' as const, n: event.type === 'set' ? event.n : 0 }),
      {
        id: 'ring',
        delay: ({ event }) => (event.type === 'set' ? event.inMs : 0),
      },
    ),
    laterStill: raise(
      ({ event }) => ({ type: 'rang' as const, n: event.type === 'set' ? event.n : 0 }),
      { delay: ({ event }) => (event.type === 'set' ? event.inMs : 0) },
    ),
    never: cancel('ring'),
    keepDelay: assign(({ event, context }) => ({
      inMs: event.type === 'restarted' ? event.inMs : context.inMs,
    })),
    keepRing: assign(({ context, event }) => ({
      rings: event.type === 'rang' ? [...context.rings, event.n] : context.rings,
    })),
  },
  guards: { isNamed: ({ event }) => event.type === 'set' && event.id !== undefined },
  delays: { given: ({ context }) => context.inMs },
}).createMachine({
  id: 'alarm',
  context: { rings: [], inMs: 1000 },
  initial: 'armed',
  on: {
    set: [{ guard: 'isNamed', actions: 'later' }, { actions: 'laterStill' }],
    rang: { actions: 'keepRing' },
    cancelled: { actions: 'never' },
    retired: { target: '.over' },
  },
  states: {
    armed: {
      after: { given: { target: 'idle' } },
      on: { restarted: { target: 'armed', reenter: true, actions: 'keepDelay' } },
    },
    idle: { on: { restarted: { target: 'armed', actions: 'keepDelay' } } },
    over: { type: 'final' },
  },
});

export const alarm = defineAggregate({
  name: 'alarm',
  version: 1,
  machine: alarmMachine,
  events: {
    set: defineEvent<{ n: number; inMs: number; id?: string }>({ name: 'alarm.set' }),
    cancelled: defineEvent<object>({ name: 'alarm.cancelled' }),
    restarted: defineEvent<{ inMs: number }>({ name: 'alarm.restarted' }),
    retired: defineEvent<object>({ name: 'alarm.retired' }),
  },
});
