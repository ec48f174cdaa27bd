import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { hiddenRanges, RustLogForge } from '../support/rust-log.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

// There is no compaction yet. What writes segments anew today is a salvage, and a writer that has
// met a failed sync: it carries over what was not durable.

const items = ['order:1', 'order:2', 'order:3'].map((at) => ({ at, kind: someKind, payload: at }));
const index = { enableCheckpoint: false } as const;

/** The sequence of every event, by its id. */
function sequencesOf(store: Store): Map<string, number> {
  return new Map([...store.query(Region.all())].map((entry) => [entry.eventId, entry.sequence]));
}

/** Bytes of the frames of the whole batch, markers included. */
function batchBytes(): number {
  const store = new StoreHost().open();
  const [first] = appendSome(store, 1);
  const before = (first?.position.offset ?? 0) + (first?.position.length ?? 0);
  store.appendBatch(items);
  const after = store.append('order:1', someKind, { index: 0 });
  return after.position.offset - before;
}

/**
 * A log whose first segment holds, behind its end, the first `keepBytes` bytes of a batch that
 * failed and could not be cut off; the second one goes on.
 */
function interrupted(keepBytes: number) {
  const host = new StoreHost();
  const store = host.open({ index });
  appendSome(store, 4);
  store.sync();
  host.plan.tear({ path: '000001.fbat', code: 'EIO', keepBytes });
  host.plan.fail({ operation: 'truncate', path: '000001.fbat', code: 'EIO', andLater: true });
  expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
    code: 'BATPAK_BATCH_FAILED',
    cause: { outcome: 'not stored' },
  });
  host.plan.heal();
  appendSome(store, 3, 'order:2');
  expect(host.segmentNames()).toHaveLength(2);
  return { host, store, told: sequencesOf(store) };
}

/** Every length at which the write of the batch can have been torn, roughly. */
function tears(): number[] {
  const bytes = batchBytes();
  return [1, 40, 200, 400, Math.floor(bytes / 2), bytes - 60, bytes - 1, bytes];
}

describe('items of a batch that was not committed, when segments are written anew', () => {
  it('do not come back by a salvage of the segment that they stand in', () => {
    for (const keepBytes of tears()) {
      const { host, store, told } = interrupted(keepBytes);
      store.close();
      const lost = store.eventCount;
      const again = host.open({ index });
      const { position, eventId } = again.at(1) ?? {};
      again.close();
      host.flip('000001.fbat', (position?.offset ?? 0) + 40, 1);
      const salvaged = host.open({ index, recovery: 'salvage' });
      told.delete(eventId ?? '');
      expect(salvaged.recovery.salvage, `${keepBytes}`).toBeDefined();
      expect(sequencesOf(salvaged), `${keepBytes}`).toEqual(told);
      expect(salvaged.append('order:1', someKind, 'next').sequence).toBe(lost);
      expect(salvaged.verify().ok).toBe(true);
      salvaged.close();
      const strict = host.open({ index });
      expect([...strict.query(Region.all())]).toHaveLength(told.size + 1);
      strict.close();
    }
  });

  it('do not come back by a salvage of the segment behind them', () => {
    for (const keepBytes of tears()) {
      const { host, store, told } = interrupted(keepBytes);
      const { position, eventId } = store.at(5) ?? {};
      store.close();
      host.flip('000002.fbat', (position?.offset ?? 0) + 40, 1);
      const salvaged = host.open({ index, recovery: 'salvage' });
      told.delete(eventId ?? '');
      expect(sequencesOf(salvaged), `${keepBytes}`).toEqual(told);
      salvaged.close();
    }
  });

  it('do not come back by what a failed sync writes again', () => {
    for (const keepBytes of tears()) {
      const { host, store } = interrupted(keepBytes);
      const killed = host.killed();
      store.close();
      for (const one of [killed, host]) {
        const again = one.open({ index });
        const told = sequencesOf(again);
        expect(told.size).toBe(7);
        const { eventId, sequence } = again.append('order:1', someKind, 'next');
        one.plan.fail({ operation: 'sync', code: 'EIO' });
        expect(thrownBy(() => again.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
        told.set(eventId, sequence);
        expect(sequencesOf(again)).toEqual(told);
        expect(sequencesOf(one.killed().open({ index }))).toEqual(told);
        expect(sequencesOf(one.afterPowerLoss().open({ index }))).toEqual(told);
      }
    }
  });

  it('do not come back when the process was killed in the middle of their batch', () => {
    const bytes = batchBytes();
    for (const keepBytes of tears().filter((length) => length < bytes)) {
      const host = new StoreHost();
      const store = host.open({ index });
      appendSome(store, 2);
      let killed: StoreHost | undefined;
      host.plan.shortWrite({ path: '.fbat', bytes: keepBytes });
      host.plan.before({ operation: 'write', path: '.fbat', nth: 2 }, () => {
        killed = host.killed();
      });
      store.appendBatch(items, { durable: false });
      const again = killed?.open({ index });
      if (killed === undefined || again === undefined) throw new Error('it was killed');
      expect(again.eventCount, `${keepBytes}`).toBe(2);
      expect(again.append('order:1', someKind, 'next')).toMatchObject({ sequence: 2, clock: 2 });
      killed.plan.fail({ operation: 'sync', code: 'EIO' });
      expect(thrownBy(() => again.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
      expect(sequencesOf(again).size).toBe(3);
      expect(sequencesOf(killed.afterPowerLoss().open({ index })).size).toBe(3);
    }
  });
});

describe('events that a fence of the Rust crate cancelled, when segments are written anew', () => {
  const log = () => new RustLogForge().segment().event().event().event().event().footer();

  it('stay cancelled, and the others keep their sequences', () => {
    const host = log()
      .hide(hiddenRanges([[1, 3]]))
      .into(new StoreHost());
    const store = host.open({ index });
    appendSome(store, 2);
    const own = store.at(4)?.position;
    store.sync();
    store.append('order:1', someKind, 'carried');
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => store.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    const told = sequencesOf(store);
    expect([...told.values()]).toEqual([0, 3, 4, 5, 6]);
    const lost = store.at(4)?.eventId ?? '';
    store.close();
    host.flip(`00000${own?.segmentId}.fbat`, (own?.offset ?? 0) + 40, 1);
    const salvaged = host.open({ index, recovery: 'salvage' });
    told.delete(lost);
    expect(sequencesOf(salvaged)).toEqual(told);
    expect([salvaged.at(1), salvaged.at(2)]).toEqual([undefined, undefined]);
    expect(salvaged.append('order:1', someKind, 'next').sequence).toBe(7);
    salvaged.close();
    expect([...sequencesOf(host.open({ index })).values()]).toEqual([0, 3, 5, 6, 7]);
  });

  it('are not brought back by a salvage that can not tell where ours begins', () => {
    const host = log().into(new StoreHost());
    const store = host.open({ index });
    appendSome(store, 2);
    store.close();
    for (const at of [1, 20]) host.flip('000002.fbat', at);
    const before = host.content();
    expect(thrownBy(() => host.open({ index, recovery: 'salvage' }))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: '/store/000002.fbat',
    });
    expect(host.content()).toEqual(before);
  });
});
