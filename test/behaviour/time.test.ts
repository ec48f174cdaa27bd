import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind } from '../support/store-host.ts';

/** Times and ids of all events. */
function timesOf(store: Store): { us: number[]; ids: string[] } {
  const events = [...store.events(Region.all())];
  return {
    us: events.map(({ timestampUs }) => timestampUs),
    ids: events.map((one) => one.eventId),
  };
}

function expectOrder(store: Store): void {
  const { us, ids } = timesOf(store);
  for (let index = 1; index < us.length; index += 1) {
    expect(us[index]).toBeGreaterThanOrEqual(us[index - 1] ?? 0);
  }
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
}

describe('the time of events', () => {
  it('is that of the clock, in microseconds', () => {
    const host = new StoreHost();
    const store = host.open();
    const start = host.clock.nowUs();
    appendSome(store, 1);
    host.clock.advance(5);
    appendSome(store, 1);
    host.clock.advance(1_000_000);
    appendSome(store, 1);
    expect(timesOf(store).us).toEqual([start, start + 5, start + 1_000_005]);
  });

  it('never falls back, and ids are in the order of events, when the clock stands', () => {
    const store = new StoreHost().open();
    appendSome(store, 300);
    store.appendBatch(['a', 'b'].map((at) => ({ at, kind: someKind, payload: 1 })));
    appendSome(store, 10);
    expectOrder(store);
    expect(new Set(timesOf(store).us).size).toBe(1);
  });

  it('stands while the clock has fallen back, and goes on when that has caught up', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    const start = host.clock.nowUs();
    host.clock.set(start - 3_600_000_000);
    appendSome(store, 5);
    host.clock.set(start + 1);
    appendSome(store, 1);
    expectOrder(store);
    const { us } = timesOf(store);
    expect(us).toEqual([start, start, start, start, start, start, start + 1]);
  });

  it('goes on after the last event of the store when it is opened with an earlier clock', () => {
    const host = new StoreHost();
    for (const end of ['close', 'kill'] as const) {
      const store = host.open();
      appendSome(store, 3);
      if (end === 'close') store.close();
      host.clock.set(host.clock.nowUs() - 86_400_000_000);
    }
    const killed = host.killed().open();
    appendSome(killed, 3);
    expectOrder(killed);
    expect(killed.eventCount).toBe(9);
  });

  it('moves on by itself when more events than the counter holds fall on one microsecond', () => {
    const host = new StoreHost();
    const store = host.open({ hashChain: false });
    const start = host.clock.nowUs();
    for (let index = 0; index < 65_600; index += 1) store.append('a', someKind, null);
    expect(store.at(65_500)?.timestampUs).toBe(start);
    expect(store.at(65_599)?.timestampUs).toBe(start + 1);
    expect((store.at(65_599)?.eventId ?? '') > (store.at(65_500)?.eventId ?? '')).toBe(true);
  });
});
