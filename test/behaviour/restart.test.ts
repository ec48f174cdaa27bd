import {
  BatchFailedError,
  Region,
  type Store,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

/** Room that is made ahead is not what these tests are about. */
const options: HostOptions = { sync: { preallocate: 'never' } };
const items = ['a', 'b'].map((at) => ({ at, kind: someKind, payload: at }));

function payloadsOf(store: Store): unknown[] {
  return [...store.events(Region.all())].map(({ payload }) => payload);
}

function headerOf(host: StoreHost, name: string) {
  const decoded = decodeSegmentHeader(host.read(name), name);
  if (typeof decoded === 'string') throw new Error(`${name} has no header: ${decoded}`);
  return decoded.header;
}

/** A store with an event that is durable, and two that are written. */
function given(more: HostOptions = {}) {
  const host = new StoreHost();
  const store = host.open({ ...options, ...more });
  appendSome(store, 1);
  store.sync();
  appendSome(store, 2);
  const before = { payloads: payloadsOf(store), ids: [...store.query(Region.all())] };
  return { host, store, before };
}

/** Everything that must hold of the store after a restart in which nothing was lost. */
function expectWhole(host: StoreHost, store: Store, payloads: readonly unknown[]): void {
  const events = payloads.length;
  expect(payloadsOf(store)).toEqual(payloads);
  expect(store.verify()).toMatchObject({ ok: true, events, gaps: [] });
  for (const { eventId, sequence } of store.query(Region.all())) {
    expect(store.get(eventId)).toMatchObject({ sequence, payload: payloads[sequence] });
  }
  const killed = host.killed().open(options);
  expect(payloadsOf(killed)).toEqual(payloads);
  expect(killed.verify()).toMatchObject({ ok: true, events, gaps: [] });
}

describe('a restart of the writer', () => {
  it.each([
    ['a write', { operation: 'write' }],
    ['a write that is also not cut off', { operation: 'write', truncate: true }],
  ] as const)('follows %s that fails, of which nothing is stored', (_, fault) => {
    const { host, store, before } = given();
    host.plan.tear({ path: '.fbat', code: 'EIO', keepBytes: 30 });
    if ('truncate' in fault) host.plan.fail({ operation: 'truncate', code: 'EIO' });
    const thrown = thrownBy(() => store.append('order:1', someKind, 'lost'));
    expect(thrown).toBeInstanceOf(WriteFailedError);
    expect(thrown).toMatchObject({ outcome: 'not stored', retryable: true });
    expectWhole(host, store, before.payloads);
    expect(store.append('order:1', someKind, 'next')).toMatchObject({
      sequence: 3,
      clock: 3,
      position: { segmentId: 2 },
    });
    expectWhole(host, store, [...before.payloads, 'next']);
  });

  it('follows a write that fails with all of it in the file', () => {
    const { host, store, before } = given();
    host.plan.tear({ path: '.fbat', code: 'EIO', keepBytes: 10_000 });
    host.plan.fail({ operation: 'truncate', code: 'EIO' });
    expect(thrownBy(() => store.append('order:1', someKind, 'whole'))).toMatchObject({
      outcome: 'not stored',
    });
    // It stands whole in the old file, behind the end that the new one names.
    expectWhole(host, store, before.payloads);
    store.append('order:1', someKind, 'other');
    expectWhole(host, store, [...before.payloads, 'other']);
  });

  it('follows a batch that fails, all of it', () => {
    const { host, store, before } = given();
    host.plan.tear({ path: '.fbat', code: 'EIO', keepBytes: 200 });
    const thrown = thrownBy(() => store.appendBatch(items));
    expect(thrown).toBeInstanceOf(BatchFailedError);
    expect(thrown).toMatchObject({ retryable: true, cause: { outcome: 'not stored' } });
    expectWhole(host, store, before.payloads);
    expect(store.appendBatch(items).map(({ sequence }) => sequence)).toEqual([3, 4]);
    expectWhole(host, store, [...before.payloads, 'a', 'b']);
  });

  it('keeps a batch whole that it carries over', () => {
    const { host, store, before } = given();
    store.appendBatch(items, { durable: false });
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => store.sync())).toBeInstanceOf(SyncFailedError);
    expectWhole(host, store, [...before.payloads, 'a', 'b']);
    expect(host.afterPowerLoss().open(options).eventCount).toBe(5);
  });

  it('follows a sync that fails, which its caller is told, and saves what that did not', () => {
    const { host, store, before } = given();
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    const durably = () => store.append('order:1', someKind, 'seen', { durable: true });
    const thrown = thrownBy(durably);
    expect(thrown).toBeInstanceOf(SyncFailedError);
    expect(thrown).toMatchObject({ outcome: 'unknown', path: '/store/000001.fbat' });
    expect(store.durableThrough()).toBe(3);
    expectWhole(host, store, [...before.payloads, 'seen']);
    for (let seed = 1; seed <= 10; seed += 1) {
      const left = host.afterPowerLoss(new SeededRandom(seed)).open(options);
      expect(payloadsOf(left), `seed ${seed}`).toEqual([...before.payloads, 'seen']);
    }
    expect(durably()).toMatchObject({ sequence: 4, durability: 'durable' });
  });

  it('follows a failed sync of the cadence, which is reported and not thrown', () => {
    const { host, store, before } = given({ sync: { everyNEvents: 3, preallocate: 'never' } });
    const reported: unknown[] = [];
    store.onError = (failure) => reported.push(failure);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(store.append('order:1', someKind, 'third').durability).toBe('durable');
    expect(reported).toEqual([expect.any(SyncFailedError)]);
    expectWhole(host, store, [...before.payloads, 'third']);
  });

  it('follows a failed sync before a rotation, and the event is written all the same', () => {
    const { host, store, before } = given({ ...options, segmentMaxBytes: 700 });
    const reported: unknown[] = [];
    store.onError = (failure) => reported.push(failure);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    const text = 'x'.repeat(300);
    store.append('order:1', someKind, text);
    expect(reported).toEqual([expect.any(SyncFailedError)]);
    expectWhole(host, store, [...before.payloads, text]);
  });

  it('raises the epoch, and leaves the old segment as it is', () => {
    const { host, store } = given();
    const before = host.read('000001.fbat');
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    thrownBy(() => store.sync());
    expect(host.read('000001.fbat')).toEqual(before);
    expect(headerOf(host, '000001.fbat').epoch).toBe(0);
    expect(headerOf(host, '000002.fbat')).toMatchObject({
      epoch: 1,
      firstSequence: 1,
      previous: { segmentId: 1, nextSequence: 1 },
    });
    const syncs = host.plan.count('sync', '000001.fbat');
    store.close();
    expect(host.plan.count('sync', '000001.fbat')).toBe(syncs);
  });

  it('leaves no segment behind of which nothing is needed', () => {
    const host = new StoreHost();
    const store = host.open(options);
    appendSome(store, 2);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    thrownBy(() => store.sync());
    expect(host.segmentNames()).toEqual(['000002.fbat']);
    expectWhole(host, store, [{ index: 0 }, { index: 1 }]);
  });

  it('keeps names, keys, clocks and hashes', () => {
    const host = new StoreHost();
    const store = host.open(options);
    const receipt = store.append('order:1', someKind, 1, { idempotencyKey: 'key' });
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    thrownBy(() => store.sync());
    const again = store.append('order:1', someKind, 1, { idempotencyKey: 'key' });
    expect(again).toMatchObject({ replayed: true, sequence: 0, position: { segmentId: 2 } });
    expect(again.hash).toEqual(receipt.hash);
    const reopened = host.killed().open(options);
    expect(reopened.findByKey('key')?.eventId).toBe(receipt.eventId);
    expect(reopened.append('order:1', someKind, 2, { expected: 0 }).clock).toBe(1);
  });
});

describe('the restart policy', () => {
  const failSync = (host: StoreHost, store: Store): unknown => {
    appendSome(store, 1);
    host.plan.fail({ operation: 'sync', code: 'EIO' });
    return thrownBy(() => store.sync());
  };

  it('once is for the life of the store', () => {
    const { host, store } = given();
    failSync(host, store);
    host.clock.advance(3_600_000_000);
    const second = failSync(host, store);
    expect(second).toBeInstanceOf(SyncFailedError);
    const dead = thrownBy(() => store.append('order:1', someKind, 1));
    expect(dead).toBeInstanceOf(WriterDeadError);
    expect(dead).toMatchObject({ cause: second });
    expect(store.verify()).toMatchObject({ ok: true, events: 5 });
    expect(store.close()).toEqual({ events: 5, clean: false });
    expect(host.open(options).eventCount).toBe(5);
  });

  it('bounded allows so many in a window of time', () => {
    const restartPolicy = { type: 'bounded', maxRestarts: 2, withinMs: 1000 } as const;
    const { host, store } = given({ writer: { restartPolicy } });
    for (let failures = 0; failures < 6; failures += 1) {
      failSync(host, store);
      host.clock.advance(500_000);
    }
    expect(store.durableThrough()).toBe(8);
    for (let failures = 0; failures < 3; failures += 1) failSync(host, store);
    expect(thrownBy(() => store.sync())).toBeInstanceOf(WriterDeadError);
    expect(store.verify()).toMatchObject({ ok: true, events: 12 });
  });

  it('may allow none', () => {
    const restartPolicy = { type: 'bounded', maxRestarts: 0, withinMs: 1000 } as const;
    const { host, store } = given({ writer: { restartPolicy } });
    failSync(host, store);
    expect(thrownBy(() => store.sync())).toBeInstanceOf(WriterDeadError);
    expect(host.segmentNames()).toEqual(['000001.fbat']);
  });
});

describe('a restart that fails', () => {
  it.each([
    ['open', 'EIO'],
    ['open', 'ENOSPC'],
    ['write', 'EIO'],
    ['write', 'ENOSPC'],
    ['sync', 'EIO'],
    ['rename', 'EIO'],
    ['rename', 'ENOSPC'],
  ] as const)(
    'because %s answers %s stops the writer, and nothing written is lost',
    (operation, code) => {
      const { host, store, before } = given();
      host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
      host.plan.fail({ operation, path: '000002.fbat.new', code });
      expectDead(host, store, before.payloads);
    },
  );

  it('because its name is not made durable stops the writer, and nothing written is lost', () => {
    const { host, store, before } = given();
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    host.plan.fail({ operation: 'syncDirectory', code: 'EIO' });
    expectDead(host, store, before.payloads);
  });

  it('because what was written can not be read back stops the writer', () => {
    const { host, store, before } = given();
    host.plan.before({ operation: 'sync', path: '000001.fbat' }, () => {
      host.flip('000001.fbat', host.read('000001.fbat').length - 5);
    });
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    expect(thrownBy(() => store.sync())).toBeInstanceOf(SyncFailedError);
    expect(thrownBy(() => store.append('order:1', someKind, 1))).toBeInstanceOf(WriterDeadError);
    expect(store.durableThrough()).toBe(0);
    expect(host.segmentNames()).toEqual(['000001.fbat']);
    expect(store.at(1)?.payload).toEqual(before.payloads[1]);
  });

  /** The writer is dead, reads go on, and the next opening finds everything and writes on. */
  function expectDead(host: StoreHost, store: Store, payloads: readonly unknown[]): void {
    expect(thrownBy(() => store.sync())).toBeInstanceOf(SyncFailedError);
    expect(thrownBy(() => store.append('order:1', someKind, 1))).toBeInstanceOf(WriterDeadError);
    expect(store.durableThrough()).toBe(0);
    expect(payloadsOf(store)).toEqual(payloads);
    expect(store.verify()).toMatchObject({ ok: true, events: 3 });
    expect(store.close()).toEqual({ events: 3, clean: false });
    expect(host.files.list(host.directory)).toEqual(['000001.fbat']);
    const again = host.open(options);
    expect(payloadsOf(again)).toEqual(payloads);
    expect(again.append('order:1', someKind, 'next', { durable: true }).sequence).toBe(3);
    expect(host.afterPowerLoss().open(options).verify()).toMatchObject({ ok: true, events: 4 });
  }
});
