import {
  BatchFailedError,
  DiskFullError,
  defineEvent,
  isBatpakError,
  Region,
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import {
  appendSome,
  type HostOptions,
  StoreHost,
  someKind,
  thrownBy,
} from '../support/store-host.ts';

const Moved = defineEvent<number>({ name: 'moved' });
/** What happens after the first failure is told here; what a restart saves, in restart.test.ts. */
const noRestart: HostOptions = {
  writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1000 } },
};

const items = ['a', 'b'].map((at) => ({ at, kind: someKind, payload: at }));

describe('a full disk', () => {
  it('refuses an append, stores nothing of it, and takes the next one once there is room', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const before = host.content();
    host.files.capacityBytes = host.files.usedBytes + 40;
    const thrown = thrownBy(() => store.append('order:1', someKind, 'refused'));
    expect(thrown).toBeInstanceOf(DiskFullError);
    expect(thrown).toMatchObject({
      code: 'BATPAK_DISK_FULL',
      retryable: true,
      systemCode: 'ENOSPC',
      operation: 'write',
      path: '/store/000001.fbat',
    });
    expect(host.content()).toEqual(before);
    expect(store.eventCount).toBe(2);
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    expect(store.append('order:1', someKind, 'taken')).toMatchObject({ sequence: 2, clock: 2 });
    store.close();
    expect(host.open().verify()).toMatchObject({ ok: true, events: 3 });
  });

  it('refuses a batch whole', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    const before = host.content();
    for (const room of [0, 40, 200, 400]) {
      host.files.capacityBytes = host.files.usedBytes + room;
      const thrown = thrownBy(() => store.appendBatch(items));
      expect(thrown).toBeInstanceOf(BatchFailedError);
      expect(thrown).toMatchObject({
        stage: 'committing',
        itemIndex: undefined,
        retryable: true,
        cause: { code: 'BATPAK_DISK_FULL' },
      });
      expect(host.content()).toEqual(before);
    }
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    expect(store.appendBatch(items).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('refuses the first append of a new store and leaves no segment', () => {
    for (const room of [0, 10, 140, 200]) {
      const host = new StoreHost();
      const store = host.open();
      host.files.capacityBytes = host.files.usedBytes + room;
      expect(thrownBy(() => store.append('order:1', someKind, 1))).toMatchObject({
        code: 'BATPAK_DISK_FULL',
      });
      expect(store.eventCount).toBe(0);
      host.files.capacityBytes = Number.POSITIVE_INFINITY;
      store.append('order:1', someKind, 1);
      store.close();
      expect(host.open().verify()).toMatchObject({ ok: true, events: 1 });
    }
  });

  it('refuses a rotation, and goes on in the old segment when an event fits there', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1500 });
    appendSome(store, 2);
    host.files.capacityBytes = host.files.usedBytes + 100;
    const long = 'x'.repeat(1200);
    expect(thrownBy(() => store.append('order:1', someKind, long))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
    });
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    expect(store.append('order:1', someKind, 1).position.segmentId).toBe(1);
    store.append('order:1', someKind, long);
    store.close();
    expect(host.open().verify()).toMatchObject({ ok: true, events: 4 });
  });

  it('forgets the name that was bound for the refused event', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    host.files.capacityBytes = host.files.usedBytes;
    thrownBy(() => store.append('order:1', Moved, 1));
    expect(store.nameOf(0x1000)).toBeUndefined();
    expect([...store.byKind(Moved)]).toEqual([]);
  });

  it('lets the store close, which then is not clean, and reopen', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    host.files.capacityBytes = host.files.usedBytes;
    expect(store.close()).toEqual({ events: 2, clean: false });
    host.files.capacityBytes = Number.POSITIVE_INFINITY;
    expect(host.open().recovery).toMatchObject({ ending: 'unclean', events: 2 });
  });
});

describe('a write that fails', () => {
  it('stops the writer without a restart, stores nothing, and lets reads go on', () => {
    const host = new StoreHost();
    const store = host.open(noRestart);
    appendSome(store, 2);
    const before = host.content();
    host.plan.tear({ path: '.fbat', code: 'EIO', keepBytes: 30 });
    const thrown = thrownBy(() => store.append('order:1', someKind, 'lost'));
    expect(thrown).toBeInstanceOf(WriteFailedError);
    expect(thrown).toMatchObject({ outcome: 'not stored', path: '/store/000001.fbat' });
    expect(host.content()).toEqual(before);
    const next = thrownBy(() => store.append('order:1', someKind, 'refused'));
    expect(next).toBeInstanceOf(WriterDeadError);
    expect(next).toMatchObject({ cause: { code: 'BATPAK_STORAGE', systemCode: 'EIO' } });
    expect(thrownBy(() => store.appendBatch(items))).toBeInstanceOf(WriterDeadError);
    expect(thrownBy(() => store.sync())).toBeInstanceOf(WriterDeadError);
    expect([...store.events(Region.all())]).toHaveLength(2);
    expect(store.verify()).toMatchObject({ ok: true, events: 2 });
    expect(store.close()).toEqual({ events: 2, clean: false });
    const again = host.open();
    expect(again.append('order:1', someKind, 'next')).toMatchObject({ sequence: 2, clock: 2 });
  });

  it('has an unknown outcome when it can not be undone; after a reopen it is whole or gone', () => {
    for (const keepBytes of [0, 30, 1000]) {
      const host = new StoreHost();
      const store = host.open(noRestart);
      appendSome(store, 2);
      host.plan.tear({ path: '.fbat', code: 'EIO', keepBytes });
      host.plan.fail({ operation: 'truncate', code: 'EIO' });
      const thrown = thrownBy(() => store.append('order:1', someKind, 'unknown'));
      if (keepBytes > 0) expect(thrown).toMatchObject({ outcome: 'unknown' });
      expect(store.eventCount).toBe(2);
      expect(store.verify()).toMatchObject({ ok: true, events: 2 });
      store.close();
      const again = host.open();
      expect(again.eventCount).toBe(keepBytes === 1000 ? 3 : 2);
      again.append('order:1', someKind, 'next');
      again.close();
      expect(host.open().verify().ok).toBe(true);
    }
  });

  it('that is only short is gone on with', () => {
    const host = new StoreHost();
    host.plan.shortWrite({ bytes: 7, andLater: true });
    const store = host.open();
    appendSome(store, 3);
    store.appendBatch(items);
    store.close();
    expect(host.open().verify()).toMatchObject({ ok: true, events: 5 });
  });
});

describe('a sync that fails', () => {
  const fail = { operation: 'sync', path: '000001.fbat', code: 'EIO' } as const;

  it('leaves the event visible, says that its fate is unknown, and stops the writer', () => {
    const host = new StoreHost();
    const store = host.open(noRestart);
    appendSome(store, 1);
    host.plan.fail(fail);
    const thrown = thrownBy(() => store.append('order:1', someKind, 'seen', { durable: true }));
    expect(thrown).toBeInstanceOf(SyncFailedError);
    expect(thrown).toMatchObject({ outcome: 'unknown', path: '/store/000001.fbat' });
    expect(store.at(1)?.payload).toBe('seen');
    expect(store.durableThrough()).toBeUndefined();
    expect(thrownBy(() => store.sync())).toMatchObject({ code: 'BATPAK_WRITER_DEAD' });
    expect(store.close()).toEqual({ events: 2, clean: false });
    expect(host.open().eventCount).toBe(2);
  });

  it('after a batch is told as such, not as a failed batch', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    host.plan.fail(fail);
    expect(thrownBy(() => store.appendBatch(items))).toBeInstanceOf(SyncFailedError);
    expect(store.eventCount).toBe(3);
  });

  it('before a rotation is not told as the fate of an event that was never written', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1, ...noRestart });
    appendSome(store, 1);
    host.plan.fail(fail);
    const thrown = thrownBy(() => store.append('order:1', someKind, 'not written'));
    expect(store.eventCount).toBe(1);
    // Of SyncFailedError alone the documentation says that the event was stored.
    expect(thrown).not.toBeInstanceOf(SyncFailedError);
    expect(isBatpakError(thrown)).toBe(true);
  });

  it('in close is told, and the store is closed and free all the same', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    host.plan.fail(fail);
    expect(thrownBy(() => store.close())).toBeInstanceOf(SyncFailedError);
    expect(store.close()).toEqual({ events: 1, clean: false });
    expect(host.open().recovery).toMatchObject({ ending: 'unclean', events: 1 });
  });

  it('by the timer stops the writer and is told to the logger', () => {
    const host = new StoreHost();
    const errors: unknown[] = [];
    const logger = { warn: () => undefined, error: (facts: object) => errors.push(facts) };
    const store = host.open({ logger, ...noRestart });
    appendSome(store, 1);
    host.plan.fail(fail);
    host.timers.advance(1000);
    expect(errors).toEqual([{ err: expect.any(SyncFailedError) }]);
    expect(thrownBy(() => store.append('order:1', someKind, 1))).toBeInstanceOf(WriterDeadError);
  });

  it('is not tried again by the timer', () => {
    const host = new StoreHost();
    const errors: unknown[] = [];
    const logger = { warn: () => undefined, error: (facts: object) => errors.push(facts) };
    const store = host.open({ logger, ...noRestart });
    appendSome(store, 1);
    host.plan.fail(fail);
    thrownBy(() => store.sync());
    host.timers.advance(10_000);
    expect(errors).toEqual([]);
  });
});

describe('other failures of the disk', () => {
  it('in making the next segment are told, and the writer goes on', () => {
    for (const operation of ['open', 'write', 'sync', 'syncDirectory'] as const) {
      const host = new StoreHost();
      const store = host.open({ segmentMaxBytes: 1 });
      appendSome(store, 1);
      const path = operation === 'syncDirectory' ? '' : '000002.fbat';
      host.plan.fail({ operation, path, code: 'EIO' });
      const thrown = thrownBy(() => store.append('order:1', someKind, 1));
      expect(thrown, operation).toBeInstanceOf(StorageError);
      expect(store.append('order:1', someKind, 1).sequence, operation).toBe(1);
      store.close();
      expect(host.open().verify(), operation).toMatchObject({ ok: true, events: 2 });
    }
  });

  it('in closing the full segment do not stop the store', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1 });
    appendSome(store, 1);
    host.plan.fail({ operation: 'close', path: '000001.fbat', code: 'EIO' });
    try {
      store.append('order:1', someKind, 1);
    } catch (thrown) {
      expect(isBatpakError(thrown)).toBe(true);
    }
    const count = store.eventCount;
    expect(store.append('order:1', someKind, 2).sequence).toBe(count);
    store.close();
    expect(host.open().verify().ok).toBe(true);
  });

  it('in close come out as errors of the library, and the directory is free', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    host.plan.fail({ operation: 'close', path: '000001.fbat', code: 'EIO' });
    try {
      store.close();
    } catch (thrown) {
      expect(isBatpakError(thrown)).toBe(true);
    }
    expect(host.open().eventCount).toBe(1);
  });

  it('in reading are told with the path, and the next read is tried anew', () => {
    const host = new StoreHost();
    const store = host.open();
    const [receipt] = appendSome(store, 1);
    host.plan.fail({ operation: 'read', path: '000001.fbat', code: 'EIO' });
    expect(thrownBy(() => store.get(receipt?.eventId ?? ''))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EIO',
      path: '/store/000001.fbat',
    });
    expect(store.get(receipt?.eventId ?? '')?.payload).toEqual({ index: 0 });
  });

  it('such as a directory that can not be written are told when the store is opened', () => {
    const host = new StoreHost();
    host.files.setReadOnly('/store', true);
    expect(thrownBy(() => host.open())).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EACCES',
    });
  });
});
