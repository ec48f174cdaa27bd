import { describe, expect, it } from 'vitest';
import { Restarts } from '../../../src/log/restarts.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import type { RestartPolicy } from '../../../src/model/restart-policy.ts';

/** Whether each of the failures is followed by a restart, which then succeeds. */
function allowed(policy: RestartPolicy, failuresAtMs: readonly number[]): boolean[] {
  const restarts = new Restarts(policy);
  return failuresAtMs.map((atMs) => {
    const answer = restarts.allows(atMs);
    if (answer) restarts.finished();
    return answer;
  });
}

describe('Restarts', () => {
  it('allows one for the life of a store, however late the second failure is', () => {
    expect(allowed({ type: 'once' }, [0, 1_000_000])).toEqual([true, false]);
  });

  it('allows so many in a window, and as many in the next one', () => {
    const policy: RestartPolicy = { type: 'bounded', maxRestarts: 2, withinMs: 100 };
    expect(allowed(policy, [0, 50, 100, 200])).toEqual([true, true, true, true]);
    expect(allowed(policy, [0, 50, 99])).toEqual([true, true, false]);
  });

  it('allows none when none are bounded', () => {
    expect(allowed({ type: 'bounded', maxRestarts: 0, withinMs: 100 }, [0])).toEqual([false]);
  });

  it('is asked nothing more after a restart that failed, or was denied', () => {
    const failed = new Restarts({ type: 'bounded', maxRestarts: 9, withinMs: 100 });
    failed.allows(0);
    failed.failed();
    expect(() => failed.allows(1)).toThrow(AssertionFailure);
    const denied = new Restarts({ type: 'bounded', maxRestarts: 0, withinMs: 100 });
    denied.allows(0);
    expect(() => denied.allows(1)).toThrow(AssertionFailure);
  });
});
