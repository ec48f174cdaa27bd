import { type BatchItem, defineEvent, defineProjection, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { FollowerHost, shownBy } from '../support/follower-host.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Moved = defineEvent<{ x: number }>({ name: 'moved' });
const Turned = defineEvent<{ to: string }>({ name: 'turned' });
const followed = (events: number) => ({ events, rebuilt: false });
const rebuilt = (events: number) => ({ events, rebuilt: true });

const batchOf = (size: number): BatchItem[] =>
  Array.from({ length: size }, (_, index) => ({
    at: `b:${index}`,
    kind: someKind,
    payload: index,
  }));

describe('a follower beside a writer', () => {
  it('sees what was written when it is refreshed, and not before', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const reader = new FollowerHost(host).open();
    appendSome(store, 3);
    expect(reader.eventCount).toBe(2);
    expect(reader.at(2)).toBeUndefined();
    expect(reader.refresh()).toEqual(followed(3));
    expect(reader.refresh()).toEqual(followed(0));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('learns names, keys and heads as they come', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', Moved, { x: 1 });
    const reader = new FollowerHost(host).open();
    store.append('a', Turned, { to: 'left' }, { idempotencyKey: 'key' });
    expect(reader.findByKey('key')).toBeUndefined();
    reader.refresh();
    expect(reader.findByKey('key')?.name).toBe('turned');
    expect([...reader.byKind(Turned)]).toHaveLength(1);
    expect(reader.head('a')).toEqual({ clock: 1, sequence: 1 });
  });

  it('folds on what it has folded', () => {
    const folded: number[] = [];
    const moves = defineProjection({
      name: 'moves',
      version: 1,
      initial: () => 0,
      apply: (count, { sequence }) => {
        folded.push(sequence);
        return count + 1;
      },
    });
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2, 'a');
    const reader = new FollowerHost(host).open();
    expect(reader.project(moves, 'a')).toBe(2);
    appendSome(store, 1, 'a');
    reader.refresh();
    expect(reader.project(moves, 'a')).toBe(3);
    expect(folded).toEqual([0, 1, 2]);
  });

  it('sees nothing of a batch until all of it is written', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    const reader = new FollowerHost(host).open();
    const seen: unknown[] = [];
    // Writes of seven bytes each: a look before every one of them.
    host.plan.shortWrite({ path: '.fbat', andLater: true, bytes: 7 });
    host.plan.before({ operation: 'write', path: '.fbat', andLater: true }, () => {
      seen.push(reader.refresh());
    });
    store.appendBatch(batchOf(3));
    host.plan.heal();
    expect(seen.length).toBeGreaterThan(50);
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(followed(0))]),
    );
    expect(reader.refresh()).toEqual(followed(3));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('follows from segment to segment, over several at once', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 500 });
    const reader = new FollowerHost(host).open();
    for (const count of [1, 1, 7, 1, 20]) {
      appendSome(store, count);
      expect(reader.refresh()).toEqual(followed(count));
      expect(shownBy(reader)).toEqual(shownBy(store));
    }
    expect(host.segmentNames().length).toBeGreaterThan(5);
  });

  it('sees every step of a rotation as the same events', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 500 });
    appendSome(store, 1);
    const reader = new FollowerHost(host).open();
    const counts: number[] = [];
    host.plan.shortWrite({ path: '.fbat', andLater: true, bytes: 7 });
    host.plan.before({ andLater: true }, () => {
      counts.push(reader.refresh().events);
      counts.push(reader.refresh().events);
    });
    appendSome(store, 10);
    host.plan.heal();
    counts.push(reader.refresh().events);
    expect(counts.filter((count) => count > 0)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('goes on over a close and the next opening', () => {
    const host = new StoreHost();
    let store = host.open();
    const follower = new FollowerHost(host);
    const reader = follower.open();
    for (let round = 0; round < 4; round += 1) {
      appendSome(store, 2);
      store.close();
      expect(reader.refresh()).toEqual(followed(2));
      expect(reader.durableThrough()).toBe(2 * round + 1);
      store = host.open();
      expect(reader.refresh()).toEqual(followed(0));
    }
    expect(shownBy(reader)).toEqual(shownBy(store));
    expect(host.segmentNames()).toEqual(['000001.fbat']);
  });

  it('tells what the log shows to be durable', () => {
    const host = new StoreHost();
    const store = host.open();
    const reader = new FollowerHost(host).open();
    appendSome(store, 3);
    store.sync();
    reader.refresh();
    // The sync left no trace yet.
    expect(reader.durableThrough()).toBeUndefined();
    appendSome(store, 1);
    reader.refresh();
    expect(reader.durableThrough()).toBe(2);
    store.sync();
    appendSome(store, 1);
    reader.refresh();
    expect(reader.durableThrough()).toBe(3);
  });

  it('costs a listing and two small reads when there is nothing new', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 5000 });
    appendSome(store, 100);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    reader.refresh();
    const before = follower.plan.operations.length;
    reader.refresh();
    const calls = follower.plan.operations.slice(before);
    expect(calls.map(({ operation }) => operation)).toEqual([
      ...['list', 'open', 'size', 'read', 'read', 'close'],
    ]);
    const bytes = calls.reduce((sum, call) => sum + (call.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(100);
  });

  it('reads what it has accepted only once', () => {
    const host = new StoreHost();
    const store = host.open();
    const note = 'x'.repeat(10_000);
    for (let index = 0; index < 50; index += 1) store.append('a', someKind, note);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    const before = follower.plan.operations.length;
    store.append('a', someKind, note);
    expect(reader.refresh()).toEqual(followed(1));
    const bytes = follower.plan.operations
      .slice(before)
      .reduce((sum, call) => sum + (call.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(12_000);
  });

  it('does not take room that was made beforehand for anything', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const grown = host.killed();
    const segment = grown.read('000001.fbat');
    grown.replace('000001.fbat', Buffer.concat([segment, new Uint8Array(5000)]));
    const reader = new FollowerHost(grown).open();
    expect(reader.refresh()).toEqual(followed(0));
    appendSome(store, 2);
    const written = host.read('000001.fbat');
    grown.replace('000001.fbat', Buffer.concat([written, new Uint8Array(3000)]));
    expect(reader.refresh()).toEqual(followed(2));
    expect(shownBy(reader)).toEqual(shownBy(store));
  });

  it('follows a writer that makes room beforehand, at the cost of what is new', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 1 }, segmentMaxBytes: 3_000_000 });
    appendSome(store, 1);
    expect(host.read('000001.fbat').length).toBeGreaterThan(1_000_000);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    expect(reader.recovery).toMatchObject({ events: 1, tornTail: undefined });
    for (let round = 0; round < 5; round += 1) {
      const before = follower.plan.operations.length;
      appendSome(store, 1);
      expect(reader.refresh()).toEqual(followed(1));
      expect(reader.refresh()).toEqual(followed(0));
      const bytes = follower.plan.operations
        .slice(before)
        .reduce((sum, call) => sum + (call.bytes ?? 0), 0);
      expect(bytes).toBeLessThan(70_000);
    }
    store.append('a', someKind, 'x'.repeat(2_900_000));
    store.append('a', someKind, 'x'.repeat(2_900_000));
    expect(reader.refresh()).toEqual(followed(2));
    store.close();
    expect(reader.refresh()).toEqual(followed(0));
    expect(shownBy(reader)).toEqual(shownBy(host.open()));
  });

  it('waits at bytes that are no frame, whatever they are', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const reader = new FollowerHost(host).open();
    const whole = host.read('000001.fbat');
    for (const tail of [[1], [0, 0, 0, 60], [0, 0, 0, 60, 1, 2, 3, 4, ...Array(60).fill(5)]]) {
      host.replace('000001.fbat', Buffer.concat([whole, Uint8Array.from(tail)]));
      expect(reader.refresh()).toEqual(followed(0));
    }
    expect(reader.eventCount).toBe(2);
  });

  it('goes on with an iteration that was begun before', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    appendSome(store, 6);
    const reader = new FollowerHost(host).open();
    const seen: number[] = [];
    for (const { sequence } of reader.events(Region.all())) {
      seen.push(sequence);
      appendSome(store, 1);
      reader.refresh();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reader.eventCount).toBe(12);
  });
});

describe('a follower of a log whose end was cut', () => {
  it('is where the next writer is, wherever the one before was killed', () => {
    const count = writesOf((store) => store.appendBatch(batchOf(2)));
    expect(count).toBeGreaterThan(20);
    for (let nth = 1; nth <= count; nth += 1) {
      const { killed, reader, follower } = killedAtWrite(nth);
      follower.moveTo(killed);
      expect(reader.refresh()).toEqual(followed(0));
      const next = killed.open();
      appendSome(next, 3);
      expect(reader.refresh(), `killed at write ${nth}`).toEqual(followed(3));
      expect(shownBy(reader)).toEqual(shownBy(next));
    }
  });

  it('takes back what it saw of a write that failed, wherever it was torn', () => {
    // The frame that binds the name is whole before the event is: a follower may have taken it.
    let rebuilds = 0;
    for (let keepBytes = 0; keepBytes < 300; keepBytes += 7) {
      const host = new StoreHost();
      const store = host.open();
      appendSome(store, 2);
      const reader = new FollowerHost(host).open();
      host.plan.tear({ path: '.fbat', keepBytes, code: 'ENOSPC' });
      host.plan.before({ operation: 'truncate' }, () => reader.refresh());
      const failure = thrownBy(() => store.append('a', Turned, { to: 'x'.repeat(200) }));
      expect(failure).toMatchObject({ code: 'BATPAK_DISK_FULL' });
      host.plan.heal();
      store.append('a', Moved, { x: 1 });
      appendSome(store, 1);
      const answer = reader.refresh();
      if (answer.rebuilt) rebuilds += 1;
      expect(answer).toEqual(answer.rebuilt ? rebuilt(4) : followed(2));
      expect(shownBy(reader)).toEqual(shownBy(store));
      expect(reader.nameOf(0x1000)).toBe('moved');
    }
    expect(rebuilds).toBeGreaterThan(10);
  });

  it('reads anew when power loss took back what it had seen', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 1000 } });
    appendSome(store, 2);
    store.sync();
    appendSome(store, 3);
    const follower = new FollowerHost(host);
    const reader = follower.open();
    expect(reader.eventCount).toBe(5);
    const after = host.afterPowerLoss();
    follower.moveTo(after);
    const next = after.open();
    appendSome(next, 1, 'other');
    expect(reader.refresh()).toEqual(rebuilt(3));
    expect(shownBy(reader)).toEqual(shownBy(next));
    appendSome(next, 1);
    expect(reader.refresh()).toEqual(followed(1));
    expect(shownBy(reader)).toEqual(shownBy(next));
  });
});

/** A store with three events whose process is killed at the nth write of a batch after them. */
function killedAtWrite(nth: number) {
  const host = new StoreHost();
  const store = host.open();
  appendSome(store, 3);
  const follower = new FollowerHost(host);
  const reader = follower.open();
  let killed = host;
  host.plan.shortWrite({ path: '.fbat', andLater: true, bytes: 20 });
  host.plan.before({ operation: 'write', path: '.fbat', nth }, () => {
    reader.refresh();
    killed = host.killed();
  });
  store.appendBatch(batchOf(2));
  return { killed, reader, follower };
}

/** How many writes of 20 bytes the batch takes. */
function writesOf(write: (store: ReturnType<StoreHost['open']>) => unknown): number {
  const host = new StoreHost();
  const store = host.open();
  appendSome(store, 3);
  const before = host.plan.count('write');
  host.plan.shortWrite({ path: '.fbat', andLater: true, bytes: 20 });
  write(store);
  return host.plan.count('write') - before;
}
