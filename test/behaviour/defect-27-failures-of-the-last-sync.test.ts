import { isBatpakError, Region, type Store, SyncFailedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A store with events that no sync has covered, written in every way. */
function given(options: HostOptions = {}): { host: StoreHost; store: Store; warned: unknown[] } {
  const host = new StoreHost();
  const warned: unknown[] = [];
  const logger = {
    warn: (facts: object) => void warned.push(facts),
    error: (facts: object) => void warned.push(facts),
  };
  const store = host.open({ ...options, logger });
  appendSome(store, 3);
  const item = { at: 'order:2', kind: someKind, payload: 1 };
  store.appendBatch([item, item], { durable: false });
  store.append('order:1', someKind, 'keyed', { idempotencyKey: 'key' });
  return { host, store, warned };
}

const payloadsOf = (store: Store): unknown[] =>
  [...store.events(Region.all())].map(({ payload }) => payload);

describe('the last sync of a store that fails', () => {
  it('is thrown by close, and by the disposal; the store is closed and its directory free', () => {
    for (const end of ['close', 'dispose'] as const) {
      const { host, store } = given();
      host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
      const close = () => (end === 'close' ? store.close() : store[Symbol.dispose]());
      const thrown = thrownBy(close);
      expect(thrown).toBeInstanceOf(SyncFailedError);
      expect(thrown).toMatchObject({ outcome: 'unknown', path: '/store/000001.fbat' });
      expect(store.close()).toEqual({ events: 6, clean: false });
      const again = host.open();
      expect(again.recovery).toMatchObject({ ending: 'unclean', events: 6 });
    }
  });

  it('is told to the tickets that waited for it', async () => {
    const { host, store } = given();
    const durable = store.submit('order:1', someKind, 'durable', { durable: true });
    const heard = durable.then(undefined, (failure: unknown) => failure);
    const waiting = store.whenDurable(0).then(undefined, (failure: unknown) => failure);
    host.plan.holdSyncs();
    await turn();
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => store.close())).toBeInstanceOf(SyncFailedError);
    expect(await heard).toBeInstanceOf(SyncFailedError);
    expect(await waiting).toBeInstanceOf(SyncFailedError);
    host.plan.releaseSyncs();
    await turn();
    expect(store.eventCount).toBe(7);
  });

  it('is never covered up: whichever call of close fails, clean means clean and durable', () => {
    const probe = given();
    const before = probe.host.plan.count();
    expect(probe.store.close()).toEqual({ events: 6, clean: true });
    const calls = probe.host.plan.count() - before;
    expect(calls).toBeGreaterThan(8);
    for (const code of ['EIO', 'ENOSPC']) {
      for (const andLater of [false, true]) {
        for (let nth = 1; nth <= calls; nth += 1) {
          const { host, store, warned } = given();
          host.plan.fail({ operation: 'any', nth, andLater, code });
          const place = `${code} at call ${nth}${andLater ? ' and later' : ''}`;
          const end = endOf(store);
          host.plan.heal();
          if (end !== 'clean') expect(end === 'thrown' || warned.length > 0, place).toBe(true);
          const left = [host.afterPowerLoss(), host.afterPowerLoss(new SeededRandom(nth))];
          for (const one of end === 'thrown' ? [] : left) {
            const again = one.open();
            expect(again.eventCount, place).toBe(6);
            if (end === 'clean') expect(again.recovery.ending, place).toBe('clean');
          }
          const killed = host.killed().open();
          expect(payloadsOf(killed), place).toEqual(payloadsOf(probe.host.killed().open()));
          expect(killed.verify().ok, place).toBe(true);
          // A mark that was taken back must not be believed later.
          if (end === 'unclean' && !andLater) {
            expect(killed.recovery.ending, place).toBe('unclean');
          }
        }
      }
    }
  });
});

/** How close ends: cleanly, not, or with an error of the library. */
function endOf(store: Store): 'clean' | 'unclean' | 'thrown' {
  try {
    return store.close().clean ? 'clean' : 'unclean';
  } catch (failure) {
    if (!isBatpakError(failure)) throw failure;
    return 'thrown';
  }
}

describe('a store that is dropped without close', () => {
  it('opens again with everything that was written', () => {
    const { host, store } = given({ segmentMaxBytes: 700 });
    const payloads = payloadsOf(store);
    const dropped = host.killed();
    const again = dropped.open({ segmentMaxBytes: 700 });
    expect(again.recovery).toMatchObject({ ending: 'unclean', events: 6, tornTail: undefined });
    expect(payloadsOf(again)).toEqual(payloads);
    expect(again.verify()).toMatchObject({ ok: true, events: 6, entities: 2 });
    const replay = again.append('order:1', someKind, 'keyed', { idempotencyKey: 'key' });
    expect(replay).toMatchObject({ replayed: true, sequence: 5 });
    expect(again.append('order:1', someKind, 'next')).toMatchObject({ sequence: 6, clock: 4 });
    expect(again.close()).toEqual({ events: 7, clean: true });
    expect(dropped.open().recovery).toMatchObject({ ending: 'clean', sources: { image: 7 } });
  });

  it('opens again with everything that was durable when the power failed too', () => {
    const { host, store } = given();
    const through = store.append('order:1', someKind, 'durable', { durable: true }).sequence;
    appendSome(store, 3);
    for (let seed = 1; seed <= 10; seed += 1) {
      const again = host.afterPowerLoss(new SeededRandom(seed)).open();
      expect(again.eventCount).toBeGreaterThan(through);
      expect(payloadsOf(again)).toEqual(payloadsOf(store).slice(0, again.eventCount));
      expect(again.verify().ok).toBe(true);
    }
  });

  it('makes an older image and checkpoint of keys no harm', () => {
    const { host, store } = given();
    store.close();
    const second = host.open();
    appendSome(second, 4, 'order:3');
    second.append('order:3', someKind, 'later', { idempotencyKey: 'later' });
    const again = host.killed().open();
    expect(again.eventCount).toBe(11);
    const options = { idempotencyKey: 'later' };
    expect(again.append('order:3', someKind, 'later', options).replayed).toBe(true);
    expect(again.verify()).toMatchObject({ ok: true, events: 11 });
  });

  it('is noticed by nobody who opens it again and again', () => {
    let { host } = given();
    for (let time = 0; time < 10; time += 1) {
      host = host.killed();
      expect(host.open().eventCount).toBe(6);
    }
  });
});
