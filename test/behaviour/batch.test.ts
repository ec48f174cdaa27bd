import { type BatchItem, defineEvent, item, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Placed = defineEvent<{ total: number }>({ name: 'placed' });
const event = (at: string, more: Partial<BatchItem> = {}): BatchItem => ({
  at,
  kind: someKind,
  payload: at,
  ...more,
});

describe('a batch', () => {
  it('stores its items in order, across entities, and answers in that order', () => {
    const store = new StoreHost().open();
    appendSome(store, 1, 'a');
    const receipts = store.appendBatch([event('b'), event('a'), event('b')]);
    expect(
      receipts.map(({ sequence, clock, durability }) => [sequence, clock, durability]),
    ).toEqual([
      [1, 0, 'durable'],
      [2, 1, 'durable'],
      [3, 1, 'durable'],
    ]);
    for (const { eventId, sequence, hash } of receipts) {
      const stored = store.get(eventId);
      expect(stored?.sequence).toBe(sequence);
      expect(Buffer.from(stored?.hash ?? [])).toEqual(Buffer.from(hash ?? []));
    }
    expect(store.verify()).toMatchObject({ ok: true, events: 4, entities: 2 });
  });

  it('takes items of a definition as of a kind, with flags and extensions', () => {
    const store = new StoreHost().open();
    store.appendBatch([
      item('a', Placed, { total: 5 }, { options: { flags: 9 } }),
      event('a', { options: { extensions: { n: new Uint8Array([1]) } } }),
    ]);
    expect(store.at(0)).toMatchObject({ name: 'placed', flags: 9, payloadVersion: 1 });
    expect(store.at(1)?.extensions.get('n')).toEqual(new Uint8Array([1]));
  });

  it('names the cause of an item by its place in the batch, or by an id', () => {
    const store = new StoreHost().open();
    const [earlier] = appendSome(store, 1, 'a');
    const [first, second, third] = store.appendBatch([
      event('a', { causation: earlier?.eventId ?? '' }),
      event('b', { causation: { item: 0 } }),
      event('c', { causation: { item: 0 } }),
    ]);
    expect(store.get(first?.eventId ?? '')?.causationId).toBe(earlier?.eventId);
    expect(store.get(second?.eventId ?? '')?.causationId).toBe(first?.eventId);
    expect(store.get(third?.eventId ?? '')?.causationId).toBe(first?.eventId);
  });

  it('lets an item expect what the items before it did', () => {
    const store = new StoreHost().open();
    store.appendBatch([
      event('a', { options: { expected: 'none' } }),
      event('a', { options: { expected: 0 } }),
      event('a', { options: { expected: 'exists' } }),
    ]);
    expect(store.head('a')).toEqual({ clock: 2, sequence: 2 });
    expect(
      thrownBy(() =>
        store.appendBatch([event('b'), event('b', { options: { expected: 'none' } })]),
      ),
    ).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      stage: 'validating',
      itemIndex: 1,
      retryable: true,
      cause: { code: 'BATPAK_EXPECTATION_FAILED', entity: 'b', expected: 'none', actual: 0 },
    });
    expect(store.head('b')).toBeUndefined();
  });

  it('of nothing answers nothing and writes nothing', () => {
    const host = new StoreHost();
    const store = host.open();
    const before = host.content();
    expect(store.appendBatch([])).toEqual([]);
    expect(host.content()).toEqual(before);
  });

  it('of one item is a batch all the same', () => {
    const host = new StoreHost();
    const store = host.open();
    expect(store.appendBatch([event('a')])).toMatchObject([{ sequence: 0, durability: 'durable' }]);
    expect(host.killed().open().eventCount).toBe(1);
  });
});

describe('a batch that is refused', () => {
  it.each<readonly [string, readonly BatchItem[], number, string]>([
    ['a payload', [event('a'), event('b', { payload: () => 1 })], 1, 'BATPAK_INVALID_PAYLOAD'],
    ['an entity', [event(''), event('b')], 0, 'BATPAK_INVALID_COORDINATE'],
    ['a kind', [event('a'), event('b', { kind: 6 })], 1, 'BATPAK_RESERVED_KIND'],
    [
      'an expectation',
      [event('a'), event('b'), event('c', { options: { expected: 0 } })],
      2,
      'BATPAK_EXPECTATION_FAILED',
    ],
  ])('for %s leaves nothing behind and names the item', (_, items, itemIndex, code) => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2, 'a');
    const before = host.content();
    expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      stage: 'validating',
      itemIndex,
      cause: { code },
    });
    expect(host.content()).toEqual(before);
    expect([...store.query(Region.all())]).toHaveLength(2);
    expect(store.append('a', someKind, 'next')).toMatchObject({ sequence: 2, clock: 2 });
    expect(store.appendBatch([event('a'), event('b')])).toMatchObject([
      { sequence: 3, clock: 3 },
      { sequence: 4, clock: 0 },
    ]);
    store.close();
    expect(host.open().verify()).toMatchObject({ ok: true, events: 5 });
  });

  it('for its size names the limit, both ways of counting', () => {
    const host = new StoreHost();
    const store = host.open({ batch: { maxSize: 3, maxBytes: 100 } });
    expect(
      thrownBy(() => store.appendBatch(Array.from({ length: 4 }, () => event('a')))),
    ).toMatchObject({ code: 'BATPAK_LIMIT_EXCEEDED', limit: 'batch.maxSize', max: 3, actual: 4 });
    const large = [
      event('a', { payload: 'x'.repeat(60) }),
      event('b', { payload: 'x'.repeat(60) }),
    ];
    expect(thrownBy(() => store.appendBatch(large))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: undefined,
      cause: { code: 'BATPAK_LIMIT_EXCEEDED', limit: 'batch.maxBytes', max: 100 },
    });
    expect(store.eventCount).toBe(0);
    expect(store.appendBatch([event('a'), event('b'), event('c')])).toHaveLength(3);
  });

  it('as it is being read takes no item from an array that changes meanwhile', () => {
    const store = new StoreHost().open();
    const items: BatchItem[] = [event('a'), event('b')];
    const Sly = defineEvent<string>({
      name: 'sly',
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => {
            items.push(event('late'));
            return { value: String(value) };
          },
        },
      },
    });
    items.unshift(item('s', Sly, 'x'));
    const receipts = store.appendBatch(items);
    expect(receipts).toHaveLength(store.eventCount);
    expect(store.verify().ok).toBe(true);
  });
});
