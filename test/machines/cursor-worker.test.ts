import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type CursorWorkerEvent, cursorWorkerMachine } from '../../machines/cursor-worker.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';
import { itIsWalkedWhole } from '../support/walked-machine.ts';

const input = { maxTries: 2, maxParked: 1 };
const failed = {
  type: 'handler.failed',
  events: 1,
  lastSequence: 7,
  parked: 0,
  again: false,
} as const;
const events: readonly CursorWorkerEvent[] = [
  { type: 'batch.read' },
  { type: 'events.passed' },
  { type: 'events.exhausted' },
  { type: 'events.arrived' },
  { type: 'batch.handled' },
  failed,
  { ...failed, events: 3 },
  { ...failed, again: true },
  { ...failed, parked: 1 },
  { type: 'work.obstructed' },
  { type: 'work.failed' },
  { type: 'event.parked' },
  { type: 'checkpoint.written' },
  { type: 'delay.passed' },
  { type: 'restart.allowed' },
  { type: 'restart.denied' },
  { type: 'stop.requested' },
];

type Snapshot = SnapshotFrom<typeof cursorWorkerMachine>;

function stateAfter(...sent: CursorWorkerEvent[]): Snapshot {
  let [snapshot] = initialTransition(cursorWorkerMachine, input);
  for (const event of sent) [snapshot] = transition(cursorWorkerMachine, snapshot, event);
  return snapshot;
}

const read = { type: 'batch.read' } as const;
const passed = { type: 'delay.passed' } as const;
const stop = { type: 'stop.requested' } as const;

describe('the cursor worker machine, walked', () => {
  const coverage = new CoverageOfMachine(cursorWorkerMachine, {
    events,
    input,
    // A number that grows with each failure tells no two places apart.
    identify: ({ value, context }) => ({ value, ...context, failures: 0 }),
  });

  it('has these states', () => {
    expect(statesOf(cursorWorkerMachine)).toEqual([
      'polling',
      'handling',
      'handling.steady',
      'handling.ending',
      'parking',
      'checkpointing',
      'checkpointing.steady',
      'checkpointing.ending',
      'waiting',
      'waiting.idle',
      'waiting.backingOff',
      'restarting',
      'stopped',
      'exhausted',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(cursorWorkerMachine)).toEqual([
      'polling + batch.read → handling',
      'polling + events.passed → checkpointing',
      'polling + events.exhausted → waiting',
      'polling + work.failed → restarting',
      'polling + stop.requested → stopped',
      'handling + work.obstructed → waiting.backingOff',
      'handling + work.failed → restarting',
      'handling.steady + batch.handled → checkpointing',
      'handling.steady + handler.failed [isAgain] → checkpointing',
      'handling.steady + handler.failed [isOneOfSeveral] → waiting.backingOff',
      'handling.steady + handler.failed [triesAreLeft] → waiting.backingOff',
      'handling.steady + handler.failed [roomIsLeft] → parking',
      'handling.steady + handler.failed → exhausted',
      'handling.steady + stop.requested → handling.ending',
      'handling.ending + batch.handled → checkpointing.ending',
      'handling.ending + handler.failed → stopped',
      'handling.ending + work.obstructed → stopped',
      'handling.ending + work.failed → stopped',
      'parking + event.parked → checkpointing',
      'checkpointing.steady + checkpoint.written → polling',
      'checkpointing.steady + work.obstructed → waiting.backingOff',
      'checkpointing.steady + work.failed → restarting',
      'checkpointing.steady + stop.requested → checkpointing.ending',
      'checkpointing.ending + checkpoint.written → stopped',
      'checkpointing.ending + work.obstructed → stopped',
      'checkpointing.ending + work.failed → stopped',
      'waiting + stop.requested → stopped',
      'waiting.idle + events.arrived → polling',
      'waiting.backingOff + delay.passed → polling',
      'restarting + restart.allowed → waiting.backingOff',
      'restarting + restart.denied → exhausted',
    ]);
  });

  itIsWalkedWhole(coverage);
});

describe('a cursor worker', () => {
  it('hands out the events of a batch that failed one by one', () => {
    const snapshot = stateAfter(read, { ...failed, events: 3, lastSequence: 9 });
    expect(snapshot.value).toEqual({ waiting: 'backingOff' });
    expect(snapshot.context).toMatchObject({ singlyThrough: 9, tries: 0, failures: 1 });
  });

  it('parks an event when it has failed as often as it may', () => {
    const once = stateAfter(read, failed);
    expect([once.value, once.context.tries]).toEqual([{ waiting: 'backingOff' }, 1]);
    const twice = stateAfter(read, failed, passed, read, failed);
    expect(twice.value).toBe('parking');
    const parked = stateAfter(read, failed, passed, read, failed, { type: 'event.parked' });
    expect(parked.value).toEqual({ checkpointing: 'steady' });
    expect(parked.context).toMatchObject({ tries: 0, failures: 0 });
  });

  it('gives up when no more events may be parked', () => {
    const full = { ...failed, parked: 1 };
    expect(stateAfter(read, full, passed, read, full).value).toBe('exhausted');
  });

  it('forgets failures with the first success', () => {
    const snapshot = stateAfter(read, failed, passed, read, { type: 'batch.handled' });
    expect(snapshot.context).toMatchObject({ tries: 0, failures: 0 });
  });

  it('counts what obstructs it for the waiting, and against no event', () => {
    const { context } = stateAfter(read, { type: 'work.obstructed' }, passed, read, {
      type: 'work.obstructed',
    });
    expect(context).toMatchObject({ tries: 0, failures: 2 });
  });

  it('parks nothing anew when a parked event fails again', () => {
    const again = { ...failed, again: true, parked: 1 };
    expect(stateAfter(read, again).value).toEqual({ checkpointing: 'steady' });
  });

  it('ends when the handler has answered and what it did is kept', () => {
    expect(stateAfter(read, stop).value).toEqual({ handling: 'ending' });
    const handled = stateAfter(read, stop, { type: 'batch.handled' });
    expect(handled.value).toEqual({ checkpointing: 'ending' });
    expect(
      stateAfter(read, stop, { type: 'batch.handled' }, { type: 'checkpoint.written' }).value,
    ).toBe('stopped');
    expect(stateAfter(read, stop, failed).value).toBe('stopped');
  });

  it('ends at once where nothing is in hand', () => {
    expect(stateAfter(stop).value).toBe('stopped');
    expect(stateAfter({ type: 'events.exhausted' }, stop).value).toBe('stopped');
    expect(stateAfter(read, failed, stop).value).toBe('stopped');
  });
});
