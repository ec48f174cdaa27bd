import { Region, type SubscriptionGap } from 'batpak';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../../../src/delivery/lossy/broadcast.ts';
import { SubscriptionFeed } from '../../../../src/delivery/lossy/subscription-feed.ts';
import { readEntries } from '../../../../src/delivery/region-reader.ts';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { ManualTimers } from '../../../../src/platform/timers.ts';
import { openReadOnly } from '../../../../src/store/read/open-read-only.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

function feedOf(source: ConstructorParameters<typeof Broadcast>[0], capacity: number) {
  const gaps: SubscriptionGap[] = [];
  const feed = new SubscriptionFeed({
    ...{ source, timers: new ManualTimers(), broadcast: new Broadcast(source), capacity },
    ...{ region: Region.namespace('order'), begin: readEntries, signal: undefined },
    onGap: (gap) => void gaps.push(gap),
  });
  return { feed, gaps };
}

describe('the feed of a subscription', () => {
  it('keeps as many as it may, and counts the others once', () => {
    const store = new StoreHost().open();
    const { feed, gaps } = feedOf(store, 2);
    appendSome(store, 2, 'order:1');
    expect(feed.pull()?.sequence).toBe(0);
    appendSome(store, 5, 'stock:1');
    expect(feed.pull()?.sequence).toBe(1);
    appendSome(store, 4, 'order:1');
    expect(feed.pull()?.sequence).toBe(9);
    expect(gaps).toEqual([{ dropped: 2, from: 7, to: 8 }]);
    expect(feed.pull()?.sequence).toBe(10);
    expect([feed.pull(), feed.dropped]).toEqual([undefined, 2]);
  });

  it('begins again at the end of a log that was read anew', () => {
    const host = new StoreHost();
    appendSome(host.open(), 4);
    const platform = memoryPlatform({ files: host.files });
    const follower = openReadOnly({ dataDir: host.directory, platform });
    const { feed } = feedOf(follower, 10);
    for (const name of host.segmentNames()) host.files.remove(`${host.directory}/${name}`);
    host.files.remove(`${host.directory}/LOCK`);
    const other = new StoreHost(host.files, 9).open();
    appendSome(other, 2);
    expect(follower.refresh().rebuilt).toBe(true);
    expect(feed.pull()).toBeUndefined();
    expect(feed.position).toBe(2);
    appendSome(other, 1);
    follower.refresh();
    expect(feed.pull()?.sequence).toBe(2);
  });

  it('gives nothing more once it was closed', () => {
    const store = new StoreHost().open();
    const { feed } = feedOf(store, 10);
    appendSome(store, 1);
    feed.close();
    expect([feed.ended, feed.pull()]).toEqual([true, undefined]);
  });
});
