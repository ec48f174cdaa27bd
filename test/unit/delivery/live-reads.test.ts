import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { broadcastCapacityDefault, LiveReads, readerOf } from '../../../src/delivery/live-reads.ts';
import { ManualTimers } from '../../../src/platform/timers.ts';
import { appendSome, StoreHost, thrownBy } from '../../support/store-host.ts';

describe('live reads', () => {
  it('open subscriptions and cursors, which have no name where nothing is written', () => {
    const store = new StoreHost().open();
    appendSome(store, 2);
    const live = new LiveReads({
      ...{ source: store, timers: new ManualTimers(), broadcastCapacity: broadcastCapacityDefault },
    });
    expect(live.cursor(Region.all(), {}).next()?.sequence).toBe(0);
    expect(live.subscribe(Region.all(), {}).position).toBe(2);
    expect(thrownBy(() => live.cursor(Region.all(), { name: 'a' }))).toMatchObject({
      ...{ code: 'BATPAK_ARGUMENT_TYPE', field: 'name' },
    });
  });

  it('read events or entries', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    expect(readerOf(store, Region.all(), 'events', 0).next()).toHaveProperty('payload');
    expect(readerOf(store, Region.all(), 'entries', 0).next()).not.toHaveProperty('payload');
  });
});
