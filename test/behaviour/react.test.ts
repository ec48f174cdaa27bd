import { defineEvent, item, type Reaction, Region, type Store, type StoredEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const Placed = defineEvent<{ articles: string[] }>({ name: 'order.placed' });
const Reserved = defineEvent<{ count: number }>({ name: 'stock.reserved' });
const orders = Region.namespace('order');

function reserve({ payload }: StoredEvent): Reaction[] {
  const { articles } = payload as { articles: string[] };
  return articles.map((article) => item(`stock:${article}`, Reserved, { count: 1 }));
}

function place(store: Store, id: number, ...articles: string[]) {
  return store.append(`order:${id}`, Placed, { articles });
}

/** The stock events: of which article, and because of which event. */
function reserved(store: Store): (readonly [string, string | undefined])[] {
  return Array.from(store.events(Region.namespace('stock')), ({ entity, causationId }) => [
    entity,
    causationId,
  ]);
}

describe('a reactor', () => {
  it('appends what follows from an event as one batch, caused by it, correlated', async () => {
    const store = new StoreHost().open();
    const first = place(store, 1, 'lamp', 'bulb');
    const reactor = store.react(orders, reserve, { name: 'stock' });
    await reactor.idle();
    const second = place(store, 2);
    const third = store.appendReaction('order:3', Placed, { articles: ['lamp'] }, first);
    await reactor.idle();
    expect(reserved(store)).toEqual([
      ['stock:lamp', first.eventId],
      ['stock:bulb', first.eventId],
      ['stock:lamp', third.eventId],
    ]);
    const correlations = Array.from(
      store.events(Region.namespace('stock')),
      ({ correlationId }) => correlationId,
    );
    expect(correlations).toEqual([first.eventId, first.eventId, first.eventId]);
    expect(second.sequence).toBe(3);
    expect([reactor.position, reactor.checkpointed]).toEqual([6, 5]);
    store.close();
  });

  it('reacts once to an event that comes again after a crash before the checkpoint', async () => {
    const host = new StoreHost();
    const store = host.open();
    place(store, 1, 'lamp', 'bulb');
    place(store, 2, 'lamp');
    // No position can be kept: after the crash the reactor begins with the first event.
    host.plan.fail({ operation: 'rename', path: '.cursor.new', code: 'EIO', andLater: true });
    const restartPolicy = { type: 'bounded', maxRestarts: 0, withinMs: 1000 } as const;
    await store.react(orders, reserve, { name: 'stock', restartPolicy }).ended;
    expect(reserved(store)).toHaveLength(3);
    const again = host.killed().open();
    let asked = 0;
    const other = (event: StoredEvent): Reaction[] => {
      asked += 1;
      return [...reserve(event), ...reserve(event)];
    };
    const reactor = again.react(orders, other, { name: 'stock' });
    expect(reactor.recovered?.outcome).toBe('new');
    await reactor.idle();
    expect([reserved(again).length, asked]).toEqual([3, 0]);
    expect(reactor.checkpointed).toBe(5);
    place(again, 3, 'lamp');
    await reactor.idle();
    expect([reserved(again).length, asked]).toEqual([5, 1]);
  });

  it('has its reactions durable before its position is', async () => {
    const host = new StoreHost();
    const store = host.open();
    place(store, 1, 'lamp');
    store.sync();
    await store.react(orders, reserve, { name: 'stock' }).idle();
    const after = host.afterPowerLoss().open();
    expect(after.cursors()).toMatchObject([{ name: 'stock', position: 1 }]);
    expect(reserved(after)).toHaveLength(1);
  });

  it('is not given its own reactions, unless it asks for them', async () => {
    for (const reactToOwn of [false, true]) {
      const store = new StoreHost().open();
      store.append('n:1', someKind, 3);
      const countDown = ({ payload }: StoredEvent): Reaction[] =>
        payload === 0 ? [] : [{ at: 'n:1', kind: someKind, payload: Number(payload) - 1 }];
      const reactor = store.react(Region.all(), countDown, { name: 'down', reactToOwn });
      await reactor.idle();
      const values = Array.from(store.events(Region.all()), ({ payload }) => payload);
      expect(values).toEqual(reactToOwn ? [3, 2, 1, 0] : [3, 2]);
      store.close();
    }
  });

  it('parks the end of a chain of reactions that react to each other without end', async () => {
    const host = new StoreHost();
    const store = host.open();
    const failures: unknown[] = [];
    store.onError = (failure) => void failures.push(failure);
    const echo = (at: string) => (): Reaction[] => [{ at, kind: someKind, payload: 0 }];
    const options = { depthMax: 5, maxTries: 1, batchSize: 1 };
    const ping = store.react(Region.entity('pong'), echo('ping'), { name: 'ping', ...options });
    const pong = store.react(Region.entity('ping'), echo('pong'), { name: 'pong', ...options });
    store.append('ping', someKind, 0);
    for (let each = 0; each < 40; each += 1) await turn();
    expect(store.eventCount).toBe(6);
    expect([...ping.parked, ...pong.parked]).toHaveLength(1);
    expect(failures).toMatchObject([{ code: 'BATPAK_REACTION_LOOP', depthMax: 5 }]);
    store.close();
  });

  it('waits while a visibility fence is open', async () => {
    const host = new StoreHost();
    const store = host.open();
    place(store, 1, 'lamp');
    const fence = store.beginVisibilityFence();
    const reactor = store.react(orders, reserve, { name: 'stock', maxTries: 1 });
    await turn();
    expect(reactor.state).toBe('backing off');
    fence.cancel();
    host.timers.advance(1000);
    await reactor.idle();
    expect([reserved(store).length, reactor.parked.length]).toEqual([1, 0]);
    store.close();
  });

  it('appends nothing of reactions of which one is refused, and parks their cause', async () => {
    const store = new StoreHost().open();
    place(store, 1, 'lamp');
    place(store, 2, 'bulb');
    const wrong = (event: StoredEvent): Reaction[] => [
      ...reserve(event),
      ...(event.sequence === 0 ? [{ at: '', kind: someKind, payload: 0 }] : []),
    ];
    const reactor = store.react(orders, wrong, { name: 'stock', maxTries: 1, batchSize: 1 });
    await reactor.idle();
    expect(reserved(store).map(([entity]) => entity)).toEqual(['stock:bulb']);
    expect(reactor.parked).toMatchObject([{ sequence: 0 }]);
    expect(reactor.parked[0]?.message).toContain('BatchFailedError');
    store.close();
  });

  it('may take its time', async () => {
    const store = new StoreHost().open();
    place(store, 1, 'lamp');
    const slow = async (event: StoredEvent): Promise<Reaction[]> => {
      await turn();
      return reserve(event);
    };
    await store.react(orders, slow, { name: 'stock' }).idle();
    expect(reserved(store)).toHaveLength(1);
    store.close();
  });

  it('refuses what it can not react with', async () => {
    const store = new StoreHost().open();
    const wrong = { code: 'BATPAK_ARGUMENT_TYPE' };
    const untyped: { react(...parts: unknown[]): unknown } = store as never;
    expect(thrownBy(() => untyped.react(orders, reserve, {}))).toMatchObject(wrong);
    expect(thrownBy(() => untyped.react(orders, 7, { name: 'a' }))).toMatchObject(wrong);
    expect(thrownBy(() => untyped.react('order', reserve, { name: 'a' }))).toMatchObject(wrong);
    const more = { name: 'a', reactToOwn: 1 };
    expect(thrownBy(() => untyped.react(orders, reserve, more))).toMatchObject(wrong);
    expect(thrownBy(() => untyped.react(orders, reserve, { name: 'a', read: 1 }))).toMatchObject(
      wrong,
    );
    const messages: string[] = [];
    place(store, 1, 'lamp');
    const answers: unknown[] = [
      'text',
      [7],
      [{ at: 'a', kind: someKind, payload: 0, options: { idempotencyKey: 'k' } }],
    ];
    for (const [index, answer] of answers.entries()) {
      const options = { name: `r${index}`, maxTries: 1 };
      const reactor = store.react(orders, () => answer as never, options);
      await reactor.idle();
      messages.push(reactor.parked[0]?.message ?? '');
    }
    expect(messages).toEqual([
      expect.stringContaining('reactions must be a list'),
      expect.stringContaining('reaction must be an object'),
      expect.stringContaining('idempotencyKey must be left out'),
    ]);
    store.close();
  });
});
