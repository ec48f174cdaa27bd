import { describe, expect, it } from 'vitest';
import { BatpakError } from '../../../src/model/errors/batpak-error.ts';
import { StoreLockedError } from '../../../src/model/errors/lifecycle-errors.ts';
import type { DirectoryLock, DirectoryLockOptions } from '../../../src/platform/directory-lock.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { SeededRandom } from '../../../src/platform/random.ts';
import { holds, LockHost, type LockTaker } from '../../support/lock-host.ts';

/** What the takers find. A process may be killed, or another one come, before each of its calls. */
const beginnings: Record<string, () => LockHost> = {
  'a directory without a lock': () => new LockHost(),
  'a stale lock': () => staleHost(),
  'a stale lock and a taker that died': () => abandonedTakeover(),
};

describe.each(Object.entries(beginnings))('the protocol of the lock on %s', (_, begin) => {
  it('lets the next process in, wherever a taker before it was killed', () => {
    forEveryCall(begin, (nth) => {
      const host = begin();
      killAt(host, nth);
      expect(holds(host.start().acquire())).toBe(true);
      expect(host.names()).toEqual(['LOCK']);
    });
  });

  it('lets the same process try again, whichever call failed', () => {
    forEveryCall(begin, (nth) => {
      const host = begin();
      const process = host.start();
      const plan = new FaultPlan(host.files).fail({ nth, code: 'EIO' });
      const lock = attempt(process, {}, plan) ?? process.acquire();
      expect(holds(lock)).toBe(true);
      lock.release();
      expect(host.names().filter((name) => name === 'LOCK')).toEqual([]);
    });
  });

  it('gives the lock to one of two, wherever the second comes between two calls', () => {
    forEveryCall(begin, (nth) => {
      const host = begin();
      const locks = interleaved(host, [nth]);
      expect(locks.filter(holds)).toHaveLength(1);
      expect(locks).toHaveLength(1);
      expect(host.names()).toEqual(['LOCK']);
    });
  });

  it('gives the lock on when the second released it, or was killed, between two calls', () => {
    for (const leave of ['release', 'end'] as const) {
      forEveryCall(begin, (nth) => {
        const host = begin();
        const plan = new FaultPlan(host.files).before({ nth }, () => {
          const second = host.start();
          const lock = attempt(second, {});
          if (leave === 'release') lock?.release();
          else second.process.end();
        });
        expect(holds(host.start().acquire({}, plan))).toBe(true);
        expect(host.names()).toEqual(['LOCK']);
      });
    }
  });

  it('lets nobody be judged by half a lock after power loss', () => {
    forEveryCall(begin, (nth) => {
      for (let seed = 0; seed < 10; seed += 1) {
        const host = begin();
        killAt(host, nth);
        const booted = new LockHost(host.files.afterPowerLoss(new SeededRandom(seed)), 100);
        expect(holds(booted.start({ bootId: 'boot-2' }).acquire())).toBe(true);
      }
    });
  });
});

// Seen from its second process, the third beginning is among what these two lead to.
describe.each(Object.entries(beginnings).slice(0, 2))('the protocol of three on %s', (_, begin) => {
  it('lets the next process in, wherever two takers before it were killed', () => {
    forEveryCall(begin, (firstDeath) => {
      forEveryCall(begin, (secondDeath) => {
        const host = begin();
        killAt(host, firstDeath);
        killAt(host, secondDeath);
        const lock = host.start().acquire();
        expect(holds(lock)).toBe(true);
        expect(host.names()).toEqual(['LOCK']);
      });
    });
  });

  it('gives the lock to one of three, each between the calls of the one before', () => {
    forEveryCall(begin, (first) => {
      forEveryCall(begin, (second) => {
        const host = begin();
        const locks = interleaved(host, [first, second]);
        expect(locks.filter(holds)).toHaveLength(1);
        expect(locks).toHaveLength(1);
      });
    });
  });
});

describe('the protocol of a forced lock', () => {
  it('replaces the lock of a living process, wherever another forces it too', () => {
    forEveryCall(staleHost, (nth) => {
      const host = new LockHost();
      const living = host.start().acquire();
      const locks: DirectoryLock[] = [];
      const plan = new FaultPlan(host.files).before({ nth }, () => {
        const lock = attempt(host.start(), { force: true });
        if (lock !== undefined) locks.push(lock);
      });
      const lock = attempt(host.start(), { force: true }, plan);
      if (lock !== undefined) locks.push(lock);
      expect(holds(living)).toBe(false);
      expect(locks.filter(holds)).toHaveLength(1);
    });
  });

  it('does not cross a living process that is taking over', () => {
    const host = staleHost();
    const plan = new FaultPlan(host.files);
    let refusal: unknown;
    plan.before({ operation: 'rename' }, () => {
      refusal = failureOfAttempt(host.start(), { force: true });
    });
    const taker = host.start();
    const lock = taker.acquire({}, plan);
    expect(refusal).toBeInstanceOf(StoreLockedError);
    expect(refusal).toMatchObject({ holder: { pid: taker.process.pid } });
    expect(holds(lock)).toBe(true);
  });
});

function staleHost(): LockHost {
  const host = new LockHost();
  host.leaveStaleLock();
  return host;
}

function abandonedTakeover(): LockHost {
  const host = staleHost();
  const dead = host.start();
  const plan = new FaultPlan(host.files).fail({ operation: 'rename', code: 'EIO' });
  plan.before({ operation: 'rename' }, () => plan.fail({ andLater: true, code: 'EIO' }));
  expect(attempt(dead, {}, plan)).toBeUndefined();
  dead.process.end();
  expect(host.names()).toHaveLength(3);
  return host;
}

/** Runs once for each call that a taker makes who is not disturbed after `begin`. */
function forEveryCall(begin: () => LockHost, run: (nth: number) => void): void {
  const host = begin();
  const plan = new FaultPlan(host.files);
  host.start().acquire({}, plan);
  expect(plan.count()).toBeGreaterThan(10);
  for (let nth = 1; nth <= plan.count(); nth += 1) run(nth);
}

/** Starts a process that takes the lock and dies before its nth call on files. */
function killAt(host: LockHost, nth: number): void {
  const dying = host.start();
  attempt(dying, {}, new FaultPlan(host.files).fail({ nth, andLater: true, code: 'EIO' }));
  dying.process.end();
}

/** Takers, each of which acts as a whole before a call of the one before it; the locks they get. */
function interleaved(host: LockHost, nths: readonly number[]): DirectoryLock[] {
  const [nth, ...rest] = nths;
  const locks: DirectoryLock[] = [];
  const plan = new FaultPlan(host.files);
  if (nth !== undefined) plan.before({ nth }, () => locks.push(...interleaved(host, rest)));
  const lock = attempt(host.start(), {}, plan);
  return lock === undefined ? locks : [...locks, lock];
}

/** The lock, or nothing when the process is refused or its disk fails. */
function attempt(
  process: LockTaker,
  options: DirectoryLockOptions,
  files?: FaultPlan,
): DirectoryLock | undefined {
  try {
    return process.acquire(options, files);
  } catch (failure) {
    if (failure instanceof BatpakError) return undefined;
    throw failure;
  }
}

function failureOfAttempt(process: LockTaker, options: DirectoryLockOptions): unknown {
  try {
    return process.acquire(options);
  } catch (failure) {
    return failure;
  }
}
