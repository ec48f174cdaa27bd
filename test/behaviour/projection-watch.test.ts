import { defineEvent, defineProjection } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

const Moved = defineEvent<{ x: number }>({ name: 'moved' });
const Died = defineEvent<{ by: string }>({ name: 'died' });
const place = defineProjection({
  ...{ name: 'place', version: 1, events: [Moved], initial: () => 0 },
  apply: (_, { payload }) => payload.x,
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('watchProjection', () => {
  it('gives the state now, then after each change, those between as one', async () => {
    const store = new StoreHost().open();
    store.append('a', Moved, { x: 1 });
    const watcher = store.watchProjection(place, 'a');
    expect(await watcher.next()).toEqual({ done: false, value: 1 });
    const second = watcher.next();
    for (const x of [2, 3, 4]) store.append('a', Moved, { x });
    expect(await second).toEqual({ done: false, value: 4 });
  });

  it('is not woken by neighbours, nor by events that the projection does not read', async () => {
    const store = new StoreHost().open();
    store.append('a', Moved, { x: 1 });
    const watcher = store.watchProjection(place, 'a');
    await watcher.next();
    let woken = false;
    const second = watcher.next().then((result) => {
      woken = true;
      return result;
    });
    store.append('a:1', Moved, { x: 9 });
    store.append('a', Died, { by: 'fall' });
    store.append('a', someKind, 1);
    await turn();
    expect(woken).toBe(false);
    store.append('a', Moved, { x: 1 });
    expect(await second).toEqual({ done: false, value: 1 });
  });

  it('ends when the store is closed, also for one who waits', async () => {
    const store = new StoreHost().open();
    store.append('a', Moved, { x: 1 });
    const seen: number[] = [];
    const loop = (async () => {
      for await (const state of store.watchProjection(place, 'a')) seen.push(state);
    })();
    await turn();
    store.close();
    await loop;
    expect(seen).toEqual([1]);
  });

  it('ends with its signal', async () => {
    const store = new StoreHost().open();
    const controller = new AbortController();
    const loop = (async () => {
      for await (const _ of store.watchProjection(place, 'a', { signal: controller.signal })) {
        throw new Error('there is no state to give');
      }
    })();
    await turn();
    controller.abort();
    await loop;
  });

  it('follows a reader of the log', async () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', Moved, { x: 1 });
    const platform = memoryPlatform({ files: host.plan });
    const reader = openReadOnly({ dataDir: host.directory, platform });
    const watcher = reader.watchProjection(place, 'a');
    expect(await watcher.next()).toEqual({ done: false, value: 1 });
    const second = watcher.next();
    store.append('a', Moved, { x: 2 });
    reader.refresh();
    expect(await second).toEqual({ done: false, value: 2 });
    const third = watcher.next();
    reader.close();
    expect(await third).toEqual({ done: true, value: undefined });
  });
});
