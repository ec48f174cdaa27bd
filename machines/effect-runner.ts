import { assign, setup } from 'xstate';

/** What is asked of a runner of effects, or reported to {@link effectRunnerMachine}. */
export type EffectRunnerEvent =
  /** The log was read to its end: what waits and what runs is known. */
  | { type: 'log.read' }
  /** Timers that are due have fired, and results are stored: there is nothing to do for now. */
  | { type: 'work.done' }
  /** More events are visible, a timer is due or an actor has a result. */
  | { type: 'work.arrived' }
  /** Something is in the way that passes by itself: a full disk, an open fence. */
  | { type: 'work.obstructed' }
  /** Reading the log or writing to it failed. */
  | { type: 'work.failed' }
  /** The time to wait after a failure is over. */
  | { type: 'delay.passed' }
  /** The worker that runs actions has given up. */
  | { type: 'worker.exhausted' }
  /** The runner is to end when the action that is running has answered. */
  | { type: 'stop.requested' }
  /** The worker has ended, and actors were told to. */
  | { type: 'worker.stopped' };

/** What {@link effectRunnerMachine} is started with. */
export interface EffectRunnerInput {
  /** Failures in a row that it takes; one more ends it. */
  readonly maxFailures: number;
}

/** What {@link effectRunnerMachine} remembers. Plain JSON. */
export interface EffectRunnerContext {
  readonly maxFailures: number;
  /** Failures in a row, which the time to wait grows with. */
  readonly failures: number;
  /** How often in a row something was in the way. It never ends the runner. */
  readonly obstructions: number;
}

/**
 * The runner of an aggregate's effects: decides when the log is read, when timers fire and results
 * are stored, what follows a failure, and when it has ended. The engine does it and tells how that
 * went; actions are run by a worker, which has a machine of its own.
 */
export const effectRunnerMachine = setup({
  types: {} as {
    context: EffectRunnerContext;
    events: EffectRunnerEvent;
    input: EffectRunnerInput;
  },
  guards: {
    failuresAreLeft: ({ context }) => context.failures < context.maxFailures,
  },
  actions: {
    countFailure: assign(({ context }) => ({ failures: context.failures + 1 })),
    countObstruction: assign(({ context }) => ({ obstructions: context.obstructions + 1 })),
    forgetFailures: assign({ failures: 0, obstructions: 0 }),
  },
}).createMachine({
  id: 'effect-runner',
  version: '1',
  description:
    'The runner of the effects of one aggregate. It reads the log to its end, fires the timers ' +
    'that are due and stores the results of actors, and rests until there is more. What fails is ' +
    'tried again after a while, from reading on; after `maxFailures` failures in a row it gives ' +
    'up. Asked to stop, it waits for the action that is running.',
  context: ({ input }) => ({ ...input, failures: 0, obstructions: 0 }),
  initial: 'live',
  states: {
    live: {
      initial: 'reading',
      on: {
        'worker.exhausted': { target: 'exhausted' },
        'stop.requested': { target: 'stopping' },
      },
      states: {
        reading: {
          on: {
            'log.read': { target: 'settling' },
            'work.failed': [
              { guard: 'failuresAreLeft', target: 'waiting', actions: { type: 'countFailure' } },
              { target: '#effect-runner.failing' },
            ],
          },
        },
        settling: {
          on: {
            'work.done': { target: 'resting', actions: { type: 'forgetFailures' } },
            'work.obstructed': { target: 'waiting', actions: { type: 'countObstruction' } },
            'work.failed': [
              { guard: 'failuresAreLeft', target: 'waiting', actions: { type: 'countFailure' } },
              { target: '#effect-runner.failing' },
            ],
          },
        },
        resting: { on: { 'work.arrived': { target: 'reading' } } },
        waiting: { on: { 'delay.passed': { target: 'reading' } } },
      },
    },
    stopping: { on: { 'worker.stopped': { target: 'stopped' } } },
    failing: { on: { 'worker.stopped': { target: 'exhausted' } } },
    stopped: { type: 'final' },
    exhausted: { type: 'final' },
  },
});
