import { openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import {
  appendKeyed,
  cacheProof,
  keys,
  known,
  manySegments,
  mostOpen,
  type OptionField,
  type Proof,
  warnings,
} from '../support/option-proofs.ts';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const item = { at: 'order:1', kind: someKind, payload: 1 };
const bytes = (length: number) => new Uint8Array(length - 2);

function open(options: HostOptions = {}): { host: StoreHost; store: Store } {
  const host = new StoreHost();
  return { host, store: host.open(options) };
}

// The compiler sees to it that no field is left out.
const storeEffects: Readonly<Record<OptionField, Proof>> = {
  dataDir: () => {
    const host = new StoreHost();
    const platform = memoryPlatform({ files: host.files });
    const store = openStore({ dataDir: '/elsewhere/deep', platform });
    store.append('order:1', someKind, 1);
    expect(host.files.list('/elsewhere/deep')).toContain('000001.fbat');
    expect(host.segmentNames()).toEqual([]);
  },
  segmentMaxBytes: () => {
    for (const [segmentMaxBytes, segments] of [
      [600, 10],
      [1200, 4],
      [5000, 1],
    ] as const) {
      const { host, store } = open({ segmentMaxBytes });
      appendSome(store, 20);
      const positions = [...store.query(Region.all())].map(({ position }) => position);
      for (const { offset, length } of positions) {
        expect(offset + length).toBeLessThanOrEqual(segmentMaxBytes);
      }
      const ids = new Set(positions.map(({ segmentId }) => segmentId));
      expect(ids.size).toBe(segments);
      expect(host.segmentNames()).toHaveLength(segments);
    }
  },
  fdBudget: () => {
    for (const fdBudget of [1, 3, 64]) {
      const host = manySegments();
      const store = host.open({ fdBudget });
      const from = host.plan.operations.length;
      for (let round = 0; round < 2; round += 1) {
        for (const { sequence } of store.query(Region.all())) store.at(sequence)?.payload;
      }
      expect(mostOpen(host, from)).toBeLessThanOrEqual(Math.min(fdBudget + 1, 12));
      const opened = host.plan.operations
        .slice(from)
        .filter(({ operation, path }) => operation === 'open' && path.endsWith('.fbat'));
      expect(opened.length).toBe(fdBudget === 64 ? 12 : 24);
      store.close();
    }
  },
  singleAppendMaxBytes: () => {
    const { store } = open({ singleAppendMaxBytes: 50 });
    store.append('order:1', someKind, bytes(50));
    expect(thrownBy(() => store.append('order:1', someKind, bytes(51)))).toMatchObject({
      limit: 'singleAppendMaxBytes',
      max: 50,
      actual: 51,
    });
  },
  broadcastCapacity: async () => {
    for (const [broadcastCapacity, dropped] of [
      [1, 9],
      [4, 6],
      [10, 0],
    ] as const) {
      const { store } = open({ broadcastCapacity });
      await using subscription = store.subscribeLossy(Region.all());
      appendSome(store, 10);
      for await (const { sequence } of subscription.take(1)) expect(sequence).toBe(dropped);
      expect(subscription.dropped).toBe(dropped);
    }
  },
  'batch.maxSize': () => {
    const { store } = open({ batch: { maxSize: 2 } });
    expect(store.appendBatch([item, item])).toHaveLength(2);
    const refusal = { limit: 'batch.maxSize', max: 2, actual: 3 };
    expect(thrownBy(() => store.appendBatch([item, item, item]))).toMatchObject(refusal);
    const outbox = store.outbox();
    outbox.stageItem(item);
    outbox.stageItem(item);
    expect(thrownBy(() => outbox.stageItem(item))).toMatchObject(refusal);
  },
  'batch.maxBytes': () => {
    const { store } = open({ batch: { maxBytes: 60 } });
    const half = { ...item, payload: bytes(30) };
    expect(store.appendBatch([half, half])).toHaveLength(2);
    expect(thrownBy(() => store.appendBatch([half, half, item]))).toMatchObject({
      cause: { limit: 'batch.maxBytes', max: 60, actual: 61 },
    });
  },
  'batch.groupCommitMaxBatch': () => {
    for (const [groupCommitMaxBatch, syncs] of [
      [1, 12],
      [4, 3],
      [0, 0],
    ] as const) {
      const { host, store } = open({ batch: { groupCommitMaxBatch }, sync: { everyNEvents: 1 } });
      store.append('order:1', someKind, 0, { durable: true });
      const before = host.plan.count('sync', '.fbat');
      appendKeyed(
        store,
        Array.from({ length: 12 }, (_, n) => `key-${n}`),
      );
      expect(host.plan.count('sync', '.fbat') - before).toBe(syncs);
      const keyless = () => store.append('order:1', someKind, 1);
      if (groupCommitMaxBatch === 1) expect(keyless).not.toThrow();
      else expect(thrownBy(keyless)).toMatchObject({ code: 'BATPAK_IDEMPOTENCY_REQUIRED' });
    }
  },
  'fence.maxBytes': () => {
    const { store } = open({ fence: { maxBytes: 1000 } });
    using fence = store.beginVisibilityFence();
    fence.submit('order:1', someKind, bytes(500)).then(undefined, () => undefined);
    expect(thrownBy(() => fence.submit('order:1', someKind, bytes(500)))).toMatchObject({
      limit: 'fence.maxBytes',
      max: 1000,
    });
  },
  'writer.channelCapacity': () => {
    const { store } = open({ writer: { channelCapacity: 3 } });
    for (let n = 0; n < 3; n += 1) store.submit('order:1', someKind, n);
    expect(store.writerPressure()).toMatchObject({ queued: 3, capacity: 3, level: 'full' });
    expect(store.eventCount).toBe(0);
    store.submit('order:1', someKind, 3);
    expect([store.eventCount, store.writerPressure().queued]).toEqual([3, 1]);
  },
  'writer.pressureRetryThresholdPct': () => {
    for (const [pressureRetryThresholdPct, accepted] of [
      [10, 1],
      [50, 5],
      [100, 10],
    ] as const) {
      const { store } = open({ writer: { channelCapacity: 10, pressureRetryThresholdPct } });
      let count = 0;
      while (count < 20 && store.trySubmit('order:1', someKind, 1).type === 'ok') count += 1;
      expect(count).toBe(accepted);
    }
  },
  'writer.shutdownDrainLimit': async () => {
    for (const shutdownDrainLimit of [0, 2, 5]) {
      const { store } = open({ writer: { shutdownDrainLimit } });
      const tickets = Array.from({ length: 4 }, (_, n) => store.submit('order:1', someKind, n));
      const ends = Promise.allSettled(tickets);
      const written = Math.min(shutdownDrainLimit, 4);
      expect(store.close()).toEqual({ events: written, clean: true });
      const fulfilled = (await ends).filter(({ status }) => status === 'fulfilled');
      expect(fulfilled).toHaveLength(written);
    }
  },
  'writer.restartPolicy': () => {
    /** How many failed writes there are until the writer is dead, when `apartMs` lie between. */
    const failures = (options: HostOptions, apartMs: number): number => {
      const { host, store } = open(options);
      for (let count = 0; count < 10; count += 1) {
        appendSome(store, 1);
        host.clock.advance(apartMs * 1000);
        host.plan.fail({ operation: 'write', code: 'EIO' });
        thrownBy(() => store.append('order:1', someKind, 1));
        host.plan.heal();
        const [code] = codeOf(() => store.append('order:1', someKind, 1));
        if (code === 'BATPAK_WRITER_DEAD') return count + 1;
      }
      return 10;
    };
    const bounded = (maxRestarts: number): HostOptions => ({
      writer: { restartPolicy: { type: 'bounded', maxRestarts, withinMs: 1000 } },
    });
    expect(failures({}, 1)).toBe(2);
    expect(failures(bounded(0), 1)).toBe(1);
    expect(failures(bounded(3), 1)).toBe(4);
    expect(failures(bounded(1), 1000)).toBe(10);
    expect(failures({ writer: { restartPolicy: { type: 'once' } } }, 100_000)).toBe(2);
  },
  'sync.everyNEvents': () => {
    for (const [everyNEvents, through] of [
      [0, 9],
      [1, 9],
      [4, 7],
      [100, undefined],
    ] as const) {
      const { store } = open({ sync: { everyNEvents } });
      appendSome(store, 10);
      expect(store.durableThrough()).toBe(through);
    }
  },
  'sync.mode': () => {
    for (const mode of ['all', 'data'] as const) {
      const { host, store } = open({ sync: { mode, everyNEvents: 2 } });
      appendSome(store, 5);
      store.sync();
      expect(host.plan.count('dataSync', '.fbat')).toBe(mode === 'data' ? 3 : 0);
      // The header of a new segment is synced with its metadata, whatever the mode.
      expect(host.plan.count('sync', '.fbat')).toBe(mode === 'data' ? 1 : 4);
    }
  },
  'sync.preallocate': () => {
    const size = (options: HostOptions): number => {
      const { host, store } = open(options);
      appendSome(store, 2);
      return host.read('000001.fbat').length;
    };
    const step = 1024 * 1024;
    expect(size({ sync: { everyNEvents: 64 } })).toBe(step);
    expect(size({ sync: { everyNEvents: 65 } })).toBeLessThan(1000);
    expect(size({ sync: { everyNEvents: 64, preallocate: 'never' } })).toBeLessThan(1000);
  },
  'sync.maxDelayMs': () => {
    const { host, store } = open({ sync: { maxDelayMs: 70 } });
    appendSome(store, 2);
    host.timers.advance(69);
    expect(store.durableThrough()).toBeUndefined();
    host.timers.advance(1);
    expect(store.durableThrough()).toBe(1);
  },
  'idempotency.keepSequences': () => {
    const { host, store } = open({ idempotency: { keepSequences: 2 } });
    appendKeyed(store, keys);
    expect(known(store, keys)).toEqual([false, true, true, true]);
    expect(store.append('order:1', someKind, 1, { idempotencyKey: 'a' }).replayed).toBe(false);
    store.close();
    expect(known(host.open({ idempotency: { keepSequences: 1 } }), keys)).toEqual([
      ...[true, false, false, true],
    ]);
  },
  'idempotency.maxKeys': () => {
    const { logger, told } = warnings();
    const { store } = open({ idempotency: { maxKeys: 3 }, logger });
    appendKeyed(store, keys.slice(0, 3));
    expect([known(store, keys), told]).toEqual([[true, true, true, false], []]);
    appendKeyed(store, ['d', 'e']);
    expect(known(store, [...keys, 'e'])).toEqual([false, false, true, true, true]);
    expect(told).toEqual([expect.stringContaining('idempotency.maxKeys')]);
  },
  'index.enableCheckpoint': () => {
    for (const enableCheckpoint of [true, false]) {
      const { host, store } = open({ index: { enableCheckpoint } });
      appendSome(store, 3);
      store.close();
      expect(host.files.list('/store').includes('index.image')).toBe(enableCheckpoint);
      host.open().close();
      const { sources } = host.open({ index: { enableCheckpoint } }).recovery;
      expect(sources).toMatchObject(enableCheckpoint ? { image: 3 } : { image: 0, scanned: 3 });
    }
  },
  'index.lazyImage': () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 5);
    store.close();
    for (const lazyImage of [true, false]) {
      const again = host.open({ index: { lazyImage } });
      const before = host.plan.count('open', 'index.image');
      expect([...again.byKind(someKind)]).toHaveLength(5);
      expect(host.plan.count('open', 'index.image') - before).toBe(lazyImage ? 1 : 0);
      again.close();
    }
  },
  'index.views': () => {
    const host = new StoreHost();
    const store = host.open({ batch: { maxSize: 4096 } });
    const batch = Array.from({ length: 4096 }, () => item);
    for (let round = 0; round < 17; round += 1) store.appendBatch(batch, { durable: false });
    store.close();
    const rare = Region.all().withKind(someKind + 1);
    const one = Region.entity('order:1');
    for (const [policy, tiles64, byKind, byEntity] of [
      ['always', 'never', 'soa', 'entityGroups'],
      ['auto', 'auto', 'columns', 'links'],
      ['never', 'never', 'columns', 'links'],
      ['never', 'always', 'tiles64', 'links'],
    ] as const) {
      const again = host.open({ index: { views: { soa: policy, entityGroups: policy, tiles64 } } });
      expect([...again.query(rare)]).toEqual([]);
      expect([again.explain(rare).view, again.explain(one).view]).toEqual([byKind, byEntity]);
      again.close();
    }
  },
  hashChain: () => {
    for (const hashChain of [true, false]) {
      const { host, store } = open({ hashChain });
      const receipt = store.append('order:1', someKind, 1);
      expect(receipt.hash === undefined).toBe(!hashChain);
      expect(store.at(0)?.prevHash === undefined).toBe(!hashChain);
      store.close();
      expect(host.open().append('order:1', someKind, 2).hash === undefined).toBe(!hashChain);
    }
  },
  inspect: () => {
    const seen: string[] = [];
    const { store } = open({ inspect: (event) => void seen.push(event.type) });
    store.appendBatch([item]);
    store.close();
    expect(seen).toContain('@xstate.actor');
    expect(seen.filter((type) => type === '@xstate.event').length).toBeGreaterThan(3);
  },
  logger: () => {
    const { logger, told } = warnings();
    const { host, store } = open({ logger });
    appendSome(store, 1);
    host.plan.fail({ operation: 'rename', path: 'index.image', code: 'EIO' });
    expect(store.close().clean).toBe(true);
    expect(told).toEqual([expect.stringContaining('index image')]);
  },
  clock: () => {
    let nowUs = 7_000_000;
    const { host, store } = open({ clock: { nowUs: () => nowUs } });
    appendSome(store, 2);
    nowUs = 6_000_000;
    appendSome(store, 1);
    store.close();
    const again = host.open();
    const stamped = [0, 1, 2].map((sequence) => again.at(sequence)?.timestampUs);
    expect(stamped).toEqual([7_000_000, 7_000_000, 7_000_000]);
    expect(again.append('order:1', someKind, 4).sequence).toBe(3);
    expect(again.at(3)?.timestampUs).toBe(host.clock.nowUs());
    expect(again.verify().ok).toBe(true);
  },
  cache: cacheProof,
  recovery: () => {
    const { host, store } = open();
    const [, second] = appendSome(store, 3);
    store.close();
    host.flip('000001.fbat', (second?.position.offset ?? 0) + 30);
    const index = { enableCheckpoint: false };
    for (const recovery of ['strict', undefined] as const) {
      const options = recovery === undefined ? { index } : { index, recovery };
      expect(thrownBy(() => host.open(options))).toMatchObject({ code: 'BATPAK_CORRUPT_SEGMENT' });
    }
    expect(host.open({ index, recovery: 'salvage' }).eventCount).toBe(2);
  },
  lock: () => {
    const { host } = open();
    for (const options of [{}, { lock: 'respect' }] as const) {
      expect(thrownBy(() => host.open(options))).toMatchObject({ code: 'BATPAK_STORE_LOCKED' });
    }
    expect(host.open({ lock: 'force' }).eventCount).toBe(0);
  },
  platform: () => {
    const platform = memoryPlatform({ nowUs: 42_000_000 });
    const store = openStore({ dataDir: '/store', platform });
    store.append('order:1', someKind, 1);
    expect(store.at(0)?.timestampUs).toBe(42_000_000);
    expect(platform.files.list('/store')).toContain('000001.fbat');
  },
};

/** The code of what the call throws, if it throws. */
function codeOf(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (thrown) {
    return [(thrown as { code: string }).code];
  }
}

describe('an option of openStore has its effect', () => {
  it.each(Object.entries(storeEffects))('%s', async (_, proof) => {
    await proof();
    await turn();
  });
});
