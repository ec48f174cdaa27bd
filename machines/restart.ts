import { assign, setup } from 'xstate';
import type { RestartPolicy } from '../src/model/restart-policy.ts';

/** What is reported to {@link restartMachine}. */
export type RestartEvent =
  /** The writer, or a worker, failed. `atMs` is of a clock that never falls back. */
  | { type: 'io.failed'; atMs: number }
  /** The restart that was allowed succeeded. */
  | { type: 'restart.finished' }
  /** The restart that was allowed failed. */
  | { type: 'restart.failed' };

/** What {@link restartMachine} is started with. */
export interface RestartInput {
  readonly policy: RestartPolicy;
}

/** What {@link restartMachine} remembers. Plain JSON. */
export interface RestartContext {
  readonly policy: RestartPolicy;
  /** Restarts allowed so far: in the window for `bounded`, ever for `once`. */
  readonly restarts: number;
  /** When the window started: time of the failure whose restart was its first. */
  readonly windowStartedAtMs: number | null;
  /** Time of the failure that is decided on, or was last. */
  readonly failedAtMs: number | null;
}

/**
 * Decides whether a failure is followed by a restart, by the policy it was started with. It only
 * decides: the engine steps it purely with `io.failed`, finds it in `allowed` or `exhausted`, tells
 * the writer `restart.allowed` or `restart.denied`, and reports here how the restart went.
 */
export const restartMachine = setup({
  types: {} as { context: RestartContext; events: RestartEvent; input: RestartInput },
  guards: {
    restartsAreLeft: ({ context }) => restartsInWindow(context) < restartsMax(context.policy),
  },
  actions: {
    rememberFailure: assign((_, failure: { atMs: number }) => ({ failedAtMs: failure.atMs })),
    countRestart: assign(({ context }) => ({
      restarts: restartsInWindow(context) + 1,
      windowStartedAtMs: windowIsOpen(context) ? context.windowStartedAtMs : context.failedAtMs,
    })),
  },
}).createMachine({
  id: 'restart',
  version: '1',
  description:
    'Whether a failure is followed by a restart. The policy `once` allows one for the life of ' +
    'the store. The policy `bounded` allows a number of them in a fixed window of time, which ' +
    'starts with its first restart. A denied or failed restart is the end: `exhausted`.',
  context: ({ input }) => ({
    policy: input.policy,
    restarts: 0,
    windowStartedAtMs: null,
    failedAtMs: null,
  }),
  initial: 'healthy',
  states: {
    healthy: {
      on: {
        'io.failed': {
          target: 'deciding',
          actions: { type: 'rememberFailure', params: ({ event }) => ({ atMs: event.atMs }) },
        },
      },
    },
    deciding: {
      always: [
        { guard: 'restartsAreLeft', target: 'allowed', actions: { type: 'countRestart' } },
        { target: 'exhausted' },
      ],
    },
    allowed: {
      on: {
        'restart.finished': { target: 'healthy' },
        'restart.failed': { target: 'exhausted' },
      },
    },
    exhausted: { type: 'final' },
  },
});

function restartsMax(policy: RestartPolicy): number {
  return policy.type === 'once' ? 1 : policy.maxRestarts;
}

function restartsInWindow(context: RestartContext): number {
  return windowIsOpen(context) ? context.restarts : 0;
}

/** Whether the failure decided on falls into the window; that of `once` never ends. */
function windowIsOpen({ policy, windowStartedAtMs, failedAtMs }: RestartContext): boolean {
  if (windowStartedAtMs === null || failedAtMs === null) return false;
  return policy.type === 'once' || failedAtMs - windowStartedAtMs < policy.withinMs;
}
