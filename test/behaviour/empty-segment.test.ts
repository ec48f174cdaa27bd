import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1_000 };

describe('a segment that was made and never written to', () => {
  it('does no harm when power loss brings it back after a rotation that failed', () => {
    const host = new StoreHost();
    const store = host.open({ ...options, sync: { preallocate: 'never' } });
    store.append('order:1', someKind, 'small');
    host.plan.fail({ operation: 'syncDirectory', code: 'EIO' });
    expect(() => store.append('order:1', someKind, 'x'.repeat(800))).toThrow(
      expect.objectContaining({ code: 'BATPAK_STORAGE' }),
    );
    store.append('order:1', someKind, 'small', { durable: true });
    for (let seed = 1; seed <= 20; seed += 1) {
      const left = host.afterPowerLoss(new SeededRandom(seed)).open(options);
      expect(left.verify(), `seed ${seed}`).toMatchObject({ ok: true, events: 2 });
    }
  });

  it('does no harm when power loss brings it back after a restart', () => {
    const host = new StoreHost();
    const store = host.open(options);
    host.plan.fail({ operation: 'write', path: '.fbat', nth: 2, code: 'EIO' });
    expect(() => store.append('order:1', someKind, 'lost')).toThrow();
    const killed = host.killed();
    const again = killed.open(options);
    again.append('order:1', someKind, 'durable', { durable: true });
    for (let seed = 1; seed <= 20; seed += 1) {
      const left = killed.afterPowerLoss(new SeededRandom(seed)).open(options);
      expect(left.verify(), `seed ${seed}`).toMatchObject({ ok: true, events: 1 });
    }
  });

  it('does not outlive the next append, also when that continues the one before', () => {
    const host = new StoreHost();
    const first = host.open(options);
    first.append('order:1', someKind, 'small');
    first.close();

    // Too large for the rest of the first segment: a second one is made, and the disk is full.
    const second = host.open(options);
    host.plan.fail({ operation: 'write', path: '000002.fbat', nth: 2, code: 'ENOSPC' });
    expect(() => second.append('order:1', someKind, 'x'.repeat(800))).toThrow(
      expect.objectContaining({ code: 'BATPAK_DISK_FULL' }),
    );

    const after = host.killed();
    const third = after.open(options);
    expect(third.recovery).toMatchObject({ events: 1, tornTail: undefined });
    third.append('order:1', someKind, 'small');
    third.close();

    const fourth = after.open(options);
    expect(fourth.verify()).toMatchObject({ ok: true, events: 2 });
    expect(after.segmentNames()).not.toContain('000002.fbat');
    fourth.close();
  });
});

describe('an empty segment behind a log that ended cleanly', () => {
  /** A log with one event, closed, and behind it a segment that was made and never written to. */
  function emptyBehindClosed(): StoreHost {
    const host = new StoreHost();
    const first = host.open(options);
    first.append('order:1', someKind, 'small');
    first.close();
    const second = host.open(options);
    host.plan.fail({ operation: 'write', path: '000002.fbat', nth: 2, code: 'ENOSPC' });
    expect(() => second.append('order:1', someKind, 'x'.repeat(800))).toThrow();
    return host.killed();
  }

  it('takes no durable event with it when power loss brings it back', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const host = emptyBehindClosed();
      host.open(options).append('order:1', someKind, 'kept', { durable: true });
      const left = host.afterPowerLoss(new SeededRandom(seed)).open(options);
      expect([seed, left.eventCount]).toEqual([seed, 2]);
    }
  });

  it('hides nothing when it can not be removed', () => {
    const host = emptyBehindClosed();
    host.plan.fail({ operation: 'remove', path: '000002.fbat', code: 'EIO', andLater: true });
    host.open(options).append('order:1', someKind, 'kept', { durable: true });
    expect(host.segmentNames()).toContain('000002.fbat');
    expect(host.killed().open(options).verify()).toMatchObject({ ok: true, events: 2 });
  });
});

describe('a file that was made for a segment and not even got its header', () => {
  it('leaves the segment before it the last, with the room that was made in it', () => {
    const host = new StoreHost();
    // Every event is synced, so there is room ahead, which is cut off after a rotation only.
    const store = host.open({ ...options, sync: { everyNEvents: 1 } });
    store.append('order:1', someKind, 'x'.repeat(600));
    let killed: StoreHost | undefined;
    host.plan.before({ operation: 'write', path: '000002.fbat' }, () => {
      killed = host.killed();
    });
    store.append('order:1', someKind, 'x'.repeat(600));
    expect(killed?.segmentNames()).toEqual(['000001.fbat', '000002.fbat']);
    const again = killed?.open(options);
    expect(again?.recovery).toMatchObject({ ending: 'unclean', events: 1, tornTail: undefined });
    again?.append('order:1', someKind, 'small');
    again?.close();
    expect(killed?.open(options).verify()).toMatchObject({ ok: true, events: 2 });
  });
});

describe('empty segments', () => {
  it('do not pile up when a store is opened and closed without a write', () => {
    const host = new StoreHost();
    const store = host.open(options);
    store.append('order:1', someKind, 'small');
    store.close();
    const before = host.content();
    for (let time = 0; time < 20; time += 1) host.open(options).close();
    expect(host.content()).toEqual(before);
  });

  it('do not pile up when a store that was killed is opened and closed without a write', () => {
    let host = new StoreHost();
    host.open(options).append('order:1', someKind, 'small');
    host = host.killed();
    const before = host.segmentNames();
    for (let time = 0; time < 20; time += 1) {
      host.open(options);
      host = host.killed();
    }
    expect(host.segmentNames()).toEqual(before);
  });

  it('do not pile up when the process is killed each time right after a rotation', () => {
    let host = new StoreHost();
    const first = host.open(options);
    first.append('order:1', someKind, 'x'.repeat(600));
    first.sync();
    for (let time = 1; time <= 20; time += 1) {
      host = host.killed();
      const store = host.open(options);
      // The header of the new segment can be written; the event that it was made for can't.
      host.plan.fail({ operation: 'write', path: '.fbat', nth: 2, andLater: true, code: 'EIO' });
      try {
        store.append('order:1', someKind, 'x'.repeat(800));
      } catch {
        // What the failure is called doesn't matter: the process is killed.
      }
      const names = host.segmentNames();
      expect(names.length, `after ${time} times: ${names}`).toBeLessThanOrEqual(3);
    }
    const last = host.killed();
    const store = last.open(options);
    expect(store.eventCount).toBe(1);
    store.append('order:1', someKind, 'small');
    store.close();
    expect(last.segmentNames().length).toBeLessThanOrEqual(2);
    expect(last.open(options).verify()).toMatchObject({ ok: true, events: 2 });
  });
});
