import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { Broadcast, type Waiter } from '../../../../src/delivery/lossy/broadcast.ts';
import { AssertionFailure } from '../../../../src/model/assert.ts';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function waiterOf(store: Store, region: Region): Waiter & { woken: number } {
  return {
    ...{ region, position: store.nextSequence, woken: 0 },
    passOver(position) {
      Object.assign(this, { position });
    },
    wake() {
      this.woken += 1;
    },
  };
}

describe('a broadcast', () => {
  it('wakes those whose region has something new, and lets the others wait', async () => {
    const store = new StoreHost().open();
    const broadcast = new Broadcast(store);
    const orders = waiterOf(store, Region.namespace('order'));
    const stock = waiterOf(store, Region.namespace('stock'));
    broadcast.wait(orders);
    broadcast.wait(stock);
    appendSome(store, 3, 'stock:1');
    expect([orders.woken, stock.woken]).toEqual([0, 0]);
    await turn();
    expect([orders.woken, stock.woken, broadcast.waiting]).toEqual([0, 1, 1]);
    expect([broadcast.seen, stock.position]).toEqual([3, 0]);
    appendSome(store, 1, 'stock:1');
    appendSome(store, 1, 'order:1');
    await turn();
    expect([orders.woken, orders.position, broadcast.waiting]).toEqual([1, 4, 0]);
  });

  it('looks up who waits for one entity, however many wait for others', async () => {
    const store = new StoreHost().open();
    const broadcast = new Broadcast(store);
    let looks = 0;
    const waiterOfEntity = (entity: string): Waiter => ({
      region: Region.entity(entity).withKind(0x1001),
      get position() {
        looks += 1;
        return 0;
      },
      passOver: () => undefined,
      wake: () => undefined,
    });
    for (let each = 0; each < 50; each += 1) broadcast.wait(waiterOfEntity(`other:${each}`));
    const first = waiterOf(store, Region.entity('order:1').withKind(0x1001));
    const second = waiterOf(store, Region.entity('order:1').withKind(0x1002));
    broadcast.wait(first);
    broadcast.wait(second);
    looks = 0;
    store.append('nobody', 0x1001, 1);
    store.append('order:1', 0x1001, 1);
    await turn();
    expect([looks, first.woken, first.position, second.woken]).toEqual([0, 1, 1, 0]);
    expect(broadcast.waiting).toBe(51);
    store.append('order:1', 0x1002, 1);
    await turn();
    expect([second.woken, second.position, broadcast.waiting]).toEqual([1, 2, 50]);
  });

  it('tells who stops waiting how far there was nothing for it', async () => {
    const store = new StoreHost().open();
    const broadcast = new Broadcast(store);
    const waiter = waiterOf(store, Region.entity('order:1'));
    const stop = broadcast.wait(waiter);
    appendSome(store, 3, 'stock:1');
    await turn();
    expect(waiter.position).toBe(0);
    stop();
    expect([waiter.position, waiter.woken, broadcast.waiting]).toEqual([3, 0, 0]);
  });

  it('forgets who does not wait any more, and wakes all when the store is closed', async () => {
    const store = new StoreHost().open();
    const broadcast = new Broadcast(store);
    const gone = waiterOf(store, Region.all());
    const there = waiterOf(store, Region.entity('never'));
    const stop = broadcast.wait(gone);
    broadcast.wait(there);
    stop();
    stop();
    expect(broadcast.waiting).toBe(1);
    store.close();
    await turn();
    expect([gone.woken, there.woken, broadcast.waiting]).toEqual([0, 1, 0]);
  });

  it('is for who has read all there is', () => {
    const store = new StoreHost().open();
    const waiter = waiterOf(store, Region.all());
    appendSome(store, 1);
    expect(thrownBy(() => new Broadcast(store).wait(waiter))).toBeInstanceOf(AssertionFailure);
  });
});
