import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type WriterEvent, type WriterInput, writerMachine } from '../../machines/writer.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';
import { itIsWalkedWhole } from '../support/walked-machine.ts';

type Writer = SnapshotFrom<typeof writerMachine>;

/** High from 3 queued events, full from 4. */
const input: WriterInput = {
  queueCapacity: 4,
  pressureRetryThresholdPct: 75,
  shutdownDrainLimit: 3,
};

const failed = { operation: 'fsync', systemCode: 'EIO', atMs: 17 };

const events: readonly WriterEvent[] = [
  { type: 'open.succeeded' },
  { type: 'rotation.started' },
  { type: 'rotation.finished' },
  { type: 'rotation.refused' },
  { type: 'sync.requested' },
  { type: 'sync.started' },
  { type: 'sync.finished' },
  { type: 'sync.covered' },
  { type: 'sync.refused' },
  { type: 'events.written', events: 5 },
  { type: 'queue.changed', length: 2 },
  { type: 'queue.changed', length: 3 },
  { type: 'queue.changed', length: 4 },
  { type: 'disk.filled' },
  { type: 'disk.freed' },
  { type: 'io.failed', ...failed },
  { type: 'restart.allowed' },
  { type: 'restart.denied' },
  { type: 'restart.finished' },
  { type: 'restart.failed', operation: 'write', systemCode: 'EIO', atMs: 18 },
  { type: 'close.requested', queued: 2 },
  { type: 'close.finished' },
];

/** The writer after the events. */
function writerAfter(limits: WriterInput, ...sent: WriterEvent[]): Writer {
  let [snapshot] = initialTransition(writerMachine, limits);
  for (const event of sent) [snapshot] = transition(writerMachine, snapshot, event);
  return snapshot;
}

/** A ready writer after the events. */
function ready(...sent: WriterEvent[]): Writer {
  return writerAfter(input, { type: 'open.succeeded' }, ...sent);
}

function regions(writing: string, syncing: string, pressure: string): unknown {
  return { ready: { writing, syncing, pressure } };
}

describe('the writer machine, walked', () => {
  const coverage = new CoverageOfMachine(writerMachine, {
    events,
    input,
    // What is counted grows without end, and no guard asks for it or for the failure.
    identify: ({ value, context }) => ({
      ...{ value, ...context, restarts: 0, lastFailure: null },
      eventsSeen: Math.min(context.eventsSeen, 5),
    }),
  });

  it('has these states', () => {
    expect(statesOf(writerMachine)).toEqual([
      'opening',
      'ready',
      'ready.writing',
      'ready.writing.idle',
      'ready.writing.rotating',
      'ready.syncing',
      'ready.syncing.clean',
      'ready.syncing.due',
      'ready.syncing.running',
      'ready.pressure',
      'ready.pressure.normal',
      'ready.pressure.high',
      'ready.pressure.full',
      'failed',
      'restarting',
      'draining',
      'dead',
      'closed',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(writerMachine)).toEqual([
      'opening + open.succeeded → ready',
      'ready + io.failed → failed',
      'ready + events.written → (stays)',
      'ready + close.requested → draining',
      'ready.writing.idle + rotation.started → ready.writing.rotating',
      'ready.writing.rotating + rotation.finished → ready.writing.idle',
      'ready.writing.rotating + rotation.refused → ready.writing.idle',
      'ready.syncing.clean + sync.requested → ready.syncing.due',
      'ready.syncing.clean + sync.covered → ready.syncing.clean',
      'ready.syncing.due + sync.started → ready.syncing.running',
      'ready.syncing.due + sync.refused → ready.syncing.clean',
      'ready.syncing.due + sync.covered → ready.syncing.clean',
      'ready.syncing.running + sync.requested → (stays)',
      'ready.syncing.running + sync.covered → (stays)',
      'ready.syncing.running + sync.finished [syncWasRequestedWhileRunning] → ready.syncing.due',
      'ready.syncing.running + sync.finished → ready.syncing.clean',
      'ready.pressure + queue.changed [isFull] → ready.pressure.full',
      'ready.pressure + queue.changed [isHigh] → ready.pressure.high',
      'ready.pressure + queue.changed → ready.pressure.normal',
      'ready.pressure + disk.filled → ready.pressure.full',
      'ready.pressure.full + disk.freed [diskAndQueueAreFull] → (stays)',
      'ready.pressure.full + disk.freed [diskIsFullAndQueueHigh] → ready.pressure.high',
      'ready.pressure.full + disk.freed [diskIsFull] → ready.pressure.normal',
      'failed + restart.allowed → restarting',
      'failed + restart.denied → dead',
      'restarting + restart.finished → ready',
      'restarting + restart.failed → dead',
      'draining + close.finished → closed',
      'draining + io.failed → closed',
      'dead + close.requested → closed',
    ]);
  });

  itIsWalkedWhole(coverage);

  it('never lets the pressure differ from what queue and disk say', () => {
    const seen = new Set<string>();
    for (const { after: probed } of coverage.probes) {
      const { pressure } = probed.value.ready ?? {};
      if (pressure === undefined) continue;
      const { queueLength, diskFull } = probed.context;
      const expected = diskFull || queueLength >= 4 ? 'full' : queueLength >= 3 ? 'high' : 'normal';
      expect({ queueLength, diskFull, pressure }).toEqual({
        queueLength,
        diskFull,
        pressure: expected,
      });
      seen.add(pressure);
    }
    expect([...seen].sort()).toEqual(['full', 'high', 'normal']);
  });
});

describe('a writer that opens', () => {
  it('is ready with all regions at rest', () => {
    expect(ready().value).toEqual(regions('idle', 'clean', 'normal'));
  });
});

describe('writing', () => {
  it('is counted as far as it is reported', () => {
    const counted = ready(
      { type: 'events.written', events: 5 },
      { type: 'rotation.started' },
      { type: 'events.written', events: 2 },
    );
    expect(counted.context.eventsSeen).toBe(7);
    expect(counted.value).toEqual(regions('rotating', 'clean', 'normal'));
  });

  it('rotates beside a sync', () => {
    const rotating: WriterEvent = { type: 'rotation.started' };
    expect(ready({ type: 'sync.requested' }, { type: 'sync.started' }, rotating).value).toEqual(
      regions('rotating', 'running', 'normal'),
    );
  });

  it('stays ready when the disk refuses a rotation', () => {
    expect(ready({ type: 'rotation.started' }, { type: 'rotation.refused' }).value).toEqual(
      regions('idle', 'clean', 'normal'),
    );
  });
});

describe('syncing', () => {
  const running: readonly WriterEvent[] = [{ type: 'sync.requested' }, { type: 'sync.started' }];

  it('is clean after a sync', () => {
    const synced = ready(...running, { type: 'sync.finished' });
    expect(synced.value).toEqual(regions('idle', 'clean', 'normal'));
  });

  it('is due again when a sync was requested while one ran, however often', () => {
    const asked = ready(...running, { type: 'sync.requested' }, { type: 'sync.requested' });
    expect(asked.value).toEqual(regions('idle', 'running', 'normal'));
    expect(asked.context.syncRequestedWhileRunning).toBe(true);
    const [due] = transition(writerMachine, asked, { type: 'sync.finished' });
    expect(due.value).toEqual(regions('idle', 'due', 'normal'));
    expect(due.context.syncRequestedWhileRunning).toBe(false);
  });

  it('is clean again when the disk refuses what has to be made first', () => {
    const refused = ready({ type: 'sync.requested' }, { type: 'sync.refused' });
    expect(refused.value).toEqual(regions('idle', 'clean', 'normal'));
  });

  it('is clean after a sync that was waited for, whether or not one was asked for', () => {
    const covered: WriterEvent = { type: 'sync.covered' };
    expect(ready(covered).value).toEqual(regions('idle', 'clean', 'normal'));
    expect(ready({ type: 'sync.requested' }, covered).value).toEqual(
      regions('idle', 'clean', 'normal'),
    );
  });

  it('runs on when another sync has covered what was requested meanwhile', () => {
    const asked: WriterEvent = { type: 'sync.requested' };
    const covered = ready(...running, asked, { type: 'sync.covered' });
    expect(covered.value).toEqual(regions('idle', 'running', 'normal'));
    const [clean] = transition(writerMachine, covered, { type: 'sync.finished' });
    expect(clean.value).toEqual(regions('idle', 'clean', 'normal'));
  });

  it('forgets the request once it was served', () => {
    const twice = ready(
      ...running,
      { type: 'sync.requested' },
      { type: 'sync.finished' },
      { type: 'sync.started' },
      { type: 'sync.finished' },
    );
    expect(twice.value).toEqual(regions('idle', 'clean', 'normal'));
  });
});

describe('a failure', () => {
  it('is remembered with its operation, code and time only', () => {
    const afterwards = ready({ type: 'io.failed', ...failed });
    expect(afterwards.value).toBe('failed');
    expect(afterwards.context.lastFailure).toStrictEqual(failed);
  });

  it('is followed by the restart that is allowed, into regions at rest', () => {
    const busy: readonly WriterEvent[] = [
      { type: 'rotation.started' },
      { type: 'sync.requested' },
      { type: 'sync.started' },
      { type: 'sync.requested' },
      { type: 'queue.changed', length: 4 },
      { type: 'disk.filled' },
    ];
    const before = ready(...busy);
    expect(before.value).toEqual(regions('rotating', 'running', 'full'));
    const restarted = ready(
      ...busy,
      { type: 'io.failed', ...failed },
      { type: 'restart.allowed' },
      { type: 'restart.finished' },
    );
    expect(restarted.value).toEqual(regions('idle', 'clean', 'normal'));
    expect(restarted.context).toStrictEqual({
      ...input,
      queueLength: 0,
      drainable: 0,
      diskFull: false,
      restarts: 1,
      lastFailure: failed,
      eventsSeen: 0,
      syncRequestedWhileRunning: false,
    });
  });

  it('counts restarts that finished, and no other', () => {
    const once: readonly WriterEvent[] = [
      { type: 'io.failed', ...failed },
      { type: 'restart.allowed' },
      { type: 'restart.finished' },
    ];
    expect(ready(...once, ...once).context.restarts).toBe(2);
    expect(ready(...once, ...once.slice(0, 2)).context.restarts).toBe(1);
  });

  it('is the end when no restart is allowed', () => {
    const dead = ready({ type: 'io.failed', ...failed }, { type: 'restart.denied' });
    expect(dead.value).toBe('dead');
    expect(dead.status).toBe('active');
  });

  it('is the end when the restart fails too, whose failure is remembered', () => {
    const second = { operation: 'write', systemCode: 'EROFS', atMs: 18 };
    const dead = ready(
      { type: 'io.failed', ...failed },
      { type: 'restart.allowed' },
      { type: 'restart.failed', ...second },
    );
    expect(dead.value).toBe('dead');
    expect(dead.context.lastFailure).toStrictEqual(second);
    expect(dead.context.restarts).toBe(0);
  });
});

describe('closing', () => {
  it.each([
    [0, 0],
    [2, 2],
    [3, 3],
    [4, 3],
  ])('of %i queued events drains %i when the limit is 3', (queued, drainable) => {
    const closing = ready({ type: 'close.requested', queued });
    expect(closing.value).toBe('draining');
    expect(closing.context.drainable).toBe(drainable);
  });

  it('drains nothing when the limit is 0', () => {
    const closing = writerAfter(
      { ...input, shutdownDrainLimit: 0 },
      { type: 'open.succeeded' },
      { type: 'close.requested', queued: 9 },
    );
    expect(closing.context.drainable).toBe(0);
  });

  it('drains nothing when the writer is dead', () => {
    const closed = ready(
      { type: 'io.failed', ...failed },
      { type: 'restart.denied' },
      { type: 'close.requested', queued: 3 },
    );
    expect(closed.value).toBe('closed');
    expect(closed.context.drainable).toBe(0);
  });

  it('ends the machine', () => {
    const closed = ready({ type: 'close.requested', queued: 1 }, { type: 'close.finished' });
    expect(closed.value).toBe('closed');
    expect(closed.status).toBe('done');
  });

  it('ends the machine on a failure too, which is remembered and not restarted', () => {
    const closed = ready(
      { type: 'close.requested', queued: 1 },
      { type: 'io.failed', ...failed },
      { type: 'restart.allowed' },
    );
    expect(closed.value).toBe('closed');
    expect(closed.context.lastFailure).toStrictEqual(failed);
  });
});
