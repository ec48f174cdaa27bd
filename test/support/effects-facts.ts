import { defineAggregate, defineEvent, type StoreOptions } from 'batpak';
import { assign, fromPromise, setup } from 'xstate';

/** What a process that runs effects is told. */
export interface EffectsRequest {
  readonly seed: number;
  readonly options: Omit<StoreOptions, 'dataDir'>;
}

/** A line that it prints: the key of an action or an actor that has begun. */
export interface EffectLine {
  readonly did: 'action' | 'actor';
  readonly key: string;
}

/** A job: tells that it begins, has an actor do it, and cools down before it is done. */
export const jobMachine = setup({
  types: {} as { context: { result: number }; events: { type: 'started' } | { type: 'restarted' } },
  actors: {
    work: fromPromise<number, { n: number }>(() => Promise.reject(new Error('not given'))),
  },
  actions: {
    tell: () => undefined,
    keep: assign((_, params: { result: number }) => ({ result: params.result })),
  },
}).createMachine({
  id: 'job',
  context: { result: 0 },
  initial: 'waiting',
  states: {
    waiting: { on: { started: { target: 'working' } } },
    working: {
      entry: { type: 'tell' },
      invoke: {
        src: 'work',
        input: { n: 1 },
        onDone: {
          target: 'cooling',
          actions: { type: 'keep', params: ({ event }) => ({ result: event.output }) },
        },
      },
      on: { restarted: { target: 'working', reenter: true } },
    },
    cooling: { after: { 3: { target: 'done' } } },
    done: { type: 'final' },
  },
});

export const job = defineAggregate({
  name: 'job',
  version: 1,
  machine: jobMachine,
  events: {
    started: defineEvent<object>({ name: 'job.started' }),
    restarted: defineEvent<object>({ name: 'job.restarted' }),
  },
});
