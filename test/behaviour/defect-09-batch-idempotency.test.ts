import { defineEvent, item, Region } from 'batpak';
import { decode } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

interface Line {
  readonly product: string;
  readonly amount: number;
  readonly price: number;
}

const Ordered = defineEvent<Line>({ name: 'ordered' });
const lines: Line[] = [
  { product: 'pen', amount: 2, price: 150 },
  { product: 'ink', amount: 1, price: 990 },
];
const items = lines.map((line, index) =>
  item(`order:${index}`, Ordered, line, {
    options: { idempotencyKey: `line-${index}`, flags: 0x80 | index },
  }),
);

describe('a batch whose items have keys', () => {
  it('is stored once, however often and after whatever end it is sent again', () => {
    const host = new StoreHost();
    const store = host.open();
    const ids = store.appendBatch(items).map(({ eventId }) => eventId);
    const hosts = [host.killed(), host.afterPowerLoss()];
    const before = host.content();
    expect(store.appendBatch(items).map(({ eventId }) => eventId)).toEqual(ids);
    expect(
      store
        .submitBatch(items)
        .wait()
        .map(({ eventId }) => eventId),
    ).toEqual(ids);
    expect(host.content()).toEqual(before);
    store.close();
    for (const each of [...hosts, host]) {
      const again = each.open();
      const receipts = again.appendBatch(items);
      expect(receipts.map(({ eventId, replayed }) => [eventId, replayed])).toEqual(
        ids.map((eventId) => [eventId, true]),
      );
      expect(again.eventCount).toBe(2);
      again.close();
    }
  });

  it('is refused whole when one of its keys is known and another is not', () => {
    const host = new StoreHost();
    const store = host.open();
    store.appendBatch(items.slice(1));
    const before = host.content();
    expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      cause: { code: 'BATPAK_IDEMPOTENCY_CONFLICT', differs: 'batch', sequence: 0 },
    });
    expect(host.content()).toEqual(before);
  });

  it('gives its events ids of their own, and keeps the keys to itself', () => {
    const store = new StoreHost().open();
    const ids = store.appendBatch(items).map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(2);
    expect(items.map((_, index) => store.findByKey(`line-${index}`)?.eventId)).toEqual(ids);
  });
});

describe('an item of a batch', () => {
  it('keeps its flags, after a reopen too', () => {
    const host = new StoreHost();
    const store = host.open();
    store.appendBatch([...items, { at: 'order:2', kind: someKind, payload: null }]);
    store.close();
    const events = [...host.open().events(Region.all())];
    expect(events.map(({ flags }) => flags)).toEqual([0x80, 0x81, 0]);
  });

  it('stores the names of its payload, readable as plain msgpack', () => {
    const host = new StoreHost();
    const store = host.open();
    store.appendBatch(items);
    const single = store.append('order:0', Ordered, { product: 'cap', amount: 1, price: 5 });
    store.close();
    const again = host.open();
    const payloads = [...again.events(Region.all())].map(({ payload }) => payload);
    expect(payloads).toEqual([...lines, { product: 'cap', amount: 1, price: 5 }]);
    // As another reader of the file finds it: a map, whose first key is the first name.
    const bytes = host.read('000001.fbat');
    for (const sequence of [0, single.sequence]) {
      const { offset, length } = again.at(sequence)?.position ?? { offset: 0, length: 0 };
      const frame = Buffer.from(bytes.subarray(offset, offset + length));
      const start = frame.indexOf(Buffer.from([0x83, 0xa7, ...Buffer.from('product')]));
      expect(start, `event ${sequence}`).toBeGreaterThan(0);
      expect(decode(frame.subarray(start, frame.length - 32))).toEqual(payloads[sequence]);
    }
  });
});
