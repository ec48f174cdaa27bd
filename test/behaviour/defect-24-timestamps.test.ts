import type { Store } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/store/read/frames.ts';
import { engineOf } from '../support/engine.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

const second = 1_000_000;

/** The times of all events as they stand on the disk, in the order of their sequences. */
function timesOf(store: Store): { timestampUs: number; counter: number; eventId: string }[] {
  const engine = engineOf(store);
  return Array.from({ length: store.eventCount }, (_, sequence) => {
    const { timestampUs, counter } = readRecord(engine, sequence);
    return { timestampUs, counter, eventId: store.at(sequence)?.eventId ?? '' };
  });
}

/** Checks that times, and ids, strictly increase over the whole store. */
function expectIncreasing(store: Store): void {
  const times = timesOf(store);
  for (const [index, one] of times.entries()) {
    const before = times[index - 1];
    if (before === undefined) continue;
    const later =
      one.timestampUs > before.timestampUs ||
      (one.timestampUs === before.timestampUs && one.counter > before.counter);
    expect({ index, later }).toEqual({ index, later: true });
    expect(one.eventId > before.eventId).toBe(true);
  }
}

describe('the time of an event', () => {
  it('is taken when it is written, not when it was submitted', async () => {
    const host = new StoreHost();
    const store = host.open();
    const start = host.clock.nowUs();
    const first = store.submit('order:1', someKind, 1);
    const batch = store.submitBatch([{ at: 'order:2', kind: someKind, payload: 2 }]);
    host.clock.advance(5 * second);
    await Promise.all([first, batch]);
    const fence = store.beginVisibilityFence();
    const fenced = fence.submit('order:1', someKind, 3);
    const outbox = fence.outbox();
    outbox.stage('order:1', someKind, 4);
    outbox.submitFlush().then(undefined, () => undefined);
    host.clock.advance(5 * second);
    fence.commit();
    await fenced;
    const since = timesOf(store).map(({ timestampUs }) => timestampUs - start);
    expect(since).toEqual([5 * second, 5 * second, 10 * second, 10 * second]);
    expectIncreasing(store);
  });

  it('is later than that of every event before it, of other entities and lanes too', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('order:1', someKind, 1);
    host.clock.set(host.clock.nowUs() - 3600 * second);
    store.append('order:2', someKind, 2);
    store.append('order:2', someKind, 3, { lane: 1 });
    store.appendBatch(['a', 'b', 'c'].map((at) => ({ at, kind: someKind, payload: at })));
    expectIncreasing(store);
    expect(timesOf(store).map(({ counter }) => counter)).toEqual([0, 1, 2, 4, 5, 6]);
  });

  it('goes on after 65 536 events in one microsecond', () => {
    const host = new StoreHost();
    const store = host.open();
    const engine = engineOf(store);
    const start = host.clock.nowUs();
    store.append('order:1', someKind, 0);
    engine.timeline.resume(start, 0xfffd);
    for (let n = 1; n <= 4; n += 1) store.append(`order:${n % 2}`, someKind, n);
    expect(
      timesOf(store).map(({ timestampUs, counter }) => [timestampUs - start, counter]),
    ).toEqual([
      [0, 0],
      [0, 0xfffe],
      [0, 0xffff],
      [1, 0],
      [1, 1],
    ]);
    expectIncreasing(store);
    const killed = host.killed().open();
    killed.append('order:1', someKind, 5);
    expectIncreasing(killed);
    expect(killed.verify().ok).toBe(true);
  });

  it('strictly increases whatever the clock does, over kills and closings', async () => {
    const step = fc.constantFrom('append', 'batch', 'submit', 'fence', 'lane', 'close', 'kill');
    const jump = fc.integer({ min: -5 * second, max: 5 * second });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, jump), { maxLength: 25 }), async (steps) => {
        let host = new StoreHost();
        let store = host.open();
        const item = { at: 'order:2', kind: someKind, payload: 1 };
        for (const [what, by] of steps) {
          const clock = host.clock.nowUs() + by;
          host.clock.set(clock);
          if (what === 'append') store.append('order:1', someKind, 1);
          if (what === 'lane') store.append('order:1', someKind, 1, { lane: 2 });
          if (what === 'batch') store.appendBatch([item, item]);
          if (what === 'submit') await store.submit('order:3', someKind, 1);
          if (what === 'fence') {
            const fence = store.beginVisibilityFence();
            fence.submitBatch([item, item]).then(undefined, () => undefined);
            fence.commit();
          }
          if (what === 'close') store.close();
          if (what === 'kill') {
            host = host.killed();
            host.clock.set(clock);
          }
          if (what === 'close' || what === 'kill') store = host.open();
        }
        expectIncreasing(store);
      }),
      propertyRuns(60),
    );
  });
});
