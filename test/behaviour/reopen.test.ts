import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

/** The epoch that a segment's header names. */
function epochOf(host: StoreHost, name: string): number {
  const decoded = decodeSegmentHeader(host.read(name), name);
  if (typeof decoded === 'string') throw new Error(`${name} has no header: ${decoded}`);
  return decoded.header.epoch;
}

describe('opening', () => {
  it('of an empty directory writes nothing but the lock', () => {
    const host = new StoreHost();
    const store = host.open();
    expect(store.recovery).toMatchObject({ ending: 'new', events: 0, tornTail: undefined });
    expect(host.files.list(host.directory)).toEqual(['LOCK']);
    expect(store.close()).toEqual({ events: 0, clean: true });
    expect(host.files.list(host.directory)).toEqual([]);
  });

  it('after a close goes on in the same segment and epoch', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    expect(store.close()).toEqual({ events: 3, clean: true });
    const again = host.open();
    expect(again.recovery).toMatchObject({ ending: 'clean', events: 3, tornTail: undefined });
    expect(again.durableThrough()).toBe(2);
    expect(again.append('order:1', someKind, 1)).toMatchObject({
      sequence: 3,
      clock: 3,
      position: { segmentId: 1 },
    });
    again.close();
    expect(host.segmentNames()).toEqual(['000001.fbat']);
    expect(host.open().recovery).toMatchObject({ ending: 'clean', events: 4 });
  });

  it('of a store that is not changed leaves every byte of the directory as it was', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 20);
    store.close();
    const before = host.content();
    const again = host.open({ segmentMaxBytes: 600 });
    const entries = [...again.query(Region.all())];
    expect(entries).toHaveLength(20);
    again.get(entries[7]?.eventId ?? '');
    expect(again.verify().ok).toBe(true);
    again.sync();
    again.close();
    expect(host.content()).toEqual(before);
  });

  it('of a store that ended uncleanly and is not changed leaves its bytes too', () => {
    const killed = hostKilledAfter(3);
    const before = killed.content();
    killed.open().close();
    const { [`${killed.directory}/LOCK`]: _, ...rest } = before;
    expect(killed.content()).toEqual(rest);
  });

  it('after a kill begins a new segment with a higher epoch', () => {
    const host = new StoreHost();
    const first = host.open({ sync: { preallocate: 'never' } });
    appendSome(first, 3);
    first.sync();
    appendSome(first, 1);
    const killed = host.killed();
    const store = killed.open();
    expect(store.recovery).toMatchObject({ ending: 'unclean', events: 4, tornTail: undefined });
    expect(store.append('order:1', someKind, 1)).toMatchObject({
      sequence: 4,
      clock: 4,
      position: { segmentId: 2 },
    });
    expect(epochOf(killed, '000002.fbat')).toBe(epochOf(killed, '000001.fbat') + 1);
    store.close();
    expect(killed.open().verify()).toMatchObject({ ok: true, events: 5 });
  });

  it('after a kill before any sync replaces the segment whole', () => {
    const killed = hostKilledAfter(3);
    const store = killed.open();
    const hashes = (): unknown[] => [...store.events(Region.all())].map(({ hash }) => hash);
    const before = hashes();
    store.append('order:1', someKind, 1);
    expect(killed.segmentNames()).toEqual(['000002.fbat']);
    expect(epochOf(killed, '000002.fbat')).toBe(1);
    expect(store.durableThrough()).toBe(2);
    expect(hashes().slice(0, 3)).toEqual(before);
    const left = killed.afterPowerLoss().open();
    expect(left.verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('ten times with a kill each time piles up no empty segments', () => {
    let host = hostKilledAfter(1);
    for (let round = 0; round < 10; round += 1) {
      host.open();
      host = host.killed();
    }
    expect(host.segmentNames()).toEqual(['000001.fbat']);
  });

  it('ten times with a kill after the segment was made keeps one empty segment at most', () => {
    let host = hostKilledAfter(1);
    for (let round = 0; round < 10; round += 1) {
      const store = host.open();
      const killed = killedBeforeFirstEvent(host, () => store.append('order:1', someKind, 1));
      expect(killed.open().eventCount).toBe(1);
      host = killed.killed();
    }
    expect(host.segmentNames().length).toBeLessThanOrEqual(2);
    const store = host.open();
    store.append('order:1', someKind, 1);
    expect(host.segmentNames()).toHaveLength(1);
  });

  it('gives back events, names, idempotency keys and clocks', () => {
    const host = new StoreHost();
    const store = host.open();
    const receipts = [
      store.append({ entity: 'order:1', scope: 'shop' }, someKind, { total: 5 }),
      store.append('order:2', someKind, [1, 'two', null], { idempotencyKey: 'key', flags: 9 }),
    ];
    const before = [...store.events(Region.all())].map((event) => JSON.stringify(event));
    store.close();
    const again = host.open();
    expect([...again.events(Region.all())].map((event) => JSON.stringify(event))).toEqual(before);
    expect(again.head('order:2')).toEqual({ clock: 0, sequence: 1 });
    expect(again.findByKey('key')?.eventId).toBe(receipts[1]?.eventId);
  });

  it('after kills of processes that did not use the index image finds all of it again', () => {
    const without: HostOptions = { index: { enableCheckpoint: false } };
    const first = new StoreHost();
    const store = first.open();
    appendSome(store, 3);
    expect(store.close().clean).toBe(true);
    appendSome(first.open(without), 1);
    const second = first.killed();
    appendSome(second.open(without), 1);
    const third = second.killed();
    expect(third.open().verify()).toMatchObject({ ok: true, events: 5 });
  });

  it('finds the way back when the lock of the killed process is still there', () => {
    const killed = hostKilledAfter(1);
    expect(killed.files.list(killed.directory)).toContain('LOCK');
    expect(killed.open().eventCount).toBe(1);
  });
});

describe('a torn tail', () => {
  const tornHost = (): StoreHost => {
    const first = new StoreHost();
    const store = first.open({ sync: { preallocate: 'never' } });
    appendSome(store, 1);
    store.sync();
    appendSome(store, 2);
    const host = first.killed();
    const segment = host.read('000001.fbat');
    host.replace('000001.fbat', segment.subarray(0, segment.length - 10));
    return host;
  };

  it('is reported and left alone until the first write', () => {
    const host = tornHost();
    const before = host.read('000001.fbat');
    const store = host.open();
    expect(store.recovery).toMatchObject({
      ending: 'unclean',
      events: 2,
      tornTail: { path: '/store/000001.fbat', bytes: expect.any(Number) },
    });
    const { tornTail } = store.recovery;
    expect((tornTail?.offset ?? 0) + (tornTail?.bytes ?? 0)).toBe(before.length);
    store.close();
    expect(host.read('000001.fbat')).toEqual(before);
  });

  it('is put in quarantine and cut off by the first write', () => {
    const host = tornHost();
    const before = host.read('000001.fbat');
    const store = host.open();
    const offset = store.recovery.tornTail?.offset ?? 0;
    store.append('order:1', someKind, 'next');
    expect(host.read(`quarantine/000001-${offset}.torn`)).toEqual(before.subarray(offset));
    expect(host.read('000001.fbat')).toEqual(before.subarray(0, offset));
    store.close();
    const again = host.open();
    expect(again.recovery).toMatchObject({ ending: 'clean', events: 3, tornTail: undefined });
    expect(again.verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('is in quarantine whole when the first attempt to cut it off fails half-way', () => {
    const host = tornHost();
    const before = host.read('000001.fbat');
    const store = host.open();
    const offset = store.recovery.tornTail?.offset ?? 0;
    host.plan.fail({ operation: 'truncate', path: '000001.fbat', code: 'EIO' });
    expect(() => store.append('order:1', someKind, 'next')).toThrow();
    try {
      store.append('order:1', someKind, 'next');
    } catch {
      // Whether the writer goes on after the failure is not what this is about.
    }
    expect(host.read(`quarantine/000001-${offset}.torn`)).toEqual(before.subarray(offset));
  });

  it('may be a batch without its COMMIT: nothing of it is seen', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    const items = ['a', 'b', 'c'].map((at) => ({ at, kind: someKind, payload: at }));
    store.appendBatch(items, { durable: false });
    const killed = host.killed();
    const segment = killed.read('000001.fbat');
    killed.replace('000001.fbat', segment.subarray(0, segment.length - 1));
    const again = killed.open();
    expect(again.recovery.events).toBe(1);
    expect([...again.query(Region.all())].map(({ entity }) => entity)).toEqual(['order:1']);
    again.appendBatch(items);
    again.close();
    expect(killed.open().verify()).toMatchObject({ ok: true, events: 4, entities: 4 });
  });

  it('may be cut at every byte of the last write', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const whole = host.read('000001.fbat').length;
    store.appendBatch(
      ['a', 'b'].map((at) => ({ at, kind: someKind, payload: at })),
      {
        durable: false,
      },
    );
    const segment = host.read('000001.fbat');
    for (let size = whole; size < segment.length; size += 1) {
      const killed = host.killed();
      killed.replace('000001.fbat', segment.subarray(0, size));
      const again = killed.open();
      expect(again.eventCount, `cut to ${size} bytes`).toBe(2);
      again.append('order:1', someKind, 'next');
      again.close();
      expect(killed.open().verify(), `cut to ${size} bytes`).toMatchObject({ ok: true, events: 3 });
    }
  });
});

describe('a segment that was made and never written to', () => {
  it('is passed over when the segment before it is gone on with', () => {
    const host = new StoreHost();
    const options = { segmentMaxBytes: 1200 };
    const store = host.open(options);
    appendSome(store, 3);
    store.close();
    const again = host.open(options);
    // Too long for what is left of the first segment: the second one is made, and then the kill.
    const killed = killedBeforeFirstEvent(host, () => {
      again.append('order:1', someKind, 'x'.repeat(900));
    });
    expect(killed.segmentNames()).toEqual(['000001.fbat', '000002.fbat']);
    const third = killed.open(options);
    third.append('order:1', someKind, 'short');
    third.close();
    expect(killed.open(options).verify()).toMatchObject({ ok: true, events: 4 });
  });

  it('may be cut off in its header', () => {
    const host = hostKilledAfter(2);
    host.replace('000002.fbat', host.read('000001.fbat').subarray(0, 20));
    const store = host.open();
    expect(store.recovery).toMatchObject({ ending: 'unclean', events: 2 });
    store.append('order:1', someKind, 'next');
    store.close();
    expect(host.segmentNames()).toEqual(['000003.fbat']);
    expect(host.open().verify()).toMatchObject({ ok: true, events: 3 });
  });
});

describe('two hash chain settings', () => {
  it('do not mix: the store keeps the one it was made with', () => {
    const host = new StoreHost();
    const store = host.open({ hashChain: false });
    expect(store.append('order:1', someKind, 1).hash).toBeUndefined();
    store.close();
    expect(() => host.open({ hashChain: true })).toThrow(
      expect.objectContaining({ code: 'BATPAK_CONFIGURATION', field: 'hashChain', value: true }),
    );
    const again = host.open();
    expect(again.append('order:1', someKind, 2).hash).toBeUndefined();
    expect(again.verify()).toMatchObject({ ok: true, events: 2 });
  });
});

/** A host on which a process was killed after it had appended so many events, none synced. */
function hostKilledAfter(events: number): StoreHost {
  const host = new StoreHost();
  appendSome(host.open(), events);
  return host.killed();
}

/** The host when a process is killed between making a segment and its first event. */
function killedBeforeFirstEvent(host: StoreHost, append: () => unknown): StoreHost {
  let killed: StoreHost | undefined;
  // The first write to a new segment is its header.
  host.plan.before({ operation: 'syncDirectory' }, () => {
    host.plan.before({ operation: 'write' }, () => {
      killed = host.killed();
    });
  });
  append();
  if (killed === undefined) throw new Error('no segment was made');
  return killed;
}
