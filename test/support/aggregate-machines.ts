import type { AnyStateMachine } from 'xstate';
import { and, assign, emit, enqueueActions, not, raise, setup, stateIn } from 'xstate';

/** Events of every machine here: a type of `a` to `f`, and a number. */
export interface LetterEvent {
  readonly type: 'a' | 'b' | 'c' | 'd' | 'e' | 'f';
  readonly n: number;
}

interface Counted {
  readonly count: number;
  readonly log: readonly string[];
}

const counting = setup({
  types: {} as {
    context: Counted;
    events: LetterEvent;
    emitted: { type: 'heard'; count: number };
    output: number;
  },
  guards: {
    isEven: ({ event }) => event.n % 2 === 0,
    isFew: ({ context }) => context.count < 4,
    isMany: ({ context }) => context.count >= 4,
  },
  actions: {
    add: assign(({ context, event }) => ({ count: context.count + (event.n ?? 0) })),
    enter: assign(({ context }) => ({ log: [...context.log, 'enter'] })),
    exit: assign(({ context }) => ({ log: [...context.log, 'exit'].slice(-5) })),
    reset: assign({ count: 0 }),
    tell: emit(({ context }) => ({ type: 'heard' as const, count: context.count })),
    next: raise(({ event }) => ({ type: 'b' as const, n: event.n })),
    maybe: enqueueActions(({ enqueue, context, event }) => {
      if (context.count < 4) enqueue.assign({ count: context.count + event.n });
      else enqueue.emit({ type: 'heard', count: context.count });
    }),
  },
});

const start = { count: 0, log: [] };

const guarded = counting.createMachine({
  context: () => start,
  initial: 'one',
  on: { f: { guard: 'isEven', actions: 'tell' }, e: '.one' },
  states: {
    one: {
      on: {
        a: [
          { guard: 'isEven', target: 'two', actions: 'add' },
          { guard: 'isFew', target: 'one' },
        ],
        b: {},
        c: { guard: and(['isEven', not('isFew')]), actions: 'reset' },
        '*': { guard: 'isMany', actions: ['reset', 'tell'] },
      },
    },
    two: { on: { a: { target: 'one', reenter: true }, b: { target: 'two' }, d: 'end' } },
    end: { type: 'final' },
  },
  output: ({ context }) => context.count,
});

const raising = counting.createMachine({
  context: () => start,
  initial: 'one',
  entry: 'enter',
  states: {
    one: {
      entry: 'enter',
      exit: 'exit',
      on: { a: { actions: ['next', 'add'] }, b: 'two', c: { target: 'one', reenter: true } },
    },
    two: {
      entry: ['enter', 'tell'],
      always: [{ guard: 'isMany', target: 'three', actions: 'reset' }],
      on: { a: { target: 'one', actions: 'add' }, d: { actions: 'maybe' } },
    },
    three: { entry: 'next', on: { b: { target: 'one', actions: 'tell' }, a: 'two' } },
  },
});

const remembering = counting.createMachine({
  context: () => start,
  initial: 'work',
  states: {
    work: {
      initial: 'one',
      on: { f: 'away' },
      states: {
        one: { on: { a: 'two' } },
        two: {
          initial: 'left',
          on: { b: 'one' },
          states: { left: { on: { c: 'right' } }, right: { on: { c: 'left' } } },
        },
        shallow: { type: 'history' },
        deep: { type: 'history', history: 'deep', target: 'two' },
      },
    },
    away: {
      on: { a: 'work.shallow', b: 'work.deep', c: { target: 'work', actions: 'add' } },
    },
  },
});

const parallel = counting.createMachine({
  context: () => start,
  type: 'parallel',
  states: {
    left: {
      initial: 'one',
      states: {
        one: { on: { a: { target: 'two', actions: 'add' } } },
        two: { on: { b: 'done', a: { guard: 'isEven', target: 'one' } } },
        done: { type: 'final' },
      },
      onDone: { actions: 'tell' },
    },
    right: {
      initial: 'one',
      states: {
        one: { on: { c: 'two', a: { guard: 'isMany', actions: 'reset' } } },
        two: {
          on: { d: { guard: stateIn({ left: 'done' }), target: 'done' }, c: 'one', e: {} },
        },
        done: { type: 'final' },
      },
    },
  },
  output: ({ context }) => context.count,
});

/** Machines that between them use all that an aggregate may: by name. */
export const letterMachines: Readonly<Record<string, AnyStateMachine>> = {
  guarded,
  raising,
  remembering,
  parallel,
};
