import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodePlatform, openStore, Region } from 'batpak';
import { afterEach, describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';
import { hosted, passing, remembering } from '../support/worker-host.ts';

const folders: string[] = [];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe.each([
  ['in memory', () => new StoreHost().open()],
  [
    'on the disk',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'batpak-worker-'));
      folders.push(folder);
      return openStore({ dataDir: folder, platform: nodePlatform() });
    },
  ],
])('a worker of a store %s', (_, open) => {
  it('hands out each event in order, in batches, those to come included', async () => {
    const store = open();
    appendSome(store, 10);
    const { batches, attempts, handler } = remembering();
    const worker = store.cursorWorker(Region.all(), handler, { name: 'mail', batchSize: 4 });
    expect(batches).toEqual([]);
    await worker.idle();
    appendSome(store, 1);
    await worker.idle();
    expect(batches).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], [10]]);
    expect(attempts).toEqual([1, 1, 1, 1]);
    expect([worker.state, worker.position, worker.checkpointed]).toEqual(['idle', 11, 11]);
    expect(store.durableThrough()).toBe(10);
    expect(await worker.stop()).toEqual({ state: 'stopped' });
    store.close();
  });
});

describe('a worker', () => {
  it('goes on behind what is done with, under its name', async () => {
    const { host, store } = hosted();
    appendSome(store, 5);
    const first = store.cursorWorker(Region.all(), remembering().handler, { name: 'mail' });
    await first.idle();
    appendSome(store, 2);
    const killed = host.killed().open();
    const { batches, handler } = remembering();
    const second = killed.cursorWorker(Region.all(), handler, { name: 'mail' });
    expect(second.recovered).toEqual({ outcome: 'resumed', position: 5 });
    await second.idle();
    expect(batches).toEqual([[5, 6]]);
  });

  it('waits for a handler that takes its time, one batch at a time', async () => {
    const { store } = hosted();
    appendSome(store, 4);
    let running = 0;
    let most = 0;
    const worker = store.cursorWorker(
      Region.all(),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
      },
      { batchSize: 1 },
    );
    await worker.idle();
    expect([most, worker.position]).toEqual([1, 4]);
  });

  it('waits longer after each failure, up to its bound', async () => {
    const { host, store } = hosted();
    appendSome(store, 1);
    const { batches, handler } = remembering(() => true);
    const backOff = { minMs: 1000, maxMs: 4000 };
    store.cursorWorker(Region.all(), handler, { batchSize: 1, maxTries: 6, backOff });
    const waited: number[] = [];
    let begunAt = 0;
    for (let ms = 0; ms < 20_000 && batches.length < 6; ms += 250) {
      const before = batches.length;
      await turn();
      if (batches.length > before) {
        waited.push(ms - begunAt);
        begunAt = ms;
      }
      host.timers.advance(250);
    }
    expect(waited.length).toBe(6);
    for (const [failures, least, most] of [
      [1, 500, 1250],
      [2, 1000, 2250],
      [3, 2000, 4250],
      [4, 2000, 4250],
    ] as const) {
      expect(waited[failures]).toBeGreaterThanOrEqual(least);
      expect(waited[failures]).toBeLessThanOrEqual(most);
    }
  });

  it('lets the handler finish and keeps what it did, when it is stopped', async () => {
    const { host, store } = hosted();
    appendSome(store, 3);
    let finish: () => void = () => undefined;
    let aborted: boolean | undefined;
    const worker = store.cursorWorker(
      Region.all(),
      async (_, { signal }) => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        aborted = signal.aborted;
      },
      { name: 'mail', batchSize: 2 },
    );
    await turn();
    expect(worker.state).toBe('handling');
    let stopped = false;
    const stopping = worker.stop().then((end) => {
      stopped = true;
      return end;
    });
    await turn();
    expect(stopped).toBe(false);
    finish();
    expect(await stopping).toEqual({ state: 'stopped' });
    expect(aborted).toBe(false);
    expect(host.afterPowerLoss().open().cursors()).toMatchObject([{ position: 2 }]);
    store.cursorGuaranteed(Region.all(), { name: 'mail' }).close();
  });

  it('tells its handler when its signal aborts, and ends', async () => {
    const { store } = hosted();
    appendSome(store, 1);
    const controller = new AbortController();
    const worker = store.cursorWorker(
      Region.all(),
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
      { name: 'mail', signal: controller.signal },
    );
    await turn();
    controller.abort();
    expect(await worker.ended).toEqual({ state: 'stopped' });
    expect(store.cursors()).toEqual([]);
    const late = { signal: AbortSignal.abort(), name: 'mail' };
    const { batches, handler } = remembering();
    expect(await store.cursorWorker(Region.all(), handler, late).ended).toEqual({
      state: 'stopped',
    });
    expect(batches).toEqual([]);
  });

  it('ends when the store is closed, idle or not', async () => {
    for (const busy of [false, true]) {
      const { store, told } = hosted();
      appendSome(store, 2);
      let release: () => void = () => undefined;
      const worker = store.cursorWorker(
        Region.all(),
        () => (busy ? new Promise<void>((resolve) => void (release = resolve)) : undefined),
        { name: 'mail' },
      );
      if (busy) await turn();
      else await worker.idle();
      store.close();
      await turn();
      release();
      expect(await worker.ended).toEqual({ state: 'stopped' });
      expect(told).toEqual([]);
    }
  });

  it('waits out a full disk, and blames no event for it', async () => {
    const { host, store } = hosted();
    appendSome(store, 2);
    host.plan.fail({ operation: 'write', path: '.cursor.new', code: 'ENOSPC', andLater: true });
    const { batches, handler } = remembering();
    const options = { name: 'mail', maxTries: 1 };
    const worker = store.cursorWorker(Region.all(), handler, options);
    await turn();
    await turn();
    expect(worker.state).toBe('backing off');
    host.plan.heal();
    appendSome(store, 1);
    await passing(host, worker.idle());
    expect(batches.flat()).toEqual([0, 1, 2]);
    expect([worker.parked, worker.checkpointed]).toEqual([[], 3]);
  });

  it('goes back to its checkpoint after a failure of the disk, as often as it may', async () => {
    const { host, store } = hosted();
    appendSome(store, 2);
    host.plan.fail({ operation: 'rename', path: '.cursor.new', code: 'EIO', andLater: true });
    const { batches, handler } = remembering();
    const restartPolicy = { type: 'bounded', maxRestarts: 2, withinMs: 3_600_000 } as const;
    const options = { name: 'mail', restartPolicy };
    const worker = store.cursorWorker(Region.all(), handler, options);
    const end = await passing(host, worker.ended);
    expect(end).toMatchObject({ state: 'exhausted', failure: { code: 'BATPAK_STORAGE' } });
    expect(batches).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    host.plan.heal();
    const next = store.cursorWorker(Region.all(), remembering().handler, options);
    await passing(host, next.idle());
    expect(next.checkpointed).toBe(2);
  });

  it('ends over a damaged event, and skips none', async () => {
    const { host, store } = hosted({ segmentMaxBytes: 1 });
    appendSome(store, 4);
    store.sync();
    host.flip('000003.fbat', 300);
    const { batches, handler } = remembering();
    const worker = store.cursorWorker(Region.all(), handler, { restartPolicy: { type: 'once' } });
    const end = await passing(host, worker.ended);
    expect(end).toMatchObject({ failure: { code: 'BATPAK_CORRUPT_SEGMENT' } });
    expect(batches).toEqual([[0, 1]]);
    expect(worker.position).toBe(2);
  });

  it('keeps its place also where no event is of its region', async () => {
    const { store } = hosted();
    const items = Array.from({ length: 256 }, () => ({
      at: 'stock:1',
      kind: someKind,
      payload: 0,
    }));
    const append = (batches: number): void => {
      for (let each = 0; each < batches; each += 1) store.appendBatch(items, { durable: false });
    };
    const { batches, handler } = remembering();
    const worker = store.cursorWorker(Region.namespace('order'), handler, { name: 'mail' });
    append(255);
    await worker.idle();
    expect([worker.position, worker.checkpointed]).toEqual([255 * 256, 0]);
    append(1);
    await worker.idle();
    expect([worker.position, worker.checkpointed]).toEqual([65_536, 65_536]);
    expect(batches).toEqual([]);
  });

  it('reads entries alone where that is enough', async () => {
    const { host, store } = hosted();
    appendSome(store, 3);
    const entities: string[] = [];
    const before = host.plan.count('read', '.fbat');
    const worker = store.cursorWorker(
      Region.all(),
      (entries) => void entities.push(...entries.map(({ entity }) => entity)),
      { read: 'entries' },
    );
    await worker.idle();
    expect(entities).toEqual(['order:1', 'order:1', 'order:1']);
    expect(host.plan.count('read', '.fbat')).toBe(before);
  });

  it('is seen by the inspector of the store', async () => {
    const ids = new Set<string>();
    const { store } = hosted({
      inspect: (event) => {
        if (event.type === '@xstate.snapshot') ids.add(JSON.stringify(event.snapshot));
      },
    });
    appendSome(store, 1);
    await store.cursorWorker(Region.all(), remembering().handler).idle();
    const seen = [...ids].join();
    for (const state of ['"handling"', '"checkpointing"', '"waiting"'])
      expect(seen).toContain(state);
  });

  it('stops with `await using`, and gives its name back', async () => {
    const { store } = hosted();
    {
      await using worker = store.cursorWorker(Region.all(), remembering().handler, { name: 'a' });
      await worker.idle();
      expect(
        thrownBy(() => store.cursorWorker(Region.all(), () => undefined, { name: 'a' })),
      ).toMatchObject({
        code: 'BATPAK_CURSOR_OPEN',
      });
    }
    await store.cursorWorker(Region.all(), remembering().handler, { name: 'a' }).stop();
  });
});
