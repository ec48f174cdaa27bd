import { assign, setup } from 'xstate';

/** What is asked of a worker, or reported to {@link cursorWorkerMachine}. */
export type CursorWorkerEvent =
  /** Events were read, and are in hand. */
  | { type: 'batch.read' }
  /** Many events were looked at, and none is of the region: where it stands is worth keeping. */
  | { type: 'events.passed' }
  /** There is nothing to do until more events are visible. */
  | { type: 'events.exhausted' }
  /** More may be visible, or a parked event is to be tried again. */
  | { type: 'events.arrived' }
  /** The handler is through with the batch. */
  | { type: 'batch.handled' }
  /**
   * The handler failed on the batch in hand, of so many events, the last of which has this
   * sequence. So many are parked already; `again` is set for one of them that was tried again.
   */
  | {
      type: 'handler.failed';
      events: number;
      lastSequence: number;
      parked: number;
      again: boolean;
    }
  /** Something is in the way that passes by itself: a full disk, an open fence. */
  | { type: 'work.obstructed' }
  /** Reading, keeping the position, or the store that the handler writes to, failed. */
  | { type: 'work.failed' }
  /** The event in hand is left aside. */
  | { type: 'event.parked' }
  /** Position and parked events are on the disk. */
  | { type: 'checkpoint.written' }
  /** The time to wait after a failure is over. */
  | { type: 'delay.passed' }
  /** The restart policy allows another attempt, and the last checkpoint was gone back to. */
  | { type: 'restart.allowed' }
  /** The restart policy allows no more. */
  | { type: 'restart.denied' }
  /** The worker is to end when the handler has answered. */
  | { type: 'stop.requested' };

/** What {@link cursorWorkerMachine} is started with. */
export interface CursorWorkerInput {
  /** How often an event is tried before it is parked. */
  readonly maxTries: number;
  /** How many events may be parked; one more ends the worker. */
  readonly maxParked: number;
}

/** What {@link cursorWorkerMachine} remembers. Plain JSON. */
export interface CursorWorkerContext {
  readonly maxTries: number;
  readonly maxParked: number;
  /** Failed tries of the event in hand, since it is handed out by itself. */
  readonly tries: number;
  /** Failures of any sort in a row, which the time to wait grows with. */
  readonly failures: number;
  /** Up to this sequence events are handed out one by one, to find the one that fails. */
  readonly singlyThrough: number | null;
}

/**
 * One worker of a cursor: decides what follows a failure, and when it has ended. The engine reads,
 * calls the handler and writes checkpoints, and tells how that went.
 */
export const cursorWorkerMachine = setup({
  types: {} as {
    context: CursorWorkerContext;
    events: CursorWorkerEvent;
    input: CursorWorkerInput;
  },
  guards: {
    isAgain: (_, failure: { again: boolean }) => failure.again,
    isOneOfSeveral: (_, failure: { events: number }) => failure.events > 1,
    triesAreLeft: ({ context }) => context.tries + 1 < context.maxTries,
    roomIsLeft: ({ context }, failure: { parked: number }) => failure.parked < context.maxParked,
  },
  actions: {
    countFailure: assign(({ context }) => ({ failures: context.failures + 1 })),
    countTry: assign(({ context }) => ({
      tries: context.tries + 1,
      failures: context.failures + 1,
    })),
    handOutSingly: assign(({ context }, failure: { lastSequence: number }) => ({
      singlyThrough: failure.lastSequence,
      failures: context.failures + 1,
      tries: 0,
    })),
    forgetTries: assign({ tries: 0 }),
    forgetFailures: assign({ tries: 0, failures: 0 }),
  },
}).createMachine({
  id: 'cursor-worker',
  version: '1',
  description:
    'One worker of a cursor, at least once. A batch that fails is handed out again one event at ' +
    'a time; an event that fails `maxTries` times is parked, and the worker goes on behind it. ' +
    'What is not the fault of an event is followed by a restart from the last checkpoint, as ' +
    'often as the policy allows. Asked to stop, it waits for the handler, keeps what that has ' +
    'done, and ends.',
  context: ({ input }) => ({ ...input, tries: 0, failures: 0, singlyThrough: null }),
  initial: 'polling',
  states: {
    polling: {
      on: {
        'batch.read': { target: 'handling' },
        'events.passed': { target: 'checkpointing' },
        'events.exhausted': { target: 'waiting' },
        'work.failed': { target: 'restarting', actions: { type: 'countFailure' } },
        'stop.requested': { target: 'stopped' },
      },
    },
    handling: {
      initial: 'steady',
      on: {
        'work.obstructed': {
          target: 'waiting.backingOff',
          actions: { type: 'countFailure' },
        },
        'work.failed': { target: 'restarting', actions: { type: 'countFailure' } },
      },
      states: {
        steady: {
          on: {
            'batch.handled': {
              target: '#cursor-worker.checkpointing',
              actions: { type: 'forgetFailures' },
            },
            'handler.failed': [
              {
                guard: { type: 'isAgain', params: ({ event }) => ({ again: event.again }) },
                target: '#cursor-worker.checkpointing',
              },
              {
                guard: {
                  type: 'isOneOfSeveral',
                  params: ({ event }) => ({ events: event.events }),
                },
                target: '#cursor-worker.waiting.backingOff',
                actions: {
                  type: 'handOutSingly',
                  params: ({ event }) => ({ lastSequence: event.lastSequence }),
                },
              },
              {
                guard: 'triesAreLeft',
                target: '#cursor-worker.waiting.backingOff',
                actions: { type: 'countTry' },
              },
              {
                guard: { type: 'roomIsLeft', params: ({ event }) => ({ parked: event.parked }) },
                target: '#cursor-worker.parking',
              },
              { target: '#cursor-worker.exhausted' },
            ],
            'stop.requested': { target: 'ending' },
          },
        },
        ending: {
          on: {
            'batch.handled': { target: '#cursor-worker.checkpointing.ending' },
            'handler.failed': { target: '#cursor-worker.stopped' },
            'work.obstructed': { target: '#cursor-worker.stopped' },
            'work.failed': { target: '#cursor-worker.stopped' },
          },
        },
      },
    },
    parking: {
      on: {
        'event.parked': { target: 'checkpointing', actions: { type: 'forgetFailures' } },
      },
    },
    checkpointing: {
      initial: 'steady',
      states: {
        steady: {
          on: {
            'checkpoint.written': { target: '#cursor-worker.polling' },
            'work.obstructed': {
              target: '#cursor-worker.waiting.backingOff',
              actions: { type: 'countFailure' },
            },
            'work.failed': {
              target: '#cursor-worker.restarting',
              actions: { type: 'countFailure' },
            },
            'stop.requested': { target: 'ending' },
          },
        },
        ending: {
          on: {
            'checkpoint.written': { target: '#cursor-worker.stopped' },
            'work.obstructed': { target: '#cursor-worker.stopped' },
            'work.failed': { target: '#cursor-worker.stopped' },
          },
        },
      },
    },
    waiting: {
      initial: 'idle',
      on: { 'stop.requested': { target: 'stopped' } },
      states: {
        idle: { on: { 'events.arrived': { target: '#cursor-worker.polling' } } },
        backingOff: { on: { 'delay.passed': { target: '#cursor-worker.polling' } } },
      },
    },
    restarting: {
      on: {
        'restart.allowed': { target: 'waiting.backingOff', actions: { type: 'forgetTries' } },
        'restart.denied': { target: 'exhausted' },
      },
    },
    stopped: { type: 'final' },
    exhausted: { type: 'final' },
  },
});
