import { describe, expect, it } from 'vitest';
import { DurableWaiters } from '../../../src/log/durable-waiters.ts';

function given(...counts: readonly number[]) {
  const waiters = new DurableWaiters();
  const told: [number, unknown][] = [];
  for (const events of counts) waiters.add(events, (failure) => told.push([events, failure]));
  return { waiters, told };
}

describe('DurableWaiters', () => {
  it('tells those whose events are durable, in the order in which they came, and once', () => {
    const { waiters, told } = given(3, 1, 2, 3);
    waiters.settle(2, undefined);
    expect(told).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
    waiters.settle(3, undefined);
    waiters.settle(3, undefined);
    expect(told.slice(2)).toEqual([
      [3, undefined],
      [3, undefined],
    ]);
  });

  it('tells a failure to those it is about, and leaves the others waiting', () => {
    const { waiters, told } = given(1, 2);
    const failure = new Error('planned');
    waiters.settle(1, failure);
    expect(told).toEqual([[1, failure]]);
    waiters.settle(2, undefined);
    expect(told[1]).toEqual([2, undefined]);
  });

  it('keeps whoever comes back to wait for more while it is told', () => {
    const { waiters, told } = given();
    waiters.add(1, () => {
      waiters.add(1, () => told.push([1, 'again']));
      waiters.add(2, () => told.push([2, 'more']));
    });
    waiters.settle(1, undefined);
    expect(told).toEqual([]);
    waiters.settle(2, undefined);
    expect(told).toEqual([
      [1, 'again'],
      [2, 'more'],
    ]);
  });
});
