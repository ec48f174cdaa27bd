import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineReadModel,
  FileCache,
  openStore,
  Region,
  type Store,
  StoreClosedError,
} from 'batpak';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

let applied = 0;
/** Called for each event that is folded: a test lets time pass here. */
let tick: () => void = () => undefined;

afterEach(() => {
  tick = () => undefined;
});

/** Sums of payloads by entity, in steps of the version's number. */
function versionOf(version: number) {
  return defineReadModel({
    ...{ name: 'sums', version, region: Region.namespace('order') },
    initial: (): Record<string, number> => ({}),
    apply: (state, { entity, payload }) => {
      applied += 1;
      tick();
      state[entity] = (state[entity] ?? 0) + Number(payload) * version;
      return state;
    },
  });
}

function fill(store: Store, count: number): void {
  for (let index = 0; index < count; index += 1) {
    store.append(`order:${index % 3}`, someKind, 1);
    store.append('other', someKind, 1);
  }
}

function open(host: StoreHost): Store {
  const platform = memoryPlatform({ files: host.files });
  return host.open({ cache: new FileCache({ directory: '/cache', platform }) });
}

/** How many events a call has folded. */
function folded(call: () => unknown): number {
  const before = applied;
  call();
  return applied - before;
}

describe('a read model', () => {
  it('is one state of all entities of its region, followed as events come', () => {
    const store = new StoreHost().open();
    fill(store, 4);
    const model = store.readModel(versionOf(1));
    expect(model.state()).toEqual({ 'order:0': 2, 'order:1': 1, 'order:2': 1 });
    store.append('order:7', someKind, 5);
    expect(folded(() => model.state())).toBe(1);
    expect(folded(() => model.state())).toBe(0);
    expect(model.state()).toMatchObject({ 'order:7': 5 });
  });

  it('is there after a reopen, and goes on', () => {
    const host = new StoreHost();
    const store = open(host);
    fill(store, 6);
    store.readModel(versionOf(1)).state();
    store.close();
    const again = open(host);
    const model = again.readModel(versionOf(1));
    expect(folded(() => model.state())).toBe(0);
    expect(model.state()).toEqual({ 'order:0': 2, 'order:1': 2, 'order:2': 2 });
  });

  it('answers a state that is stale for as long as it may', () => {
    const host = new StoreHost();
    const store = host.open();
    fill(store, 1);
    const model = store.readModel(versionOf(1));
    model.state();
    fill(store, 1);
    expect(model.state({ maxStaleMs: 10 })).toEqual({ 'order:0': 1 });
    host.clock.advance(10_001);
    expect(model.state({ maxStaleMs: 10 })).toEqual({ 'order:0': 2 });
  });

  it('serves the version before while events come, until the new one has caught up', async () => {
    const host = new StoreHost();
    const store = host.open();
    fill(store, 300);
    const model = store.readModel(versionOf(2), { previous: versionOf(1) });
    const seen: number[] = [];
    tick = () => host.clock.advance(1000);
    await model.build({
      onProgress: ({ done, total }) => {
        expect(done).toBeLessThanOrEqual(total);
        seen.push(model.state()['order:0'] ?? 0);
        if (seen.length === 1) fill(store, 3);
      },
    });
    expect(seen.slice(0, 2)).toEqual([100, 101]);
    expect(seen.length).toBeGreaterThan(3);
    expect([model.version, model.state()['order:0']]).toEqual([2, 202]);
  });

  it('goes on building after the process was killed in the middle', async () => {
    const host = new StoreHost();
    const store = open(host);
    fill(store, 500);
    store.readModel(versionOf(1)).state();
    const controller = new AbortController();
    const building = store.readModel(versionOf(2), { previous: versionOf(1) });
    tick = () => host.clock.advance(1000);
    const stopped = building.build({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(building.version).toBe(1);
    const { done, total } = building.progress;
    expect([done > 0, done < total]).toEqual([true, true]);
    store.flushProjections();
    const after = host.killed();
    const again = open(after);
    const model = again.readModel(versionOf(2), { previous: versionOf(1) });
    const before = applied;
    expect(model.state()['order:0']).toBe(167);
    expect(applied).toBe(before);
    expect(model.progress.done).toBe(done);
    await model.build();
    expect(applied - before).toBe(500 - Math.ceil(done / 2));
    expect([model.version, model.state()['order:0']]).toEqual([2, 334]);
  });

  it('is refused by a closed store, also while it is built', async () => {
    const store = new StoreHost().open();
    fill(store, 10);
    const model = store.readModel(versionOf(1));
    model.state();
    store.close();
    expect(thrownBy(() => model.state())).toBeInstanceOf(StoreClosedError);
    await expect(model.build()).rejects.toBeInstanceOf(StoreClosedError);
    expect(thrownBy(() => store.readModel(versionOf(1)))).toBeInstanceOf(StoreClosedError);
  });

  it('lets the event loop turn while it is built', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'batpak-read-model-'));
    const store = openStore({ dataDir });
    fill(store, 2000);
    const { performance } = globalThis;
    tick = () => {
      const until = performance.now() + 0.03;
      while (performance.now() < until);
    };
    let turns = 0;
    let building = true;
    const count = (): void => {
      turns += 1;
      if (building) setImmediate(count);
    };
    setImmediate(count);
    await store.readModel(versionOf(1)).build();
    building = false;
    // 60 ms of folding are at least seven slices.
    expect(turns).toBeGreaterThan(4);
    store.close();
    rmSync(dataDir, { recursive: true });
  });

  it('of a reader begins anew when the log was rebuilt', () => {
    const host = new StoreHost();
    const store = host.open();
    fill(store, 2);
    const platform = memoryPlatform({ files: host.plan });
    const reader = openReadOnly({ dataDir: host.directory, platform });
    const model = reader.readModel(versionOf(1));
    expect(model.state()).toEqual({ 'order:0': 1, 'order:1': 1 });
    fill(store, 1);
    reader.refresh();
    expect(model.state()).toEqual({ 'order:0': 2, 'order:1': 1 });
  });
});
