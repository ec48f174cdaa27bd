import { defineEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Placed = defineEvent<{ total: number }>({ name: 'placed' });
const Reserved = defineEvent<{ count: number }>({ name: 'reserved' });
const unknownId = '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f';

describe('a reaction', () => {
  it('is caused by an event and belongs to its correlation, however it is given', async () => {
    const store = new StoreHost().open();
    const placed = store.append('order:1', Placed, { total: 1 });
    const reserved = store.appendReaction('stock:7', Reserved, { count: 1 }, placed.eventId);
    const whole = store.get(reserved.eventId);
    if (whole === undefined) throw new Error('it was stored');
    const packed = await store.submitReaction('parcel:3', someKind, 1, whole);
    const sent = store.appendReaction('parcel:3', someKind, 2, packed, { expected: 0 });
    const ties = [reserved, packed, sent].map(({ eventId }) => {
      const event = store.get(eventId);
      return [event?.causationId, event?.correlationId];
    });
    expect(ties).toEqual([
      [placed.eventId, placed.eventId],
      [reserved.eventId, placed.eventId],
      [packed.eventId, placed.eventId],
    ]);
  });

  it('reads nothing of a cause that is given whole', () => {
    const host = new StoreHost();
    const store = host.open();
    const placed = store.append('order:1', Placed, { total: 1 });
    const event = store.get(placed.eventId);
    if (event === undefined) throw new Error('it was stored');
    const before = host.plan.count('read');
    store.appendReaction('stock:7', Reserved, { count: 1 }, event);
    expect(host.plan.count('read')).toBe(before);
  });

  it('to an event that is not stored is refused', () => {
    const store = new StoreHost().open();
    for (const refused of [
      () => store.appendReaction('a', someKind, 1, unknownId),
      () => store.submitReaction('a', someKind, 1, { eventId: unknownId }),
      () => store.appendReactionBatch(unknownId, []),
    ]) {
      expect(thrownBy(refused)).toMatchObject({
        code: 'BATPAK_UNKNOWN_CAUSE',
        eventId: unknownId,
      });
    }
    for (const cause of ['none', 7, {}, null]) {
      const wrong = () => store.appendReaction('a', someKind, 1, cause as never);
      expect(thrownBy(wrong)).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE' });
    }
    store.close();
    expect(thrownBy(() => store.appendReaction('a', someKind, 1, unknownId))).toMatchObject({
      code: 'BATPAK_STORE_CLOSED',
      operation: 'appendReaction',
    });
  });
});

describe('a batch of reactions', () => {
  it('sets the correlation of all, and the cause of those that name none', () => {
    const store = new StoreHost().open();
    const placed = store.append('order:1', Placed, { total: 1 });
    const receipts = store.appendReactionBatch(placed, [
      { at: 'stock:7', kind: someKind, payload: 1 },
      { at: 'stock:8', kind: someKind, payload: 2, causation: { item: 0 } },
      { at: 'stock:9', kind: someKind, payload: 3, options: { flags: 3 } },
    ]);
    const events = receipts.map(({ eventId }) => store.get(eventId));
    expect(events.map((event) => event?.causationId)).toEqual([
      placed.eventId,
      receipts[0]?.eventId,
      placed.eventId,
    ]);
    expect(new Set(events.map((event) => event?.correlationId))).toEqual(new Set([placed.eventId]));
    expect([events[2]?.flags, receipts[0]?.durability]).toEqual([3, 'durable']);
  });

  it('is a batch: all or nothing', () => {
    const store = new StoreHost().open();
    const placed = store.append('order:1', Placed, { total: 1 });
    const items = [
      { at: 'a', kind: someKind, payload: 1 },
      { at: 'b', kind: someKind, payload: 2, options: { expected: 5 } },
    ];
    expect(thrownBy(() => store.appendReactionBatch(placed, items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
    });
    expect(store.eventCount).toBe(1);
  });
});
