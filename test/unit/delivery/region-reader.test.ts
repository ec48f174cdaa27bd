import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { RegionReader, readEntries, readEvents } from '../../../src/delivery/region-reader.ts';
import { memoryPlatform } from '../../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../../src/store/read/open-read-only.ts';
import { appendSome, StoreHost, thrownBy } from '../../support/store-host.ts';

const sequencesOf = (items: readonly { sequence: number }[]) =>
  items.map(({ sequence }) => sequence);

describe('a reader of a region', () => {
  it('begins one iteration for all that is there, and none while nothing is new', () => {
    const store = new StoreHost().open();
    appendSome(store, 100);
    let begun = 0;
    const reader = new RegionReader(
      store,
      Region.all(),
      (source, region, after) => {
        begun += 1;
        return readEntries(source, region, after);
      },
      0,
    );
    for (let each = 0; each < 10; each += 1) expect(reader.take(10)).toHaveLength(10);
    expect([reader.next(), reader.next(), reader.take(5)]).toEqual([undefined, undefined, []]);
    expect(begun).toBe(1);
    appendSome(store, 1, 'stock:1');
    expect(reader.next()?.sequence).toBe(100);
    expect([reader.next(), begun]).toEqual([undefined, 2]);
  });

  it('steps over what is not of its region once', () => {
    const store = new StoreHost().open();
    appendSome(store, 50, 'stock:1');
    const reader = new RegionReader(store, Region.entity('order:1'), readEntries, 0);
    expect([reader.next(), reader.position]).toEqual([undefined, 50]);
    appendSome(store, 2, 'order:1');
    expect(sequencesOf(reader.take(9))).toEqual([50, 51]);
  });

  it('goes to another place', () => {
    const store = new StoreHost().open();
    appendSome(store, 5);
    const reader = new RegionReader(store, Region.all(), readEvents, 2);
    expect(sequencesOf(reader.take(2))).toEqual([2, 3]);
    reader.seek(1);
    expect([reader.position, reader.next()?.sequence]).toEqual([1, 1]);
    reader.seek(2);
    expect(reader.next()?.sequence).toBe(2);
  });

  it('hands out what it could read before a damaged record, and stays in front of it', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1 });
    appendSome(store, 4);
    store.sync();
    host.flip('000003.fbat', 300);
    const reader = new RegionReader(store, Region.all(), readEvents, 0);
    expect(sequencesOf(reader.take(9))).toEqual([0, 1]);
    for (const call of [() => reader.next(), () => reader.take(9)]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_CORRUPT_SEGMENT' });
      expect(reader.position).toBe(2);
    }
    host.flip('000003.fbat', 300);
    expect(sequencesOf(reader.take(9))).toEqual([2, 3]);
  });

  it('is refused by a store that was closed, with nothing lost', () => {
    const store = new StoreHost().open();
    appendSome(store, 4);
    const reader = new RegionReader(store, Region.all(), readEvents, 0);
    reader.next();
    store.close();
    expect(thrownBy(() => reader.take(2))).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    expect(reader.position).toBe(1);
  });

  it('is void when a follower has read another log', () => {
    const host = new StoreHost();
    appendSome(host.open(), 4);
    const platform = memoryPlatform({ files: host.files });
    const follower = openReadOnly({ dataDir: host.directory, platform });
    const reader = new RegionReader(follower, Region.all(), readEvents, 0);
    expect(reader.next()?.sequence).toBe(0);
    for (const name of host.segmentNames()) host.files.remove(`${host.directory}/${name}`);
    host.files.remove(`${host.directory}/LOCK`);
    appendSome(new StoreHost(host.files, 9).open(), 6);
    expect(follower.refresh().rebuilt).toBe(true);
    expect(thrownBy(() => reader.next())).toMatchObject({
      ...{ code: 'BATPAK_CURSOR_VOID', position: 1 },
    });
  });
});
