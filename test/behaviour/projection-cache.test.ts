import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineProjection, FileCache, type ProjectionCache, type Store } from 'batpak';
import { LmdbCache } from 'batpak/lmdb';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { FailingCache, ToldLogger } from '../support/failing-cache.ts';
import { lmdbMissing } from '../support/lmdb-missing.ts';
import { appendSome, StoreHost, someKind } from '../support/store-host.ts';

let applied = 0;
const total = defineProjection({
  ...{ name: 'total', version: 1, initial: () => 0 },
  apply: (sum: number, { payload }) => {
    applied += 1;
    return sum + Number(payload);
  },
});

/** The state of `a`, and how many events it took. */
function projected(store: Store): [state: number | undefined, folded: number] {
  const before = applied;
  return [store.project(total, 'a'), applied - before];
}

function appendAll(store: Store, ...payloads: number[]): void {
  for (const payload of payloads) store.append('a', someKind, payload);
}

/** A cache in files of the host's, which outlive the process as its log does. */
function filesOf(host: StoreHost): ProjectionCache {
  return new FileCache({ directory: '/cache', platform: memoryPlatform({ files: host.files }) });
}

describe('a cache of projections', () => {
  it('has what was folded when the store is opened again, and only news are read', () => {
    const host = new StoreHost();
    const store = host.open({ cache: filesOf(host) });
    appendAll(store, 1, 2, 3);
    expect(projected(store)).toEqual([6, 3]);
    store.close();
    const again = host.open({ cache: filesOf(host) });
    expect(projected(again)).toEqual([6, 0]);
    appendAll(again, 10);
    expect(projected(again)).toEqual([16, 1]);
  });

  it('holds after a crash for what was flushed', () => {
    const host = new StoreHost();
    const store = host.open({ cache: filesOf(host) });
    appendAll(store, 1, 2);
    projected(store);
    store.flushProjections();
    expect(store.durableThrough()).toBe(1);
    appendAll(store, 3);
    for (const after of [host.killed(), host.afterPowerLoss()]) {
      const again = after.open({ cache: filesOf(after) });
      const [state, folded] = projected(again);
      expect(state).toBe(again.eventCount === 3 ? 6 : 3);
      expect(folded).toBe(again.eventCount - 2);
    }
  });

  it('holds nothing that a power loss could take back', () => {
    const host = new StoreHost();
    const store = host.open({ cache: filesOf(host), sync: { everyNEvents: 1_000_000 } });
    appendSome(store, 5);
    for (let index = 0; index < 100; index += 1) store.append('a', someKind, 1);
    projected(store);
    expect(host.files.list('/cache')).toEqual([]);
    store.sync();
    projected(store);
    expect(host.files.list('/cache')).not.toEqual([]);
  });

  it('is void when the log has lost its tail, however far it has gone on since', () => {
    const host = new StoreHost();
    const store = host.open();
    appendAll(store, 1, 2);
    store.close();
    const before = host.files.clone();
    const cache = new FailingCache();
    const longer = host.open({ cache });
    appendAll(longer, 3, 4);
    projected(longer);
    longer.close();
    // A backup is put back, and other events are written.
    const restored = new StoreHost(before, 10);
    const logger = new ToldLogger();
    const other = restored.open({ cache, logger });
    appendAll(other, 100, 200, 300);
    expect(projected(other)).toEqual([603, 5]);
    expect(logger.told).toEqual([
      'the cached states are of a log that has gone on in another way: all of them were dropped',
    ]);
  });

  it('is void past the end of the log', () => {
    const host = new StoreHost();
    host.open().close();
    const empty = host.files.clone();
    const cache = new FailingCache();
    const store = host.open({ cache });
    appendAll(store, 1);
    projected(store);
    store.close();
    const logger = new ToldLogger();
    const other = new StoreHost(empty, 10).open({ cache, logger });
    expect(projected(other)).toEqual([undefined, 0]);
    appendAll(other, 7);
    expect(projected(other)).toEqual([7, 1]);
    expect(logger.told).toHaveLength(1);
  });

  it('of another store is void, and reported once', () => {
    const cache = new FailingCache();
    const first = new StoreHost().open({ cache });
    appendAll(first, 1, 2);
    projected(first);
    first.close();
    const logger = new ToldLogger();
    // Another process number draws another store id.
    const second = new StoreHost(undefined, 50).open({ cache, logger });
    appendAll(second, 5, 6);
    expect(projected(second)).toEqual([11, 2]);
    expect(logger.told).toEqual([
      'the cached states are of another store: all of them were dropped',
    ]);
  });

  it('that fails or lies costs warnings and replays, and no answer', () => {
    const host = new StoreHost();
    const cache = new FailingCache();
    const logger = new ToldLogger();
    const store = host.open({ cache, logger });
    appendAll(store, 1, 2);
    projected(store);
    store.flushProjections();
    store.close();
    for (const operation of ['get', 'put', 'sync', 'close']) cache.fails.add(operation);
    const failing = host.open({ cache, logger });
    expect(projected(failing)).toEqual([3, 2]);
    failing.flushProjections();
    failing.close();
    expect(logger.told).toEqual(
      ['get', 'put', 'sync', 'close'].map((one) => `the projection cache failed in ${one}`),
    );
    cache.fails.clear();
    cache.lie = (cached) => cached && { ...cached, meta: { ...cached.meta, watermark: 1_000_000 } };
    expect(projected(host.open({ cache, logger }))).toEqual([3, 2]);
    expect(logger.told.at(-1)).toContain('not what was put there');
  });

  it('is told once of states that can not be stored, which are folded again', () => {
    const host = new StoreHost();
    const cache = new FailingCache();
    const logger = new ToldLogger();
    const set = defineProjection({
      ...{ name: 'set', version: 1, initial: () => new Set<unknown>() },
      apply: (state: Set<unknown>, { payload }) => new Set([...state, payload]),
    });
    const store = host.open({ cache, logger });
    for (const entity of ['a', 'b']) {
      store.append(entity, someKind, 1);
      expect(store.project(set, entity)?.size).toBe(1);
    }
    store.close();
    expect([cache.puts, logger.told]).toEqual([
      0,
      ['states of a projection can not be cached: they are folded again'],
    ]);
  });

  it('is closed with the store, also when nothing was folded', () => {
    const host = new StoreHost();
    let closed = 0;
    const cache = new FailingCache();
    cache.close = () => {
      closed += 1;
    };
    const store = host.open({ cache });
    store.close();
    store.close();
    expect(closed).toBe(1);
  });
});

describe.skipIf((await lmdbMissing()) !== undefined)('an LmdbCache', () => {
  it('has what was folded when the store is opened again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'batpak-lmdb-'));
    const host = new StoreHost();
    const store = host.open({ cache: await LmdbCache.open({ directory }) });
    appendAll(store, 1, 2, 3);
    expect(projected(store)).toEqual([6, 3]);
    store.close();
    const again = host.open({ cache: await LmdbCache.open({ directory }) });
    expect(projected(again)).toEqual([6, 0]);
    again.close();
    rmSync(directory, { recursive: true });
  });
});
