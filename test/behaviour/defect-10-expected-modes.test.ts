import { type Expectation, ExpectationFailedError, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** A store in which the entity `a` has so many events. */
function storeWith(events: number): Store {
  const store = new StoreHost().open();
  for (let clock = 0; clock < events; clock += 1) store.append('a', someKind, clock);
  return store;
}

describe('what an append expects', () => {
  // By the number of events there are: the modes that hold. A clock of 0 is the first event's.
  const modes: readonly Expectation[] = ['none', 'exists', 'any', 0, 1, 2];
  const holding: readonly (readonly Expectation[])[] = [
    ['none', 'any'],
    ['exists', 'any', 0],
    ['exists', 'any', 1],
    ['exists', 'any', 2],
  ];

  for (const [events, held] of holding.entries()) {
    it(`holds for ${held.join(', ')} of an entity with ${events} events, and no other`, () => {
      for (const expected of modes) {
        const store = storeWith(events);
        const append = () => store.append('a', someKind, 'next', { expected });
        if (held.includes(expected)) {
          expect(append().clock, String(expected)).toBe(events);
          continue;
        }
        const thrown = thrownBy(append);
        expect(thrown, String(expected)).toBeInstanceOf(ExpectationFailedError);
        const actual = events === 0 ? undefined : events - 1;
        expect(thrown).toMatchObject({ entity: 'a', lane: 0, expected, actual, retryable: true });
        expect(store.eventCount).toBe(events);
      }
    });
  }

  it('tells an entity without events from one whose only event has clock 0', () => {
    expect(thrownBy(() => storeWith(0).append('a', someKind, 1, { expected: 0 }))).toMatchObject({
      expected: 0,
      actual: undefined,
    });
    expect(
      thrownBy(() => storeWith(1).append('a', someKind, 1, { expected: 'none' })),
    ).toMatchObject({ expected: 'none', actual: 0 });
  });

  it('lets one of many writers through that all saw the same clock', () => {
    const store = storeWith(1);
    const outcomes = Array.from({ length: 20 }, (_, index) =>
      store.tryAppend('a', someKind, index, { expected: 0 }),
    );
    expect(outcomes.filter(({ type }) => type === 'ok')).toHaveLength(1);
    expect(store.eventCount).toBe(2);
  });
});

describe('a retry of an append that expected something', () => {
  it('gets the receipt, as its key is judged first, in every mode', () => {
    for (const [events, expected] of [
      [0, 'none'],
      [1, 0],
      [1, 'exists'],
      [0, 'any'],
    ] as const) {
      const store = storeWith(events);
      const options = { expected, idempotencyKey: 'key' };
      const first = store.append('a', someKind, 'x', options);
      store.append('a', someKind, 'somebody else');
      expect(store.append('a', someKind, 'x', options), String(expected)).toMatchObject({
        eventId: first.eventId,
        clock: events,
        replayed: true,
      });
      const batch = [{ at: 'a', kind: someKind, payload: 'x', options }];
      expect(store.appendBatch(batch)[0]?.eventId).toBe(first.eventId);
      expect(store.submit('a', someKind, 'x', options).wait().eventId).toBe(first.eventId);
      expect(store.tryAppend('a', someKind, 'x', options).type).toBe('ok');
    }
  });

  it('is refused when what it expected never held', () => {
    const store = storeWith(1);
    const options = { expected: 'none', idempotencyKey: 'key' } as const;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(thrownBy(() => store.append('a', someKind, 'x', options))).toBeInstanceOf(
        ExpectationFailedError,
      );
    }
  });
});

describe('items of a batch', () => {
  it('see what the items before them leave', () => {
    const store = storeWith(0);
    const itemsExpecting = (...expectations: Expectation[]) =>
      expectations.map((expected) => ({
        at: 'a',
        kind: someKind,
        payload: null,
        options: { expected },
      }));
    expect(thrownBy(() => store.appendBatch(itemsExpecting('none', 'none')))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
      cause: { expected: 'none', actual: 0 },
    });
    const receipts = store.appendBatch(itemsExpecting('none', 0, 'exists', 2, 'any'));
    expect(receipts.map(({ clock }) => clock)).toEqual([0, 1, 2, 3, 4]);
  });
});
