import { Region, type SubscriptionGap } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost } from '../support/store-host.ts';

describe('a subscriber that is too slow (defect 18 of the Rust crate)', () => {
  it('is told how many events it lost, and where, before the one that follows them', async () => {
    const store = new StoreHost().open({ broadcastCapacity: 4 });
    const seen: (number | SubscriptionGap)[] = [];
    const onGap = (gap: SubscriptionGap): void => void seen.push(gap);
    const subscription = store.subscribeLossy(Region.all(), { onGap });
    appendSome(store, 10);
    for await (const { sequence } of subscription.take(4)) seen.push(sequence);
    expect(seen).toEqual([{ dropped: 6, from: 0, to: 5 }, 6, 7, 8, 9]);
    expect(subscription.dropped).toBe(6);
    store.close();
  });

  it('is not held against others, nor against who appends', async () => {
    const store = new StoreHost().open({ broadcastCapacity: 2 });
    const dead = store.subscribeLossy(Region.all());
    const live = store.subscribeLossy(Region.all());
    const iterator = live[Symbol.asyncIterator]();
    for (let each = 0; each < 20; each += 1) {
      appendSome(store, 1);
      expect((await iterator.next()).value?.sequence).toBe(each);
    }
    expect([live.dropped, dead.dropped]).toEqual([0, 0]);
    for await (const { sequence } of dead.take(1)) expect(sequence).toBe(18);
    expect(dead.dropped).toBe(18);
    store.close();
  });

  it('sees nothing of a fence before it is committed, and all of it then', async () => {
    const store = new StoreHost().open();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { entity } of store.subscribeLossy(Region.all())) seen.push(entity);
    })();
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    for (const end of ['cancel', 'commit'] as const) {
      const fence = store.beginVisibilityFence();
      fence.submit(`${end}:1`, 0x1abc, 0);
      fence.submit(`${end}:2`, 0x1abc, 0);
      await turn();
      expect(seen).toEqual([]);
      if (end === 'cancel') fence.cancel();
      else fence.commit();
      await turn();
    }
    expect(seen).toEqual(['commit:1', 'commit:2']);
    store.close();
    await reading;
  });
});
