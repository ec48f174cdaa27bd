import { defineAggregate, defineEvent, defineTypestate, repository, type Store } from 'batpak';
import { setup } from 'xstate';

// Checked by the compiler and never run: what follows an @ts-expect-error must not compile. Three
// levels of states, regions inside a state, states inside regions, wildcards and odd targets.

declare const store: Store;

type PressEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'feed'; sheets: number }
  | { type: 'jam' }
  | { type: 'clear' }
  | { type: 'ink' }
  | { type: 'heat' }
  | { type: 'count' }
  | { type: 'back' }
  | { type: 'jump' };

const nested = {
  id: 'press',
  initial: 'off',
  states: {
    off: { on: { start: 'on' } },
    on: {
      initial: 'ready',
      on: { stop: 'off', jam: 'halted', count: { actions: [] } },
      states: {
        ready: { on: { feed: 'printing' } },
        printing: {
          initial: 'first',
          on: { stop: undefined, feed: 'ready' },
          states: {
            first: { on: { ink: 'second', jam: undefined } },
            second: { on: { ink: { actions: [] }, heat: { target: '#press.halted' } } },
          },
        },
        remembered: { type: 'history' },
      },
    },
    halted: { on: { '*': 'off', back: 'on.remembered' } },
  },
} as const;

const nestedMachine = setup({ types: {} as { events: PressEvent } }).createMachine(nested);
const events = {
  start: defineEvent({ name: 'start' }),
  stop: defineEvent({ name: 'stop' }),
  feed: defineEvent<{ sheets: number }>({ name: 'feed' }),
  jam: defineEvent({ name: 'jam' }),
  clear: defineEvent({ name: 'clear' }),
  ink: defineEvent({ name: 'ink' }),
  heat: defineEvent({ name: 'heat' }),
  count: defineEvent({ name: 'count' }),
  back: defineEvent({ name: 'back' }),
  jump: defineEvent({ name: 'jump' }),
};
const press = defineAggregate({ name: 'press', version: 1, machine: nestedMachine, events });
const handle = defineTypestate(nestedMachine, nested).of(repository(store, press), '1');

export function threeLevels(): void {
  // @ts-expect-error not while it is on
  handle.send({ type: 'start' });
  // @ts-expect-error not while it is off
  handle.send({ type: 'count' });
  if (handle.in('on')) {
    handle.send({ type: 'count' });
    // @ts-expect-error one that prints forbids it
    handle.send({ type: 'stop' });
    // @ts-expect-error one that prints its first sheet forbids it
    handle.send({ type: 'jam' });
    // @ts-expect-error only one that prints has ink
    handle.send({ type: 'ink' });
  }
  if (handle.in({ on: 'ready' })) {
    handle.send({ type: 'stop' });
    handle.send({ type: 'feed', sheets: 1 });
    // @ts-expect-error it takes a number of sheets
    handle.send({ type: 'feed' });
    // @ts-expect-error of another state inside
    handle.send({ type: 'ink' });
    const fed = handle.send({ type: 'feed', sheets: 1 });
    // Entered by the initial states of each level.
    if (fed.accepted) fed.handle.value satisfies { readonly on: { readonly printing: 'first' } };
  }
  if (handle.in({ on: { printing: 'first' } })) {
    // Two levels up.
    handle.send({ type: 'count' });
    // @ts-expect-error forbidden one level up
    handle.send({ type: 'stop' });
    // @ts-expect-error forbidden by the state itself
    handle.send({ type: 'jam' });
    const inked = handle.send({ type: 'ink' });
    if (inked.accepted) {
      inked.handle.value satisfies { readonly on: { readonly printing: 'second' } };
      inked.handle.send({ type: 'jam' });
      // @ts-expect-error forbidden one level up
      inked.handle.send({ type: 'stop' });
      const again = inked.handle.send({ type: 'ink' });
      // An event without a target leaves it where it is.
      if (again.accepted) again.handle.value satisfies { on: { printing: 'second' } };
    }
  }
  if (handle.in({ on: { printing: 'second' } })) {
    const heated = handle.send({ type: 'heat' });
    if (heated.accepted) {
      // A target by id is not followed: it may be anywhere.
      if (heated.handle.in('halted')) heated.handle.send({ type: 'clear' });
      // @ts-expect-error which is not known to be so
      heated.handle.send({ type: 'clear' });
    }
  }
  // @ts-expect-error there is no such state inside
  handle.in({ on: { printing: 'third' } });
  // @ts-expect-error a state of the third level is in one of the second
  handle.in({ on: 'first' });
}

export function wildcards(): void {
  if (!handle.in('halted')) return;
  // Whatever there is.
  handle.send({ type: 'jump' });
  handle.send({ type: 'clear' });
  // @ts-expect-error but no event that the machine has not
  handle.send({ type: 'explode' });
  const back = handle.send({ type: 'back' });
  // @ts-expect-error a history state leads anywhere
  if (back.accepted) back.handle.value satisfies { readonly on: 'ready' };
}

const mixed = {
  id: 'works',
  initial: 'idle',
  on: { jump: '.idle' },
  states: {
    idle: { on: { start: 'running' } },
    running: {
      type: 'parallel',
      on: { stop: 'idle' },
      states: {
        belt: {
          initial: 'slow',
          states: {
            slow: { on: { heat: 'fast' } },
            fast: {
              initial: 'cool',
              on: { clear: 'slow' },
              states: { cool: { on: { heat: 'hot' } }, hot: { on: { stop: undefined } } },
            },
          },
        },
        lamp: {
          initial: 'dark',
          states: { dark: { on: { ink: 'lit' } }, lit: { on: { ink: 'dark', back: 'dark' } } },
        },
      },
    },
  },
} as const;

const mixedMachine = setup({ types: {} as { events: PressEvent } }).createMachine(mixed);
const works = defineAggregate({ name: 'works', version: 1, machine: mixedMachine, events });
const running = defineTypestate(mixedMachine, mixed).of(repository(store, works), '1');

export function regionsInAState(): void {
  running.send({ type: 'jump' });
  // @ts-expect-error it may be idle
  running.send({ type: 'ink' });
  if (!running.in('running')) return;
  // Both states of the region take it.
  running.send({ type: 'ink' });
  // @ts-expect-error the lamp may be dark
  running.send({ type: 'back' });
  // @ts-expect-error the belt may be slow
  running.send({ type: 'clear' });
  if (running.in({ running: { lamp: 'lit' } })) {
    running.send({ type: 'back' });
    // @ts-expect-error nothing is known of the belt
    running.send({ type: 'clear' });
    // @ts-expect-error a region is in one state
    running.in({ running: { lamp: 'fast' } });
  }
  if (running.in({ running: { belt: { fast: 'cool' } } })) {
    // By the state around it, inside its region.
    running.send({ type: 'clear' });
    running.send({ type: 'heat' });
    // By the state around the regions.
    running.send({ type: 'stop' });
    // @ts-expect-error nothing is known of the lamp
    running.send({ type: 'back' });
    if (running.in({ running: { lamp: 'lit' } })) {
      running.send({ type: 'back' });
      running.send({ type: 'clear' });
    }
  }
  if (running.in({ running: { belt: 'slow' } })) {
    running.send({ type: 'heat' });
    // @ts-expect-error a slow belt is clear
    running.send({ type: 'clear' });
    const heated = running.send({ type: 'heat' });
    // @ts-expect-error what becomes of the other regions is not told
    if (heated.accepted) heated.handle.send({ type: 'clear' });
  }
}

const settling = {
  id: 'valve',
  initial: 'shut',
  states: {
    shut: { on: { start: 'opening' } },
    opening: { always: 'open' },
    open: { on: { stop: 'shut' }, tags: 'wet' },
    tagged: { tags: 'dry' },
  },
} as const;

const settlingMachine = setup({ types: {} as { events: PressEvent } }).createMachine(settling);
const valve = defineAggregate({ name: 'valve', version: 1, machine: settlingMachine, events });
const valveHandle = defineTypestate(settlingMachine, settling).of(repository(store, valve), '1');

export function movedOnByItself(): void {
  if (!valveHandle.in('shut')) return;
  const started = valveHandle.send({ type: 'start' });
  // @ts-expect-error it does not stand where the transition led
  if (started.accepted) started.handle.value satisfies 'opening';
}
