import type { Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const submitSome = (store: Store, count: number): void => {
  for (let n = 0; n < count; n += 1) store.submit('a', someKind, n);
};

const capacity = (channelCapacity: number, more: HostOptions['writer'] = {}): HostOptions => ({
  writer: { channelCapacity, ...more },
});

describe('the pressure of the writer', () => {
  it('counts what is queued, items of batches too, until it is written', async () => {
    const store = new StoreHost().open(capacity(10));
    expect(store.writerPressure()).toEqual({
      queued: 0,
      capacity: 10,
      utilizationPct: 0,
      level: 'normal',
    });
    submitSome(store, 5);
    store.submitBatch([
      { at: 'b', kind: someKind, payload: 1 },
      { at: 'b', kind: someKind, payload: 2 },
    ]);
    expect(store.writerPressure()).toMatchObject({
      queued: 7,
      utilizationPct: 70,
      level: 'normal',
    });
    submitSome(store, 1);
    expect(store.writerPressure()).toMatchObject({ queued: 8, level: 'high' });
    submitSome(store, 2);
    expect(store.writerPressure()).toMatchObject({ queued: 10, level: 'full' });
    await turn();
    expect(store.writerPressure()).toMatchObject({ queued: 0, level: 'normal' });
    expect(store.eventCount).toBe(10);
  });

  it('makes a submit write what is queued when the capacity is reached', () => {
    const store = new StoreHost().open(capacity(10));
    submitSome(store, 10);
    expect(store.eventCount).toBe(0);
    submitSome(store, 1);
    expect([store.eventCount, store.writerPressure().queued]).toEqual([10, 1]);
  });

  it('makes a submit write only a group of a longer queue', () => {
    const store = new StoreHost().open();
    submitSome(store, 4097);
    expect([store.eventCount, store.writerPressure().queued]).toEqual([1024, 3073]);
  });

  it('lets the event loop go on between the groups of a long queue', async () => {
    const host = new StoreHost();
    host.timers.soon = (callback) => void setImmediate(callback);
    const store = host.open();
    const first = store.submit('a', someKind, 0);
    submitSome(store, 3000);
    await first;
    expect(store.eventCount).toBe(1024);
    await turn();
    expect(store.eventCount).toBe(2048);
    await turn();
    expect(store.eventCount).toBe(3001);
  });

  it('bounds the bytes of a group too', () => {
    const store = new StoreHost().open({ segmentMaxBytes: 4096 });
    const tickets = Array.from({ length: 6 }, () =>
      store.submit('a', someKind, new Uint8Array(3000)),
    );
    expect(tickets.map((ticket) => ticket.wait().position.segmentId)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(store.verify()).toMatchObject({ ok: true, events: 6 });
  });

  it('is told to the writer’s machine when its level changes, not for each event', async () => {
    const levels: unknown[] = [];
    const inspect = (seen: { type: string; event?: { type: string; length?: number } }): void => {
      if (seen.type === '@xstate.event' && seen.event?.type === 'queue.changed') {
        levels.push(seen.event.length);
      }
    };
    const store = new StoreHost().open({ ...capacity(2000), inspect: inspect as never });
    submitSome(store, 100);
    await turn();
    expect(levels).toEqual([]);
    submitSome(store, 1800);
    await turn();
    expect(levels).toEqual([1800, 776]);
  });
});

describe('an attempt to submit', () => {
  it('gives a ticket while there is room, and answers retry from the threshold on', async () => {
    const store = new StoreHost().open(capacity(4, { pressureRetryThresholdPct: 50 }));
    const item = { at: 'a', kind: someKind, payload: 1 };
    const outcomes = [
      store.trySubmit('a', someKind, 1),
      store.trySubmitBatch([item]),
      store.trySubmit('a', someKind, 2),
      store.trySubmitBatch([item]),
    ];
    expect(outcomes.map(({ type }) => type)).toEqual(['ok', 'ok', 'retry', 'retry']);
    expect(outcomes[2]).toEqual({ type: 'retry', afterMs: 10, reason: '2 events are queued' });
    expect(store.tryAppend('a', someKind, 3)).toMatchObject({ type: 'retry', afterMs: 10 });
    expect(store.tryAppendBatch([item])).toMatchObject({ type: 'retry' });
    await turn();
    const [first] = outcomes;
    expect(first?.type === 'ok' && first.value.settled).toBe(true);
    expect(store.trySubmit('a', someKind, 2).type).toBe('ok');
  });

  it('of a reaction answers the same', () => {
    const store = new StoreHost().open(capacity(1));
    const cause = store.append('a', someKind, 0);
    expect(store.trySubmitReaction('a', someKind, 1, cause).type).toBe('ok');
    expect(store.trySubmitReaction('a', someKind, 1, cause).type).toBe('retry');
  });

  it('still throws for wrong arguments', () => {
    const store = new StoreHost().open();
    expect(() => store.trySubmit('', someKind, 1)).toThrow();
  });

  it('is to be repeated while the disk is full, and finds out when it is not', async () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 0);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC', andLater: true });
    expect(store.tryAppend('a', someKind, 1)).toMatchObject({ type: 'retry', afterMs: 10 });
    const batch = [{ at: 'a', kind: someKind, payload: 1 }];
    expect(store.tryAppendBatch(batch)).toMatchObject({ type: 'retry', afterMs: 10 });
    expect(store.writerPressure()).toMatchObject({ queued: 0, level: 'full' });
    expect(store.trySubmit('a', someKind, 1)).toEqual({
      type: 'retry',
      afterMs: 10,
      reason: 'the disk is full',
    });
    host.timers.advance(1000);
    const probe = store.trySubmit('a', someKind, 2);
    expect(store.trySubmit('a', someKind, 3).type).toBe('retry');
    if (probe.type !== 'ok') throw new Error('one event a second is let through');
    await expect(probe.value).rejects.toMatchObject({ code: 'BATPAK_DISK_FULL' });
    host.plan.heal();
    host.timers.advance(1000);
    expect(store.trySubmit('a', someKind, 4).type).toBe('ok');
    await turn();
    expect(store.writerPressure().level).toBe('normal');
    expect(store.trySubmit('a', someKind, 5).type).toBe('ok');
  });

  it('of an append answers with the failed expectation', () => {
    const store = new StoreHost().open();
    expect(store.tryAppend('a', someKind, 1, { expected: 0 })).toMatchObject({
      type: 'err',
      error: { code: 'BATPAK_EXPECTATION_FAILED' },
    });
    const items = [{ at: 'a', kind: someKind, payload: 1, options: { expected: 0 } }];
    expect(store.tryAppendBatch(items)).toMatchObject({
      type: 'err',
      error: { code: 'BATPAK_BATCH_FAILED', cause: { code: 'BATPAK_EXPECTATION_FAILED' } },
    });
  });
});
