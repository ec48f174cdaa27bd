import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueuedTimer, TimerQueue } from '../../../../src/aggregates/runner/timer-queue.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

const timer = (dueAtUs: number, sequence: number, ordinal = 0): QueuedTimer => ({
  ...{ dueAtUs, sequence, ordinal, entity: 'e:1', key: `${sequence}:${ordinal}` },
});

function drained(queue: TimerQueue): string[] {
  const keys: string[] = [];
  for (let next = queue.first(); next !== undefined; next = queue.first()) {
    keys.push(next.key);
    queue.forget(next.key);
  }
  return keys;
}

describe('a queue of timers', () => {
  it('gives the timer that is due first, and of those that are due together the oldest', () => {
    const queue = new TimerQueue();
    for (const each of [timer(5, 2), timer(3, 4), timer(5, 1, 1), timer(5, 1), timer(9, 0)]) {
      queue.add(each);
    }
    expect(queue.size).toBe(5);
    expect(drained(queue)).toEqual(['4:0', '1:0', '1:1', '2:0', '0:0']);
    expect(queue.first()).toBeUndefined();
  });

  it('passes over what was forgotten, and knows nothing of others', () => {
    const queue = new TimerQueue();
    queue.add(timer(1, 1));
    queue.add(timer(2, 2));
    queue.forget('1:0');
    queue.forget('7:0');
    expect([queue.size, queue.first()?.key]).toEqual([1, '2:0']);
  });

  it('is in order whatever comes and goes', () => {
    const moves = fc.array(
      fc.record({ due: fc.integer({ min: 0, max: 20 }), forgets: fc.option(fc.nat(300)) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(moves, (list) => {
        const queue = new TimerQueue();
        const model = new Map<string, QueuedTimer>();
        for (const [sequence, { due, forgets }] of list.entries()) {
          const added = timer(due, sequence);
          queue.add(added);
          model.set(added.key, added);
          if (forgets === null) continue;
          queue.forget(`${forgets}:0`);
          model.delete(`${forgets}:0`);
        }
        const expected = [...model.values()]
          .sort((one, other) => one.dueAtUs - other.dueAtUs || one.sequence - other.sequence)
          .map(({ key }) => key);
        expect(queue.size).toBe(expected.length);
        expect(drained(queue)).toEqual(expected);
      }),
      propertyRuns(50),
    );
  });
});
