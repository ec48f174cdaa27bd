import { describe, expect, it } from 'vitest';
import { ParkedEvents } from '../../../../src/delivery/worker/parked-events.ts';

describe('parked events', () => {
  it('are listed by their sequences, each once, with the failure of the last try', () => {
    const parked = new ParkedEvents([]);
    parked.park(7, 3, 100, new RangeError('no'));
    parked.park(2, 3, 101, 'text');
    parked.park(7, 3, 102, undefined);
    expect(parked.list).toEqual([
      { sequence: 2, tries: 3, parkedAtUs: 101, message: 'text' },
      { sequence: 7, tries: 3, parkedAtUs: 102, message: 'undefined' },
    ]);
    parked.triedAgain(2, new Error('again'));
    expect(parked.list[0]).toEqual({
      ...{ sequence: 2, tries: 4, parkedAtUs: 101, message: 'Error: again' },
    });
    expect([parked.has(2), parked.has(3)]).toEqual([true, false]);
  });

  it('cut long messages', () => {
    const parked = new ParkedEvents([]);
    parked.park(1, 1, 0, 'x'.repeat(5000));
    expect(parked.list[0]?.message).toHaveLength(1000);
  });

  it('are tried again in the order asked for, unless they are gone meanwhile', () => {
    const parked = new ParkedEvents([]);
    for (const sequence of [1, 2, 3]) parked.park(sequence, 1, 0, 'no');
    for (const sequence of [3, 1, 2, 3]) parked.retry(sequence);
    parked.drop(1);
    expect(parked.hasRetries).toBe(true);
    expect([parked.nextRetry(), parked.nextRetry(), parked.nextRetry()]).toEqual([3, 2, undefined]);
    expect(parked.hasRetries).toBe(false);
    parked.retry(2);
    parked.reset(parked.without(2));
    expect([parked.list.length, parked.nextRetry()]).toEqual([1, undefined]);
  });
});
