import type { Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const everyEvent = { sync: { everyNEvents: 1 } } as const;
const noRestart: HostOptions = {
  writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
};
const item = { at: 'order:1', kind: someKind, payload: 1 };

/** Everything that acknowledges a write as durable, in a store that seldom syncs by itself. */
const acknowledgements: Readonly<Record<string, (store: Store) => unknown>> = {
  'append with durable': (store) => store.append('order:1', someKind, 1, { durable: true }),
  appendBatch: (store) => store.appendBatch([item, item]),
  'submit with durable': (store) => store.submit('order:1', someKind, 1, { durable: true }),
  'submitBatch with durable': (store) => store.submitBatch([item, item], { durable: true }),
  'the durable answer of a ticket': (store) => store.submit('order:1', someKind, 1).durable,
  'wait of a durable ticket': (store) =>
    store.submit('order:1', someKind, 1, { durable: true }).wait(),
  whenDurable: (store) => store.whenDurable(store.append('order:1', someKind, 1).sequence),
  sync: (store) => {
    store.append('order:1', someKind, 1);
    store.sync();
  },
  'commit of a fence': (store) => {
    const fence = store.beginVisibilityFence();
    fence.submit('order:1', someKind, 1);
    return fence.commit();
  },
  'flush of an outbox': (store) => {
    const outbox = store.outbox();
    outbox.stage('order:1', someKind, 1);
    return outbox.flush();
  },
};

/** The same for a store that syncs every event. */
const acknowledgedEach: Readonly<Record<string, (store: Store) => unknown>> = {
  append: (store) => store.append('order:1', someKind, 1),
  appendReaction: (store) =>
    store.appendReaction('stock:7', someKind, 1, store.append('order:1', someKind, 1)),
  'appendBatch by the cadence': (store) => store.appendBatch([item, item], { durable: false }),
  submit: (store) => store.submit('order:1', someKind, 1),
  submitBatch: (store) => store.submitBatch([item, item]),
};

const calls: readonly (readonly [string, HostOptions, (store: Store) => unknown])[] = [
  ...Object.entries(acknowledgements).map(([name, call]) => [name, {}, call] as const),
  ...Object.entries(acknowledgedEach).map(
    ([name, call]) => [`${name} at cadence 1`, everyEvent, call] as const,
  ),
];

/** How many events are left when the power fails now, in the worst of many cases. */
function leastLeft(host: StoreHost): number {
  const left = [host.afterPowerLoss()];
  for (let seed = 1; seed <= 3; seed += 1) left.push(host.afterPowerLoss(new SeededRandom(seed)));
  return Math.min(...left.map((one) => one.open().eventCount));
}

describe('an acknowledgement before the fsync', () => {
  it.each(calls)(
    'is not given by %s: what it tells of survives power loss',
    async (_, options, call) => {
      for (const before of [0, 3]) {
        const host = new StoreHost();
        const store = host.open(options);
        for (let n = 0; n < before; n += 1) store.append('order:1', someKind, n);
        await call(store);
        const events = store.eventCount;
        expect(events).toBeGreaterThan(before);
        expect(store.durableThrough()).toBe(events - 1);
        expect(leastLeft(host)).toBe(events);
      }
    },
  );

  it.each(calls)('is not given by %s when that fsync fails', async (_, options, call) => {
    const host = new StoreHost();
    const store = host.open({ ...options, ...noRestart });
    store.append('order:1', someKind, 0);
    for (const operation of ['sync', 'beginSync'] as const) {
      host.plan.fail({ operation, path: '000001.fbat', code: 'EIO' });
    }
    const outcome = await Promise.allSettled([(async () => call(store))()]);
    expect(outcome).toMatchObject([
      { status: 'rejected', reason: { code: 'BATPAK_SYNC_FAILED', outcome: 'unknown' } },
    ]);
    expect(store.durableThrough() ?? -1).toBeLessThan(1);
  });

  it('is not given while the fsync is still running', async () => {
    for (const options of [{}, everyEvent]) {
      const host = new StoreHost();
      const store = host.open(options);
      store.append('order:1', someKind, 0);
      host.plan.holdSyncs();
      let acknowledged = 0;
      const answers = [
        store.submit('order:1', someKind, 1, { durable: true }),
        store.submitBatch([item, item], { durable: true }),
        store.whenDurable(0).then(() => store.submit('order:1', someKind, 2).durable),
      ].map(async (answer) => {
        await answer;
        acknowledged += 1;
      });
      await turn();
      const whole = options === everyEvent ? 1 : 0;
      expect(acknowledged).toBeLessThanOrEqual(whole);
      host.plan.releaseSyncs();
      await Promise.all(answers);
      expect(store.durableThrough()).toBe(4);
    }
  });

  it('is not what a receipt says that was only written', async () => {
    const store = new StoreHost().open();
    const receipts = [
      store.append('order:1', someKind, 1),
      ...store.appendBatch([item], { durable: false }),
      await store.submit('order:1', someKind, 1),
      ...(await store.submitBatch([item])),
    ];
    expect(receipts.map(({ durability }) => durability)).toEqual(Array(4).fill('written'));
    expect(store.durableThrough()).toBeUndefined();
  });
});

/** A store whose failures that nobody waits for are gathered. */
function listening(options: HostOptions) {
  const host = new StoreHost();
  const logged: unknown[] = [];
  const heard: unknown[] = [];
  const logger = { warn: () => undefined, error: ({ err }: { err?: unknown }) => logged.push(err) };
  const store = host.open({ ...options, logger });
  store.onError = (failure) => heard.push(failure);
  const toldOf = (failure: object) => {
    expect(heard).toMatchObject([failure]);
    expect(logged).toMatchObject([failure]);
  };
  return { host, store, heard, toldOf };
}

const syncFailed = { code: 'BATPAK_SYNC_FAILED', path: '/store/000001.fbat' };

describe('a sync of the cadence that fails', () => {
  it('is told to the logger and onError when a restart has saved everything', () => {
    const { host, store, heard, toldOf } = listening({ sync: { everyNEvents: 4 } });
    for (let n = 0; n < 3; n += 1) store.append('order:1', someKind, n);
    expect(heard).toEqual([]);
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    store.append('order:1', someKind, 3);
    toldOf(syncFailed);
    expect(store.durableThrough()).toBe(3);
    expect(leastLeft(host)).toBe(4);
  });

  it('is thrown to whoever called when the writer is dead of it', () => {
    const { host, store } = listening({ sync: { everyNEvents: 4 }, ...noRestart });
    for (let n = 0; n < 3; n += 1) store.append('order:1', someKind, n);
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    expect(thrownBy(() => store.append('order:1', someKind, 3))).toMatchObject(syncFailed);
    expect(store.durableThrough()).toBeUndefined();
    expect(thrownBy(() => store.append('order:1', someKind, 4))).toMatchObject({
      code: 'BATPAK_WRITER_DEAD',
      cause: syncFailed,
    });
  });

  it('is told when it was made for submitted events', async () => {
    for (const more of [{}, noRestart]) {
      const { host, store, toldOf } = listening({ sync: { everyNEvents: 4 }, ...more });
      store.append('order:1', someKind, 0);
      host.plan.fail({ operation: 'beginSync', path: '000001.fbat', code: 'EIO' });
      const tickets = [1, 2, 3, 4].map((n) => store.submit('order:1', someKind, n));
      await Promise.all(tickets);
      await turn();
      toldOf(syncFailed);
      expect(store.durableThrough()).toBe(more === noRestart ? undefined : 4);
    }
  });

  it('is told when the time made it due', () => {
    for (const more of [{}, noRestart]) {
      const { host, store, toldOf } = listening({ sync: { maxDelayMs: 50 }, ...more });
      store.append('order:1', someKind, 0);
      host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
      host.timers.advance(50);
      toldOf(syncFailed);
    }
  });

  it('is told when a full segment made it due', () => {
    const { host, store, toldOf } = listening({ segmentMaxBytes: 1 });
    store.append('order:1', someKind, 0);
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    store.append('order:1', someKind, 1);
    toldOf(syncFailed);
    expect(store.eventCount).toBe(2);
  });
});
