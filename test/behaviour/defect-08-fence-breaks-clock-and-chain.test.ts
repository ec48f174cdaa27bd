import { Region, type StoredEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const genesis = '0'.repeat(64);

/** Checks that the events of a stream count from 0 and link each to the one before. */
function expectChain(stream: readonly StoredEvent[], length: number): void {
  expect(stream.map(({ clock }) => clock)).toEqual(Array.from({ length }, (_, clock) => clock));
  expect(stream.map(({ prevHash }) => hex(prevHash))).toEqual([
    genesis,
    ...stream.slice(0, -1).map(({ hash }) => hex(hash)),
  ]);
}

describe('the clock and the hash chain of an entity', () => {
  // Four singles, two fenced, two more behind the fence, as where the original counted 0,1,2,3,0,0.
  function given(end: 'commit' | 'cancel') {
    const host = new StoreHost();
    const store = host.open();
    for (let n = 0; n < 4; n += 1) store.append('order:1', someKind, n);
    const fence = store.beginVisibilityFence();
    const tickets = [
      fence.submit('order:1', someKind, 'fenced'),
      fence.submitBatch([
        { at: 'order:1', kind: someKind, payload: 'fenced too' },
        { at: 'order:2', kind: someKind, payload: 'another' },
        { at: 'order:1', kind: someKind, payload: 'on a lane', options: { lane: 3 } },
      ]),
    ];
    for (const ticket of tickets) ticket.then(undefined, () => undefined);
    if (end === 'commit') fence.commit();
    else fence.cancel();
    store.append('order:1', someKind, 'behind');
    store.append('order:1', someKind, 'behind', { lane: 3 });
    return { host, store };
  }

  it('run on through a fence that was committed, and behind it', () => {
    const { host, store } = given('commit');
    const killed = host.killed().open();
    store.close();
    for (const one of [killed, host.open()]) {
      const main = [...one.events(Region.entity('order:1').withLane(0))];
      expectChain(main, 7);
      expect(main.map(({ payload }) => payload)).toEqual([
        ...[0, 1, 2, 3],
        ...['fenced', 'fenced too', 'behind'],
      ]);
      expectChain([...one.events(Region.entity('order:1').withLane(3))], 2);
      expectChain([...one.events(Region.entity('order:2'))], 1);
      expect(one.verify()).toMatchObject({ ok: true, events: 10 });
    }
  });

  it('run on behind a fence that was cancelled, as if it had not been', () => {
    const { host, store } = given('cancel');
    const killed = host.killed().open();
    store.close();
    for (const one of [killed, host.open()]) {
      expectChain([...one.events(Region.entity('order:1').withLane(0))], 5);
      expectChain([...one.events(Region.entity('order:1').withLane(3))], 1);
      expect([...one.stream('order:2')]).toEqual([]);
      const sequences = [...one.query(Region.all())].map(({ sequence }) => sequence);
      expect(sequences).toEqual([0, 1, 2, 3, 4, 5]);
      expect(one.verify()).toMatchObject({ ok: true, events: 6 });
    }
  });

  it('are what an expectation in a fence is judged by', () => {
    const store = new StoreHost().open();
    store.append('order:1', someKind, 0);
    const fence = store.beginVisibilityFence();
    fence.submit('order:1', someKind, 1, { expected: 0 });
    fence.submit('order:1', someKind, 2, { expected: 1 });
    fence.submit('order:2', someKind, 0, { expected: 'none' });
    expect(fence.commit().map(({ clock }) => clock)).toEqual([1, 2, 0]);
    expect(store.append('order:1', someKind, 3, { expected: 2 }).clock).toBe(3);
  });

  it('run on through one fence after the other', () => {
    const store = new StoreHost().open();
    for (let round = 0; round < 6; round += 1) {
      const fence = store.beginVisibilityFence();
      const ticket = fence.submit('order:1', someKind, round);
      ticket.then(undefined, () => undefined);
      if (round % 2 === 0) fence.commit();
      else fence.cancel();
    }
    expectChain([...store.events(Region.entity('order:1'))], 3);
    expect(store.verify().ok).toBe(true);
  });
});
