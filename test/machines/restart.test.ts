import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type RestartEvent, restartMachine } from '../../machines/restart.ts';
import type { RestartPolicy } from '../../src/model/restart-policy.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';
import { itIsWalkedWhole } from '../support/walked-machine.ts';

const events: readonly RestartEvent[] = [
  { type: 'io.failed', atMs: 0 },
  { type: 'io.failed', atMs: 60 },
  { type: 'io.failed', atMs: 100 },
  { type: 'restart.finished' },
  { type: 'restart.failed' },
];

const once: RestartPolicy = { type: 'once' };
const twiceIn100Ms: RestartPolicy = { type: 'bounded', maxRestarts: 2, withinMs: 100 };

function step(
  snapshot: SnapshotFrom<typeof restartMachine>,
  event: RestartEvent,
): SnapshotFrom<typeof restartMachine> {
  return transition(restartMachine, snapshot, event)[0];
}

/** What is decided on failures at these times, each allowed restart succeeding. */
function decisions(policy: RestartPolicy, ...failuresAtMs: number[]): string[] {
  let [snapshot] = initialTransition(restartMachine, { policy });
  return failuresAtMs.map((atMs) => {
    snapshot = step(snapshot, { type: 'io.failed', atMs });
    const decision = snapshot.value;
    if (decision === 'allowed') snapshot = step(snapshot, { type: 'restart.finished' });
    return decision;
  });
}

describe.each([
  { name: 'once', policy: once },
  { name: 'bounded', policy: twiceIn100Ms },
])('the restart machine with policy $name, walked', ({ policy }) => {
  const coverage = new CoverageOfMachine(restartMachine, { events, input: { policy } });

  it('has these states', () => {
    expect(statesOf(restartMachine)).toEqual(['healthy', 'deciding', 'allowed', 'exhausted']);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(restartMachine)).toEqual([
      'healthy + io.failed → deciding',
      'deciding + always [restartsAreLeft] → allowed',
      'deciding + always → exhausted',
      'allowed + restart.finished → healthy',
      'allowed + restart.failed → exhausted',
    ]);
  });

  itIsWalkedWhole(coverage);
});

describe('the policy once', () => {
  it('allows one restart and denies the next, however much later', () => {
    expect(decisions(once, 5)).toEqual(['allowed']);
    expect(decisions(once, 5, 6)).toEqual(['allowed', 'exhausted']);
    expect(decisions(once, 5, Number.MAX_SAFE_INTEGER)).toEqual(['allowed', 'exhausted']);
  });
});

describe('the policy bounded', () => {
  it('allows as many restarts in a window as it says', () => {
    expect(decisions(twiceIn100Ms, 0, 1, 2)).toEqual(['allowed', 'allowed', 'exhausted']);
  });

  it('still counts a failure one millisecond before the window ends', () => {
    expect(decisions(twiceIn100Ms, 1000, 1050, 1099)).toEqual(['allowed', 'allowed', 'exhausted']);
  });

  it('starts a new window with a failure at the very end of the old one', () => {
    expect(decisions(twiceIn100Ms, 1000, 1050, 1100)).toEqual(['allowed', 'allowed', 'allowed']);
  });

  it('counts from zero in a new window', () => {
    expect(decisions(twiceIn100Ms, 0, 99, 100, 101, 102)).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
      'exhausted',
    ]);
  });

  it('keeps the window fixed: a later restart does not prolong it', () => {
    // Sliding windows would still hold the restart at 90 when the failure at 150 is judged.
    expect(decisions(twiceIn100Ms, 0, 90, 150, 160)).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ]);
  });

  it('starts the next window with its first restart, not at a multiple of its length', () => {
    expect(decisions(twiceIn100Ms, 0, 150, 151, 249)).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'exhausted',
    ]);
    expect(decisions(twiceIn100Ms, 0, 150, 151, 250)).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ]);
  });

  it('allows none when it says zero', () => {
    const never: RestartPolicy = { type: 'bounded', maxRestarts: 0, withinMs: 100 };
    expect(decisions(never, 0)).toEqual(['exhausted']);
  });

  it('counts no window of zero length: every failure is allowed a restart', () => {
    const always: RestartPolicy = { type: 'bounded', maxRestarts: 1, withinMs: 0 };
    expect(decisions(always, 7, 7, 7)).toEqual(['allowed', 'allowed', 'allowed']);
  });

  it('takes a time before the window as inside it', () => {
    expect(decisions(twiceIn100Ms, 500, 400, 300)).toEqual(['allowed', 'allowed', 'exhausted']);
  });
});

describe('a restart that fails', () => {
  it('ends it for good, even with restarts left', () => {
    const [healthy] = initialTransition(restartMachine, { policy: twiceIn100Ms });
    const allowed = step(healthy, { type: 'io.failed', atMs: 0 });
    const ended = step(allowed, { type: 'restart.failed' });
    expect(ended.value).toBe('exhausted');
    expect(ended.status).toBe('done');
    expect(step(ended, { type: 'io.failed', atMs: 1000 }).value).toBe('exhausted');
  });
});
