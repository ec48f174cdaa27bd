import { describe, expect, it } from 'vitest';
import { openReadOnly, openStore } from '../../src/index.ts';
import { memoryPlatform } from '../../src/testing/index.ts';

const turn = (): Promise<void> => Promise.resolve();

describe('onVisible', () => {
  it('calls once after a turn in which events became visible, and at the close', async () => {
    const store = openStore({ dataDir: '/d', platform: memoryPlatform() });
    const seen: number[] = [];
    const stop = store.onVisible(() => seen.push(store.eventCount));
    store.append('a', 0x1001, { n: 1 });
    store.appendBatch([{ at: 'b', kind: 0x1001, payload: { n: 2 } }]);
    expect(seen).toEqual([]);
    await turn();
    expect(seen).toEqual([2]);
    await store.submit('c', 0x1001, { n: 3 });
    await turn();
    expect(seen).toEqual([2, 3]);
    expect(store.nextSequence).toBe(3);
    store.close();
    await turn();
    expect(seen).toEqual([2, 3, 3]);
    stop();
  });

  it('lets the listener write', async () => {
    const store = openStore({ dataDir: '/d', platform: memoryPlatform() });
    const stop = store.onVisible(() => {
      if (store.eventCount < 3) store.append('a', 0x1001, {});
    });
    store.append('a', 0x1001, {});
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(store.eventCount).toBe(3);
    stop();
    store.close();
  });

  it('tells a follower of what its refresh has found', async () => {
    const platform = memoryPlatform();
    const store = openStore({ dataDir: '/d', platform });
    store.append('a', 0x1001, {});
    const reader = openReadOnly({ dataDir: '/d', platform });
    const seen: number[] = [];
    reader.onVisible(() => seen.push(reader.eventCount));
    expect(reader.identity).toEqual(store.identity);
    store.append('a', 0x1001, {});
    await turn();
    expect(seen).toEqual([]);
    reader.refresh();
    await turn();
    expect(seen).toEqual([2]);
    reader.close();
    await turn();
    expect(seen).toEqual([2, 2]);
    store.close();
  });

  it('refuses what is no function, and a store that is closed', () => {
    const store = openStore({ dataDir: '/d', platform: memoryPlatform() });
    expect(() => store.onVisible(1 as never)).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'listener' }),
    );
    store.close();
    expect(() => store.onVisible(() => undefined)).toThrow(
      expect.objectContaining({ code: 'BATPAK_STORE_CLOSED' }),
    );
  });
});
