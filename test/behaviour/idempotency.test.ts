import { defineEvent, item } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Paid = defineEvent<{ amount: number }>({ name: 'paid' });
const key = { idempotencyKey: 'pay-1' };

describe('a second write with the same key', () => {
  it('stores nothing and gives the first receipt', () => {
    const host = new StoreHost();
    const store = host.open();
    const first = store.append('a', Paid, { amount: 5 }, key);
    const before = host.content();
    const second = store.append('a', Paid, { amount: 5 }, key);
    expect(second.replayed).toBe(true);
    expect({ ...JSON.parse(JSON.stringify(second)), replayed: false }).toEqual(
      JSON.parse(JSON.stringify(first)),
    );
    expect(host.content()).toEqual(before);
    expect(store.eventCount).toBe(1);
  });

  it('does so after a reopen, a crash and in later segments', () => {
    const host = new StoreHost();
    const options = { segmentMaxBytes: 1 };
    const store = host.open(options);
    const { eventId } = store.append('a', Paid, { amount: 5 }, key);
    for (let index = 0; index < 5; index += 1) store.append('b', someKind, index);
    const killed = host.killed().open(options);
    expect(killed.append('a', Paid, { amount: 5 }, key)).toMatchObject({ eventId, replayed: true });
    store.close();
    const again = host.open(options);
    expect(again.append('a', Paid, { amount: 5 }, key)).toMatchObject({ eventId, replayed: true });
    expect(again.eventCount).toBe(6);
  });

  it('does so although what it expects no longer holds', () => {
    const store = new StoreHost().open();
    const options = { ...key, expected: 'none' } as const;
    const { eventId } = store.append('a', Paid, { amount: 5 }, options);
    expect(store.append('a', Paid, { amount: 5 }, options)).toMatchObject({
      eventId,
      replayed: true,
    });
    expect(
      thrownBy(() => store.append('a', Paid, { amount: 5 }, { expected: 'none' })),
    ).toMatchObject({ code: 'BATPAK_EXPECTATION_FAILED' });
  });

  it('does so in whatever scope, with whatever flags and cause', () => {
    const store = new StoreHost().open();
    const { eventId } = store.append({ entity: 'a', scope: 'x' }, Paid, { amount: 5 }, key);
    const again = store.append(
      { entity: 'a', scope: 'y' },
      Paid,
      { amount: 5 },
      {
        ...key,
        flags: 3,
        causationId: eventId,
      },
    );
    expect(again).toMatchObject({ eventId, replayed: true });
    expect(store.at(0)).toMatchObject({ scope: 'x', flags: 0, causationId: undefined });
  });

  it('is a conflict when it is another write', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', Paid, { amount: 5 }, key);
    const before = host.content();
    for (const [differs, write] of [
      ['entity', () => store.append('b', Paid, { amount: 5 }, key)],
      ['kind', () => store.append('a', someKind, { amount: 5 }, key)],
      ['payload', () => store.append('a', Paid, { amount: 6 }, key)],
    ] as const) {
      expect(thrownBy(write)).toMatchObject({
        code: 'BATPAK_IDEMPOTENCY_CONFLICT',
        idempotencyKey: 'pay-1',
        differs,
        sequence: 0,
        retryable: false,
      });
    }
    expect(host.content()).toEqual(before);
  });
});

describe('a key', () => {
  it('is found by its event', () => {
    const store = new StoreHost().open();
    const { eventId } = store.append('a', Paid, { amount: 5 }, key);
    expect(store.findByKey('pay-1')?.eventId).toBe(eventId);
    expect(store.findByKey('pay-2')).toBeUndefined();
  });

  it('is not spent by a write that failed', () => {
    const store = new StoreHost().open();
    thrownBy(() => store.append('a', Paid, { amount: 5 }, { ...key, expected: 'exists' }));
    expect(store.findByKey('pay-1')).toBeUndefined();
    expect(store.append('a', Paid, { amount: 6 }, key).replayed).toBe(false);
  });

  it('may be as long as is allowed, and is told apart by its last character', () => {
    const store = new StoreHost().open();
    const keys = ['x', 'y'].map((last) => 'ü'.repeat(1023) + last);
    for (const idempotencyKey of keys) {
      expect(store.append('a', someKind, 1, { idempotencyKey }).replayed).toBe(false);
    }
    expect(store.eventCount).toBe(2);
  });
});

describe('keys of a batch', () => {
  const items = ['k1', 'k2'].map((idempotencyKey, index) =>
    item('a', Paid, { amount: index }, { options: { idempotencyKey } }),
  );

  it('replay it whole, after a reopen too', () => {
    const host = new StoreHost();
    const store = host.open();
    const ids = store.appendBatch(items).map(({ eventId }) => eventId);
    store.close();
    const again = host.open();
    const receipts = again.appendBatch(items);
    expect(receipts.map(({ eventId, replayed }) => [eventId, replayed])).toEqual(
      ids.map((eventId) => [eventId, true]),
    );
    expect(again.eventCount).toBe(2);
  });

  it('replay a single append of one of its items', () => {
    const store = new StoreHost().open();
    const [, second] = store.appendBatch(items);
    expect(store.append('a', Paid, { amount: 1 }, { idempotencyKey: 'k2' })).toMatchObject({
      eventId: second?.eventId,
      replayed: true,
    });
  });

  it('are a conflict when only some of the items were stored before', () => {
    const store = new StoreHost().open();
    store.append('a', Paid, { amount: 0 }, { idempotencyKey: 'k1' });
    expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      cause: { code: 'BATPAK_IDEMPOTENCY_CONFLICT', differs: 'batch', sequence: 0 },
    });
    expect([store.eventCount, store.findByKey('k2')]).toEqual([1, undefined]);
  });

  it('name the item whose content differs', () => {
    const store = new StoreHost().open();
    store.appendBatch(items);
    const other = item('a', Paid, { amount: 7 }, { options: { idempotencyKey: 'k2' } });
    expect(thrownBy(() => store.appendBatch([...items.slice(0, 1), other]))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
      cause: { code: 'BATPAK_IDEMPOTENCY_CONFLICT', differs: 'payload', sequence: 1 },
    });
  });

  it('are used once', () => {
    const store = new StoreHost().open();
    const twice = [...items.slice(0, 1), ...items.slice(0, 1)];
    expect(thrownBy(() => store.appendBatch(twice))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
      cause: { code: 'BATPAK_ARGUMENT_RANGE', field: 'idempotencyKey' },
    });
    expect(store.eventCount).toBe(0);
  });
});
