import { type EventSource, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { RegionReader, readEntries } from '../../src/delivery/region-reader.ts';
import { appendSome, StoreHost } from '../support/store-host.ts';

describe('polling a cursor (defect 19 of the Rust crate)', () => {
  it('looks at each event once, however many polls there are', () => {
    const store = new StoreHost().open();
    for (const entity of ['order:1', 'stock:1', 'order:2']) appendSome(store, 200, entity);
    for (const region of [
      Region.all(),
      Region.namespace('order'),
      Region.entity('order:1'),
      Region.prefix('o').withLane(0),
    ]) {
      let begun = 0;
      let given = 0;
      const reader = new RegionReader(
        store,
        region,
        (source, asked, after) => {
          begun += 1;
          const iterator = readEntries(source, asked, after);
          return {
            next: () => {
              given += 1;
              return iterator.next();
            },
          };
        },
        0,
      );
      let handedOut = 0;
      for (let batch = reader.take(8); batch.length > 0; batch = reader.take(8)) {
        handedOut += batch.length;
      }
      expect(handedOut).toBe(countOf(store, region));
      // One more than there are: the end of the only iteration.
      expect([begun, given]).toEqual([1, handedOut + 1]);
      for (let poll = 0; poll < 100; poll += 1) expect(reader.take(8)).toEqual([]);
      expect(begun).toBe(1);
    }
  });

  it('reads nothing from the disk for entries', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 100);
    const before = host.plan.operations.length;
    const cursor = store.cursorGuaranteed(Region.all(), { read: 'entries' });
    while (cursor.pollBatch(8).length > 0) expect(cursor.position).toBeGreaterThan(0);
    expect(host.plan.operations.length).toBe(before);
  });
});

function countOf(source: EventSource, region: Region): number {
  return [...source.query(region)].length;
}
