import { type Receipt, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { engineOf } from '../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

describe('an entity with many events of the same payload', () => {
  // The original looked for the parent by the hash of a payload, and jumped to the oldest twin.
  function given() {
    const store = new StoreHost().open();
    const receipts: Receipt[] = [];
    for (let index = 0; index < 6; index += 1) {
      receipts.push(store.append({ entity: 'order:1', scope: `s${index % 2}` }, someKind, 'same'));
      store.append('order:2', someKind, 'same');
      store.append('order:1', someKind, 'same', { lane: 1 });
    }
    return { store, receipts, newest: receipts.at(-1)?.eventId ?? '' };
  }
  const clocks = (events: Iterable<{ readonly clock: number }>): number[] =>
    [...events].map(({ clock }) => clock);

  it('is walked event by event to its first, with the one asked for', () => {
    const { store, receipts, newest } = given();
    const ids = [...store.walkAncestors(newest)].map(({ eventId }) => eventId);
    expect(ids).toEqual(receipts.map(({ eventId }) => eventId).reverse());
    expect(clocks(store.walkAncestors(receipts[2]?.eventId ?? ''))).toEqual([2, 1, 0]);
  });

  it('is walked as far as is asked for, and shows the region that is asked for', () => {
    const { store, newest } = given();
    expect(clocks(store.walkAncestors(newest, 2))).toEqual([5, 4]);
    expect(clocks(store.walkAncestors(newest, { limit: 0 }))).toEqual([]);
    const region = Region.all().withScope('s0');
    expect(clocks(store.walkAncestors(newest, { limit: 2, region }))).toEqual([4, 2]);
    expect(thrownBy(() => store.walkAncestors(newest, -1))).toMatchObject({ field: 'limit' });
    expect(clocks(store.walkAncestors('0193e5a0-0000-7000-8000-000000000000'))).toEqual([]);
  });

  it('has events of different hashes', () => {
    const { store } = given();
    const hashes = [...store.events(Region.all())].map(({ hash }) => hash?.join());
    expect(new Set(hashes).size).toBe(18);
  });

  it('is walked without a hash chain, too', () => {
    const store = new StoreHost().open({ hashChain: false });
    store.append('a', someKind, 1);
    const { eventId } = store.append('a', someKind, 1);
    expect(clocks(store.walkAncestors(eventId))).toEqual([1, 0]);
  });

  it('tells an event whose predecessor is not the one that it links to', () => {
    const { store, newest } = given();
    // As if the index knew of another event before it.
    const { columns } = engineOf(store).index;
    const page = columns.pageOf(0);
    page.distance[15] = 6;
    page.clock[9] = 4;
    const seen: number[] = [];
    const error = thrownBy(() => {
      for (const { sequence } of store.walkAncestors(newest)) seen.push(sequence);
    });
    expect(seen).toEqual([15]);
    expect(error).toMatchObject({
      code: 'BATPAK_ANCESTRY_BROKEN',
      ...{ entity: 'order:1', lane: 0, sequence: 15, problem: 'unlinked' },
    });
    page.clock[9] = 3;
    expect(thrownBy(() => [...store.walkAncestors(newest)])).toMatchObject({ problem: 'lost' });
  });
});
