import { assign, setup } from 'xstate';

/** What is remembered of a failure of the disk. Plain JSON. */
export interface WriterFailure {
  /** The call that failed, such as `fsync`. */
  readonly operation: string;
  /** The system's own code, such as `EIO`. */
  readonly systemCode: string;
  /** When, in milliseconds of the clock that the engine uses for all events. */
  readonly atMs: number;
}

/** What is reported to {@link writerMachine}, or asked of it. */
export type WriterEvent =
  /** The directory is locked and recovered; writing can begin. */
  | { type: 'open.succeeded' }
  /** The segment is full, the next one is being made. */
  | { type: 'rotation.started' }
  /** Writing goes on in the new segment. */
  | { type: 'rotation.finished' }
  /** The disk refused the new segment; writing stays in the old one. */
  | { type: 'rotation.refused' }
  /** Written events are to be made durable, and nobody waits for it. */
  | { type: 'sync.requested' }
  /** The disk refused what has to be made before anything can be synced; nothing has changed. */
  | { type: 'sync.refused' }
  /** An fsync was issued for what was written up to now. */
  | { type: 'sync.started' }
  /** That fsync succeeded. */
  | { type: 'sync.finished' }
  /** An fsync that a caller waited for covered everything written, whoever asked for it. */
  | { type: 'sync.covered' }
  /** While inspected: so many events were written since this was last sent, 250 ms ago or more. */
  | { type: 'events.written'; events: number }
  /** The queue of submitted events now has this length. */
  | { type: 'queue.changed'; length: number }
  /** The disk refused to take more (`ENOSPC`, `EDQUOT`, `EFBIG`). */
  | { type: 'disk.filled' }
  /** The disk takes bytes again. */
  | { type: 'disk.freed' }
  /** A call failed in a way that leaves the file untrustworthy. */
  | ({ type: 'io.failed' } & WriterFailure)
  /** The restart policy allows a restart. */
  | { type: 'restart.allowed' }
  /** The restart policy allows no further restart. */
  | { type: 'restart.denied' }
  /** What was not durable was saved into a new segment; writing can go on. */
  | { type: 'restart.finished' }
  /** The restart failed as well. */
  | ({ type: 'restart.failed' } & WriterFailure)
  /** The store is to be closed, while this many submitted events are queued. */
  | { type: 'close.requested'; queued: number }
  /** What could be drained is written and synced, and the files are closed. */
  | { type: 'close.finished' };

/** What {@link writerMachine} is started with. All are integers. */
export interface WriterInput {
  /** Events the queue of `submit` holds, 1 or more. */
  readonly queueCapacity: number;
  /** Per cent of the capacity, 1 to 100, from which pressure is high. */
  readonly pressureRetryThresholdPct: number;
  /** Queued events that closing still writes, 0 or more. */
  readonly shutdownDrainLimit: number;
}

/** What {@link writerMachine} remembers. Plain JSON. */
export interface WriterContext extends WriterInput {
  /** Length of the queue as last reported; 0 again after a restart, until it is reported. */
  readonly queueLength: number;
  /** Queued events that closing still writes: the rest is refused. 0 until closing begins. */
  readonly drainable: number;
  /** Whether the disk refused to take more, and has not taken bytes since. */
  readonly diskFull: boolean;
  /** Restarts that succeeded. */
  readonly restarts: number;
  /** The last failure, also one that a restart has overcome. */
  readonly lastFailure: WriterFailure | null;
  /** Events written, as far as they were reported: only while somebody inspects. */
  readonly eventsSeen: number;
  /** Whether a sync was asked for after the running one was issued, which thus doesn't cover it. */
  readonly syncRequestedWhileRunning: boolean;
}

/**
 * Life of the store's writer: decides whether a write, a sync or a rotation may start, how much
 * pressure there is, what follows a failure, and how much of the queue closing still writes.
 *
 * The engine of the store sends every event, each a fact after it has acted; `restart.allowed` and
 * `restart.denied` pass on what {@link restartMachine} decided. An event that a state doesn't list
 * has no meaning there: the engine never sends it.
 */
export const writerMachine = setup({
  types: {} as { context: WriterContext; events: WriterEvent; input: WriterInput },
  guards: {
    // A full disk keeps the pressure full whatever the queue does.
    isFull: ({ context }, queue: { length: number }) =>
      context.diskFull || queue.length >= context.queueCapacity,
    isHigh: ({ context }, queue: { length: number }) => queue.length >= highFrom(context),
    diskIsFull: ({ context }) => context.diskFull,
    diskAndQueueAreFull: ({ context }) =>
      context.diskFull && context.queueLength >= context.queueCapacity,
    diskIsFullAndQueueHigh: ({ context }) =>
      context.diskFull && context.queueLength >= highFrom(context),
    syncWasRequestedWhileRunning: ({ context }) => context.syncRequestedWhileRunning,
  },
  actions: {
    beginAfresh: assign({
      queueLength: 0,
      diskFull: false,
      syncRequestedWhileRunning: false,
    }),
    rememberQueueLength: assign((_, queue: { length: number }) => ({ queueLength: queue.length })),
    rememberFullDisk: assign({ diskFull: true }),
    forgetFullDisk: assign({ diskFull: false }),
    rememberSyncRequest: assign({ syncRequestedWhileRunning: true }),
    forgetSyncRequest: assign({ syncRequestedWhileRunning: false }),
    rememberFailure: assign((_, { operation, systemCode, atMs }: WriterFailure) => ({
      lastFailure: { operation, systemCode, atMs },
    })),
    countEvents: assign(({ context }, written: { events: number }) => ({
      eventsSeen: context.eventsSeen + written.events,
    })),
    countRestart: assign({ restarts: ({ context }) => context.restarts + 1 }),
    limitDrain: assign(({ context }, queue: { length: number }) => ({
      drainable: Math.min(queue.length, context.shutdownDrainLimit),
    })),
  },
}).createMachine({
  id: 'writer',
  version: '1',
  description:
    'Life of the writer of a store. While it is ready, three things go on side by side: writing ' +
    'or rotating, syncing, and the pressure of the queue and the disk. A failure that leaves ' +
    'the file untrustworthy is followed by a restart, if the restart policy allows one, or by ' +
    '`dead`, in which reads go on. Closing drains a part of the queue first.',
  context: ({ input }) => ({
    queueCapacity: input.queueCapacity,
    pressureRetryThresholdPct: input.pressureRetryThresholdPct,
    shutdownDrainLimit: input.shutdownDrainLimit,
    queueLength: 0,
    drainable: 0,
    diskFull: false,
    restarts: 0,
    lastFailure: null,
    eventsSeen: 0,
    syncRequestedWhileRunning: false,
  }),
  initial: 'opening',
  states: {
    opening: {
      on: {
        'open.succeeded': { target: 'ready' },
      },
    },
    ready: {
      type: 'parallel',
      // Every region starts at its initial state, after a restart too: so must what they remember.
      entry: { type: 'beginAfresh' },
      on: {
        'io.failed': {
          target: 'failed',
          actions: { type: 'rememberFailure', params: ({ event }) => event },
        },
        'events.written': {
          actions: { type: 'countEvents', params: ({ event }) => ({ events: event.events }) },
        },
        'close.requested': {
          target: 'draining',
          actions: { type: 'limitDrain', params: ({ event }) => ({ length: event.queued }) },
        },
      },
      states: {
        writing: {
          initial: 'idle',
          states: {
            idle: {
              on: {
                'rotation.started': { target: 'rotating' },
              },
            },
            rotating: {
              on: {
                'rotation.finished': { target: 'idle' },
                'rotation.refused': { target: 'idle' },
              },
            },
          },
        },
        syncing: {
          initial: 'clean',
          states: {
            clean: {
              on: {
                'sync.requested': { target: 'due' },
                'sync.covered': { target: 'clean' },
              },
            },
            due: {
              on: {
                'sync.started': { target: 'running' },
                'sync.refused': { target: 'clean' },
                'sync.covered': { target: 'clean' },
              },
            },
            running: {
              on: {
                'sync.requested': { actions: { type: 'rememberSyncRequest' } },
                'sync.covered': { actions: { type: 'forgetSyncRequest' } },
                'sync.finished': [
                  {
                    guard: { type: 'syncWasRequestedWhileRunning' },
                    target: 'due',
                    actions: { type: 'forgetSyncRequest' },
                  },
                  { target: 'clean' },
                ],
              },
            },
          },
        },
        pressure: {
          initial: 'normal',
          on: {
            'queue.changed': [
              {
                guard: { type: 'isFull', params: ({ event }) => event },
                target: '.full',
                actions: { type: 'rememberQueueLength', params: ({ event }) => event },
              },
              {
                guard: { type: 'isHigh', params: ({ event }) => event },
                target: '.high',
                actions: { type: 'rememberQueueLength', params: ({ event }) => event },
              },
              {
                target: '.normal',
                actions: { type: 'rememberQueueLength', params: ({ event }) => event },
              },
            ],
            'disk.filled': { target: '.full', actions: { type: 'rememberFullDisk' } },
          },
          states: {
            normal: {},
            high: {},
            full: {
              on: {
                'disk.freed': [
                  {
                    guard: { type: 'diskAndQueueAreFull' },
                    actions: { type: 'forgetFullDisk' },
                  },
                  {
                    guard: { type: 'diskIsFullAndQueueHigh' },
                    target: 'high',
                    actions: { type: 'forgetFullDisk' },
                  },
                  {
                    guard: { type: 'diskIsFull' },
                    target: 'normal',
                    actions: { type: 'forgetFullDisk' },
                  },
                ],
              },
            },
          },
        },
      },
    },
    failed: {
      on: {
        'restart.allowed': { target: 'restarting' },
        'restart.denied': { target: 'dead' },
      },
    },
    restarting: {
      on: {
        'restart.finished': { target: 'ready', actions: { type: 'countRestart' } },
        'restart.failed': {
          target: 'dead',
          actions: { type: 'rememberFailure', params: ({ event }) => event },
        },
      },
    },
    draining: {
      on: {
        'close.finished': { target: 'closed' },
        'io.failed': {
          target: 'closed',
          actions: { type: 'rememberFailure', params: ({ event }) => event },
        },
      },
    },
    dead: {
      on: {
        // Nothing of the queue can be written any more: drainable stays 0.
        'close.requested': { target: 'closed' },
      },
    },
    closed: { type: 'final' },
  },
});

/** Queue length from which pressure is high. 1 at least, so that an empty queue never is. */
function highFrom(limits: WriterInput): number {
  return Math.max(1, Math.ceil((limits.queueCapacity * limits.pressureRetryThresholdPct) / 100));
}
