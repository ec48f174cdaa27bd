import { BatchFailedError, isBatpakError, Region, type Store, SyncFailedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { type HostOptions, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const noRestart: HostOptions = {
  writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1 } },
};
const items = ['a', 'b', 'a'].map((entity, n) => ({
  at: `order:${entity}`,
  kind: someKind,
  payload: { n },
  options: { idempotencyKey: `item-${n}` },
}));

/** How a batch is written, and synced, through each way there is. */
const ways: Readonly<Record<string, (store: Store) => unknown>> = {
  appendBatch: (store) => store.appendBatch(items),
  submitBatch: (store) => store.submitBatch(items, { durable: true }).wait(),
  'flush of an outbox': (store) => {
    const outbox = store.outbox();
    for (const item of items) outbox.stageItem(item);
    return outbox.flush();
  },
  'commit of a fence': (store) => {
    const fence = store.beginVisibilityFence();
    fence.submitBatch(items).then(
      () => undefined,
      () => undefined,
    );
    return fence.commit();
  },
};

function given(options: HostOptions): { host: StoreHost; store: Store } {
  const host = new StoreHost();
  const store = host.open(options);
  store.append('order:a', someKind, 'before', { durable: true });
  return { host, store };
}

/** How many events are left on each disk that power loss may leave. */
function countsAfterPowerLoss(host: StoreHost, seeds = 12): Set<number> {
  const counts = new Set<number>();
  for (let seed = 1; seed <= seeds; seed += 1) {
    const store = host.afterPowerLoss(new SeededRandom(seed)).open();
    expect(store.verify().ok).toBe(true);
    counts.add(store.eventCount);
  }
  return counts;
}

describe('an fsync that fails after the COMMIT of a batch', () => {
  it.each(Object.entries(ways))(
    'makes %s say that the fate is unknown, and the batch is seen',
    (_, way) => {
      for (const options of [{}, noRestart]) {
        const { host, store } = given(options);
        host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
        const thrown = thrownBy(() => way(store));
        expect(thrown).toBeInstanceOf(SyncFailedError);
        expect(thrown).toMatchObject({ outcome: 'unknown', retryable: false });
        expect([...store.query(Region.all())].map(({ clock }) => clock)).toEqual([0, 1, 0, 2]);
        expect(host.killed().open().eventCount).toBe(4);
      }
    },
  );

  it('leaves all of the batch or nothing when the power fails; durableThrough tells which', () => {
    const saved = given({});
    saved.host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    thrownBy(() => saved.store.appendBatch(items));
    expect(saved.store.durableThrough()).toBe(3);
    expect(countsAfterPowerLoss(saved.host)).toEqual(new Set([4]));

    const dead = given(noRestart);
    dead.host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    thrownBy(() => dead.store.appendBatch(items));
    expect(dead.store.durableThrough()).toBe(0);
    const counts = countsAfterPowerLoss(dead.host);
    expect([...counts].filter((count) => count !== 1 && count !== 4)).toEqual([]);
    expect(counts.size).toBe(2);
  });

  it('lets the batch be sent again with its keys: it is there once, whatever became of it', () => {
    for (const options of [{}, noRestart]) {
      const { host, store } = given(options);
      host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
      thrownBy(() => store.appendBatch(items));
      const left = [host.killed()];
      for (let seed = 1; seed <= 4; seed += 1) {
        left.push(host.afterPowerLoss(new SeededRandom(seed)));
      }
      for (const one of left) {
        const again = one.open();
        const before = again.eventCount;
        const receipts = again.appendBatch(items);
        expect(receipts.map(({ replayed }) => replayed)).toEqual(Array(3).fill(before === 4));
        expect(receipts.map(({ durability }) => durability)).toEqual(Array(3).fill('durable'));
        expect(again.eventCount).toBe(4);
        expect(again.verify().ok).toBe(true);
      }
    }
  });

  it('lets it be sent again to the same store, which replays it', () => {
    const { host, store } = given({});
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    thrownBy(() => store.appendBatch(items));
    expect(store.appendBatch(items)).toMatchObject(
      items.map(() => ({ replayed: true, durability: 'durable' })),
    );
  });
});

describe('a batch that is reported as failed', () => {
  it('is never there later, whichever call to the disk failed', () => {
    const probe = given({});
    const before = probe.host.plan.count();
    probe.store.appendBatch(items);
    const calls = probe.host.plan.count() - before;
    expect(calls).toBeGreaterThan(1);
    let failures = 0;
    for (const code of ['EIO', 'ENOSPC']) {
      for (const options of [{}, noRestart]) {
        for (let nth = 1; nth <= calls; nth += 1) {
          for (const andLater of [false, true]) {
            const { host, store } = given(options);
            host.plan.fail({ operation: 'any', nth, andLater, code });
            const failed = wasReportedFailed(store);
            if (!failed) continue;
            failures += 1;
            const place = `${code} at call ${nth}${andLater ? ' and later' : ''}`;
            expect(store.eventCount, place).toBe(1);
            expect(host.killed().open().eventCount, place).toBe(1);
            expect(countsAfterPowerLoss(host, 2), place).toEqual(new Set([1]));
          }
        }
      }
    }
    expect(failures).toBeGreaterThan(3);
  });
});

/** Whether the batch is told to be not stored, for certain. */
function wasReportedFailed(store: Store): boolean {
  try {
    store.appendBatch(items);
    return false;
  } catch (failure) {
    if (!isBatpakError(failure)) throw failure;
    const cause: unknown = failure instanceof BatchFailedError ? failure.cause : failure;
    if (cause instanceof SyncFailedError) return false;
    return !(cause instanceof Error && 'outcome' in cause && cause.outcome === 'unknown');
  }
}
