import { openReadOnly, openStore, Region, type Store, type SubscriptionGap } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { appendSome, StoreHost, someKind } from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads on its own until the end. */
function read<Item>(from: AsyncIterable<Item>): { items: Item[]; ended: Promise<void> } {
  const items: Item[] = [];
  const ended = (async () => {
    for await (const item of from) items.push(item);
  })();
  return { items, ended };
}

describe('a lossy subscription', () => {
  it('hands out the events of its region from now on, in order', async () => {
    const store = new StoreHost().open();
    appendSome(store, 3, 'order:1');
    const { items } = read(store.subscribeLossy(Region.namespace('order')));
    appendSome(store, 2, 'order:1');
    appendSome(store, 2, 'stock:1');
    await turn();
    appendSome(store, 1, 'order:2');
    await turn();
    expect(items.map(({ sequence, payload }) => [sequence, payload])).toEqual([
      [3, { index: 0 }],
      [4, { index: 1 }],
      [7, { index: 0 }],
    ]);
    store.close();
  });

  it('hands out entries without the disk, when asked for entries alone', async () => {
    const host = new StoreHost();
    const store = host.open();
    const { items } = read(store.subscribeLossy(Region.all(), { read: 'entries' }));
    appendSome(store, 3);
    const before = host.plan.operations.length;
    await turn();
    expect(items.map(({ clock }) => clock)).toEqual([0, 1, 2]);
    expect(host.plan.operations.length).toBe(before);
    store.close();
  });

  it('leaves out the oldest when it is read too slowly, and tells how many in place', async () => {
    const store = new StoreHost().open({ broadcastCapacity: 3 });
    const told: (SubscriptionGap | number)[] = [];
    const onGap = (gap: SubscriptionGap): void => void told.push(gap);
    const subscription = store.subscribeLossy(Region.namespace('order'), { onGap });
    const iterator = subscription[Symbol.asyncIterator]();
    const take = async (count: number): Promise<void> => {
      for (let each = 0; each < count; each += 1) {
        told.push((await iterator.next()).value?.sequence ?? -1);
      }
    };
    appendSome(store, 2, 'order:1');
    appendSome(store, 9, 'stock:1');
    await take(1);
    expect(told).toEqual([0]);
    appendSome(store, 4, 'order:1');
    await take(2);
    appendSome(store, 5, 'order:1');
    await take(3);
    expect(told).toEqual([
      0,
      { dropped: 2, from: 1, to: 11 },
      12,
      13,
      { dropped: 3, from: 14, to: 16 },
      17,
      18,
      19,
    ]);
    expect(subscription.dropped).toBe(5);
    store.close();
  });

  it('loses exactly what its capacity does not hold, however it is read', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          append: fc.constantFrom('order:1', 'stock:1'),
          count: fc.integer({ min: 1, max: 7 }),
        }),
        fc.record({ pull: fc.integer({ min: 1, max: 6 }) }),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 8 }), async (plan, broadcastCapacity) => {
        const store = openStore({ dataDir: '/s', platform: memoryPlatform(), broadcastCapacity });
        const seen: number[] = [];
        const expected: number[] = [];
        let waiting: number[] = [];
        let lost = 0;
        const gaps: number[] = [];
        const subscription = store.subscribeLossy(Region.namespace('order'), {
          onGap: ({ dropped }) => void gaps.push(dropped),
        });
        const iterator = subscription[Symbol.asyncIterator]();
        for (const step of plan) {
          if ('append' in step) {
            for (const { sequence } of appendSome(store, step.count, step.append)) {
              if (step.append === 'order:1') waiting.push(sequence);
            }
            continue;
          }
          for (let pulled = 0; pulled < step.pull; pulled += 1) {
            const excess = Math.max(0, waiting.length - broadcastCapacity);
            lost += excess;
            waiting = waiting.slice(excess);
            const next = waiting.shift();
            if (next === undefined) break;
            expected.push(next);
            seen.push((await iterator.next()).value?.sequence ?? -1);
          }
        }
        expect(seen).toEqual(expected);
        expect(subscription.dropped).toBe(lost);
        expect(gaps.reduce((sum, dropped) => sum + dropped, 0)).toBe(lost);
        store.close();
      }),
      propertyRuns(60),
    );
  });

  it.each([
    ['break', 'break'],
    ['its signal', 'signal'],
    ['close', 'close'],
    ['disposing', 'dispose'],
    ['the store', 'store'],
    ['return of its iterator', 'return'],
  ])('ends with %s, and holds nothing of the store then', async (_, how) => {
    const host = new StoreHost();
    const store = host.open();
    const controller = new AbortController();
    const listening = listenersOf(store);
    const subscription = store.subscribeLossy(Region.all(), { signal: controller.signal });
    expect(listening()).toBe(0);
    const iterator = subscription[Symbol.asyncIterator]();
    const reading = (async () => {
      for await (const _ of { [Symbol.asyncIterator]: () => iterator }) if (how === 'break') break;
    })();
    await turn();
    expect(listening()).toBe(1);
    if (how === 'break') appendSome(store, 1);
    if (how === 'signal') controller.abort();
    if (how === 'close') subscription.close();
    if (how === 'dispose') await subscription[Symbol.asyncDispose]();
    if (how === 'store') store.close();
    if (how === 'return') await iterator.return?.();
    await reading;
    expect(listening()).toBe(0);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    if (how !== 'store') store.close();
  });

  it('has one listener with the store, however many wait, and none when nobody does', async () => {
    const store = new StoreHost().open();
    const listening = listenersOf(store);
    const readers = Array.from({ length: 100 }, (_, index) =>
      read(store.subscribeLossy(Region.entity(`order:${index}`), { read: 'entries' })),
    );
    const slow = store.subscribeLossy(Region.all());
    await turn();
    expect(listening()).toBe(1);
    for (let index = 0; index < 100; index += 1) {
      appendSome(store, 2, `order:${index}`);
      if (index % 7 === 0) await turn();
    }
    await turn();
    for (const [index, { items }] of readers.entries()) {
      expect(items.map(({ entity, clock }) => [entity, clock])).toEqual([
        [`order:${index}`, 0],
        [`order:${index}`, 1],
      ]);
    }
    expect(slow.dropped).toBe(0);
    store.close();
    await Promise.all(readers.map(({ ended }) => ended));
    expect(listening()).toBe(0);
  });

  it('rejects where a function of the consumer throws, and goes on', async () => {
    const store = new StoreHost().open();
    const odd = store.subscribeLossy(Region.all()).map(({ sequence }) => {
      if (sequence === 1) throw new Error('not this one');
      return sequence;
    });
    const iterator = odd[Symbol.asyncIterator]();
    appendSome(store, 3);
    expect((await iterator.next()).value).toBe(0);
    await expect(iterator.next()).rejects.toThrow('not this one');
    expect((await iterator.next()).value).toBe(2);
    store.close();
  });

  it('answers several who ask at the same time in their order', async () => {
    const store = new StoreHost().open();
    const iterator = store.subscribeLossy(Region.all())[Symbol.asyncIterator]();
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    appendSome(store, 2);
    await turn();
    appendSome(store, 1);
    const answers = await Promise.all(asked);
    expect(answers.map(({ value }) => value?.sequence)).toEqual([0, 1, 2]);
    store.close();
  });

  it('lets other work have its turn while it has much to hand out', async () => {
    const store = openStore({ dataDir: '/s', platform: memoryPlatform() });
    const subscription = store.subscribeLossy(Region.all(), { read: 'entries' });
    appendSome(store, 2000);
    const { items } = read(subscription);
    for (let each = 0; each < 4000; each += 1) await Promise.resolve();
    expect(items.length).toBeGreaterThan(0);
    await turn();
    expect(items).toHaveLength(2000);
    store.close();
  });

  it('of a follower hands out what a refresh takes up', async () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    const platform = memoryPlatform({ files: host.files });
    const follower = openReadOnly({ dataDir: host.directory, platform });
    const { items, ended } = read(follower.subscribeLossy(Region.all()));
    appendSome(store, 2);
    await turn();
    expect(items).toEqual([]);
    follower.refresh();
    await turn();
    expect(items.map(({ sequence }) => sequence)).toEqual([1, 2]);
    follower.close();
    await ended;
    store.close();
  });

  it('refuses what is no region, option or function', () => {
    const store = new StoreHost().open();
    const refused = (call: () => unknown): unknown => {
      try {
        call();
      } catch (cause) {
        return cause;
      }
      return undefined;
    };
    const wrong = { code: 'BATPAK_ARGUMENT_TYPE' };
    const unchecked = (options: object) => () => store.subscribeLossy(Region.all(), options);
    for (const options of [{ reed: 1 }, { read: 'all' }, { signal: 1 }, { onGap: 1 }]) {
      expect(refused(unchecked(options))).toMatchObject(wrong);
    }
    const subscription = store.subscribeLossy(Region.all());
    for (const count of [-1, 0.5, Number.NaN]) {
      expect(refused(() => subscription.take(count))).toMatchObject({
        code: 'BATPAK_ARGUMENT_RANGE',
      });
    }
    store.close();
    expect(refused(unchecked({}))).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
  });
});

describe('operators of a subscription', () => {
  it('run in the order in which they are chained, only while somebody reads', async () => {
    const store = new StoreHost().open();
    const ran: string[] = [];
    const sums = store
      .subscribeLossy(Region.all())
      .filter(({ sequence }) => {
        ran.push(`filter ${sequence}`);
        return sequence % 2 === 0;
      })
      .map(({ sequence }) => {
        ran.push(`map ${sequence}`);
        return sequence === 2 ? undefined : sequence;
      })
      .scan((sum, sequence) => sum + sequence, 100)
      .take(3);
    appendSome(store, 12);
    await turn();
    expect(ran).toEqual([]);
    const { items, ended } = read(sums);
    await ended;
    expect(items).toEqual([100, 104, 110]);
    expect(ran.slice(0, 4)).toEqual(['filter 0', 'map 0', 'filter 1', 'filter 2']);
    expect(ran.at(-1)).toBe('map 6');
    store.close();
  });

  it('take none when none are to be taken', async () => {
    const store = new StoreHost().open();
    const { items, ended } = read(store.subscribeLossy(Region.all()).take(0));
    appendSome(store, 1);
    await ended;
    expect(items).toEqual([]);
    store.close();
  });

  it('see an event of a kind that a filter tells the compiler', async () => {
    const store = new StoreHost().open();
    store.append('order:1', someKind, 'text');
    const texts = store
      .subscribeLossy(Region.all())
      .map(({ payload }) => payload)
      .filter((payload): payload is string => typeof payload === 'string');
    store.append('order:1', someKind, 7);
    store.append('order:1', someKind, 'next');
    for await (const text of texts.take(1)) expect(text.toUpperCase()).toBe('NEXT');
    store.close();
  });
});

/** How many listen to a store: asks its own list, which nobody else can see. */
function listenersOf(store: Store): () => number {
  // The store keeps its parts to itself; a test of leaks has to look at them.
  const { parts } = store as unknown as {
    parts: { engine: { index: { arrivals: { listening: number } } } };
  };
  return () => parts.engine.index.arrivals.listening;
}
