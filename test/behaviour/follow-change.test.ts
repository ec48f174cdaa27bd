import { type BatchItem, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { FollowerHost, shownBy } from '../support/follower-host.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const followed = (events: number) => ({ events, rebuilt: false });
const rebuilt = (events: number) => ({ events, rebuilt: true });

const batchOf = (size: number): BatchItem[] =>
  Array.from({ length: size }, (_, index) => ({
    at: `b:${index}`,
    kind: someKind,
    payload: index,
  }));

/** A store, of whose events so many are synced, and a follower that has seen all of them. */
function seenHost(synced: number, unsynced: number) {
  const host = new StoreHost();
  const store = host.open();
  appendSome(store, synced);
  store.sync();
  appendSome(store, unsynced);
  if (unsynced > 2) store.appendBatch(batchOf(2), { durable: false });
  const follower = new FollowerHost(host);
  return { host, store, follower, reader: follower.open() };
}

/** Lets the next sync of a segment fail, and the store find that out. */
function failSync(host: StoreHost, store: Store): void {
  host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
  expect(thrownBy(() => store.sync())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
  host.plan.heal();
}

describe('a follower of a writer that writes again what it could not sync', () => {
  it.each([
    ['some of it', 3, 4],
    ['all of it', 0, 4],
    ['one event', 5, 1],
  ])('moves along: %s', (_, synced, unsynced) => {
    const { host, store, reader } = seenHost(synced, unsynced);
    const before = shownBy(reader);
    const [entry] = reader.query(Region.all(), { reverse: true, limit: 1 });
    failSync(host, store);
    expect(host.segmentNames().at(-1)).not.toBe('000001.fbat');
    expect(reader.refresh()).toEqual(followed(0));
    expect(shownBy(reader)).toEqual(shownBy(store));
    expect(withoutPlaces(shownBy(reader))).toEqual(withoutPlaces(before));
    expect(entry?.position.segmentId).toBeGreaterThan(1);
    appendSome(store, 2);
    expect(reader.refresh()).toEqual(followed(2));
    expect(shownBy(reader)).toEqual(shownBy(store));
    expect(reader.verify()).toMatchObject({ ok: true });
  });

  it('moves and takes up what is new in one refresh', () => {
    const { host, store, reader } = seenHost(2, 1);
    appendSome(store, 2);
    failSync(host, store);
    appendSome(store, 3);
    expect(reader.refresh()).toEqual(followed(5));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('shows all that it showed at every step of it', () => {
    const { host, store, reader } = seenHost(3, 4);
    const events = reader.eventCount;
    let looks = 0;
    host.plan.shortWrite({ path: '.fbat.new', andLater: true, bytes: 50 });
    host.plan.shortWrite({ path: '000002.fbat', andLater: true, bytes: 50 });
    host.plan.before({ andLater: true }, () => {
      expect(reader.refresh()).toEqual(followed(0));
      expect(shownBy(reader)).toHaveLength(events);
      looks += 1;
    });
    host.plan.fail({ operation: 'sync', path: '000001.fbat', code: 'EIO' });
    thrownBy(() => store.sync());
    host.plan.heal();
    expect(looks).toBeGreaterThan(10);
    expect(shownBy(reader)).toEqual(shownBy(store));
  });
});

describe('a follower of a log that is no continuation of what it saw', () => {
  it('reads another store in its place', () => {
    const { follower, reader } = seenHost(2, 2);
    const [entry] = reader.query(Region.all());
    const event = reader.at(0);
    const iteration = reader.events(Region.all())[Symbol.iterator]();
    iteration.next();
    const other = new StoreHost(undefined, 50);
    const store = other.open();
    appendSome(store, 3, 'else');
    follower.moveTo(other);
    expect(reader.refresh()).toEqual(rebuilt(3));
    expect(shownBy(reader)).toEqual(shownBy(store));
    expect(reader.recovery.events).toBe(3);
    // What was decoded stays, and nothing of the new store passes for the old one.
    expect(event?.payload).toEqual({ index: 0 });
    expect(entry?.entity).toBe('order:1');
    expect(thrownBy(() => entry?.eventId)).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    expect(thrownBy(() => iteration.next())).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    appendSome(store, 1);
    expect(reader.refresh()).toEqual(followed(1));
  });

  it('reads an older state of the same store', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 3);
    const backup = host.killed();
    appendSome(store, 5);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    follower.moveTo(backup);
    expect(reader.refresh()).toEqual(rebuilt(3));
    const next = backup.open();
    appendSome(next, 9, 'other');
    expect(reader.refresh()).toEqual(followed(9));
    expect(shownBy(reader)).toEqual(shownBy(next));
  });

  it('finds nothing where the segments are gone, and the next store there', () => {
    const { follower, reader } = seenHost(1, 1);
    const empty = new StoreHost();
    follower.moveTo(empty);
    expect(reader.refresh()).toEqual(rebuilt(0));
    expect(reader.eventCount).toBe(0);
    const store = empty.open();
    appendSome(store, 2, 'new');
    expect(reader.refresh()).toEqual(followed(2));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('reads a segment that was salvaged, in its new revision', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 8);
    store.close();
    const follower = new FollowerHost(host);
    const reader = follower.open();
    host.flip('000001.fbat', 300);
    const salvaged = host.open({ segmentMaxBytes: 600, recovery: 'salvage' });
    expect(salvaged.eventCount).toBeLessThan(8);
    expect(reader.refresh()).toEqual(rebuilt(salvaged.eventCount));
    expect(shownBy(reader)).toEqual(shownBy(salvaged));
    appendSome(salvaged, 3);
    expect(reader.refresh()).toEqual(followed(3));
    expect(shownBy(reader)).toEqual(shownBy(salvaged));
  });
});

describe('a refresh that fails', () => {
  it('tells damage with its place, shows what it showed, and starts again', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 2);
    const reader = new FollowerHost(host).open();
    const before = shownBy(reader);
    appendSome(store, 10);
    const wrong = host.read('000003.fbat').map((byte, at) => (at === 300 ? ~byte : byte));
    const right = host.read('000003.fbat');
    host.replace('000003.fbat', wrong);
    for (let round = 0; round < 2; round += 1) {
      expect(thrownBy(() => reader.refresh())).toMatchObject({
        code: 'BATPAK_CORRUPT_SEGMENT',
        path: '/store/000003.fbat',
      });
      const shown = shownBy(reader);
      host.replace('000003.fbat', right);
      // What lies before the damage may be taken up; nothing else.
      expect(withoutHeads(shown.slice(0, 2))).toEqual(withoutHeads(before));
      expect(withoutHeads(shown)).toEqual(withoutHeads(shownBy(store).slice(0, shown.length)));
      expect(reader.verify().ok).toBe(true);
      host.replace('000003.fbat', wrong);
    }
    host.replace('000003.fbat', right);
    reader.refresh();
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('tells that the directory is gone', () => {
    const { follower, reader } = seenHost(1, 1);
    follower.plan.fail({ operation: 'list', code: 'ENOENT', andLater: true });
    expect(thrownBy(() => reader.refresh())).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'ENOENT',
      path: '/store',
    });
    follower.plan.heal();
    reader.refresh();
    expect(reader.eventCount).toBe(2);
  });

  it('tells what the system says', () => {
    const { follower, reader } = seenHost(1, 1);
    follower.plan.fail({ operation: 'open', code: 'EMFILE' });
    expect(thrownBy(() => reader.refresh())).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EMFILE',
    });
    expect(reader.refresh().events).toBe(2);
  });

  it('lists the directory again when a file went in between', () => {
    const { host, store, follower, reader } = seenHost(0, 4);
    follower.plan.before({ operation: 'open', path: '000001.fbat' }, () => failSync(host, store));
    expect(reader.refresh()).toEqual(followed(0));
    expect(host.segmentNames()).not.toContain('000001.fbat');
    expect(follower.plan.count('list')).toBeGreaterThan(2);
    expect(shownBy(reader)).toEqual(shownBy(store));
  });
});

function withoutPlaces(shown: readonly unknown[]): unknown[] {
  return shown.map((event) => ({ ...Object(event), position: undefined }));
}

function withoutHeads(shown: readonly unknown[]): unknown[] {
  return shown.map((event) => ({ ...Object(event), head: undefined }));
}
