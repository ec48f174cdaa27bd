import type { Logger, Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { StoreHost, someKind } from '../support/store-host.ts';

/** Types of the events that the inspector was shown, in order. */
function typesOf(seen: readonly InspectionEvent[]): string[] {
  return seen.flatMap((event) => (event.type === '@xstate.event' ? [event.event.type] : []));
}

/** A logger that remembers its warnings. */
function rememberingLogger(): Logger & { readonly warnings: unknown[] } {
  const warnings: unknown[] = [];
  return {
    warnings,
    warn: (facts, message) => warnings.push({ ...facts, message }),
    error: () => undefined,
  };
}

const items = ['a', 'b'].map((at) => ({ at, kind: someKind, payload: at }));

describe('inspection', () => {
  it('shows the writer opening, syncing, rotating and closing', () => {
    const seen: InspectionEvent[] = [];
    const store = new StoreHost().open({
      segmentMaxBytes: 1,
      inspect: (event) => seen.push(event),
    });
    store.append('order:1', someKind, 1);
    store.append('order:1', someKind, 2);
    store.close();
    expect(typesOf(seen)).toEqual([
      'xstate.init',
      'image.absent',
      'segments.finished',
      'xstate.init',
      'open.succeeded',
      'sync.covered',
      'rotation.started',
      'rotation.finished',
      'events.written',
      'close.requested',
      'close.finished',
    ]);
  });

  it('shows no event for a single append that makes no sync', () => {
    const seen: InspectionEvent[] = [];
    const store = new StoreHost().open({ inspect: (event) => seen.push(event) });
    store.append('order:1', someKind, 1);
    const before = seen.length;
    for (let index = 0; index < 100; index += 1) store.append('order:1', someKind, index);
    expect(seen).toHaveLength(before);
  });

  it('shows how many events were written, every quarter of a second at most', () => {
    const counts: number[] = [];
    const host = new StoreHost();
    const store = host.open({
      inspect: (event) => {
        if (event.type !== '@xstate.event' || event.event.type !== 'events.written') return;
        counts.push(Number(event.event.events));
      },
    });
    for (let index = 0; index < 100; index += 1) store.append('order:1', someKind, index);
    host.timers.advance(249);
    expect(counts).toEqual([]);
    host.timers.advance(1);
    expect(counts).toEqual([100]);
    store.append('order:1', someKind, 'one more');
    store.close();
    expect(counts).toEqual([100, 1]);
  });

  it('shows every step of a batch', () => {
    const seen: InspectionEvent[] = [];
    const store = new StoreHost().open({ inspect: { next: (event) => seen.push(event) } });
    store.appendBatch(items);
    expect(typesOf(seen)).toEqual([
      'xstate.init',
      'image.absent',
      'segments.finished',
      'xstate.init',
      'open.succeeded',
      'xstate.init',
      'items.valid',
      'begin.staged',
      'items.staged',
      'commit.written',
      'events.published',
      'sync.started',
      'sync.covered',
      'sync.finished',
    ]);
  });

  it('changes nothing that is stored', () => {
    const contents = [undefined, () => undefined].map((inspect) => {
      const host = new StoreHost();
      const store = host.open(inspect === undefined ? {} : { inspect });
      store.append('order:1', someKind, 1);
      store.appendBatch(items);
      store.close();
      return host.content();
    });
    expect(contents[0]).toEqual(contents[1]);
  });

  it('ends with one warning when the inspector throws, and changes nothing', () => {
    const logger = rememberingLogger();
    const host = new StoreHost();
    let calls = 0;
    const store = host.open({
      logger,
      inspect: () => {
        calls += 1;
        throw new Error('the inspector broke');
      },
    });
    store.append('order:1', someKind, 1, { durable: true });
    store.appendBatch(items);
    expect(calls).toBe(1);
    expect(logger.warnings).toEqual([
      { err: new Error('the inspector broke'), message: expect.stringContaining('detached') },
    ]);
    expect(store.close()).toEqual({ events: 3, clean: true });
    expect(host.open().verify()).toMatchObject({ ok: true, events: 3 });
  });
});

describe('an inspector that writes to the store it watches', () => {
  const appendingAt = (host: StoreHost, type: string): Store => {
    const store = host.open({
      inspect: (event) => {
        if (event.type !== '@xstate.event' || event.event.type !== type) return;
        store.append('audit', someKind, type);
      },
    });
    return store;
  };

  for (const type of ['items.valid', 'begin.staged', 'items.staged', 'commit.written']) {
    it(`leaves a batch whole at ${type}`, () => {
      const host = new StoreHost();
      const store = appendingAt(host, type);
      const receipts = store.appendBatch(items);
      expect(store.get(receipts[0]?.eventId ?? '')?.payload).toBe('a');
      expect(store.get(receipts[1]?.eventId ?? '')?.payload).toBe('b');
      store.close();
      expect(host.open().verify().ok).toBe(true);
    });
  }

  for (const type of ['sync.covered', 'rotation.started', 'rotation.finished']) {
    it(`leaves the receipt of an append true at ${type}`, () => {
      const host = new StoreHost();
      const store = appendingAt(host, type);
      const receipt = store.append('order:1', someKind, 'mine', { durable: true });
      expect(store.get(receipt.eventId)?.payload).toBe('mine');
      store.append('order:1', someKind, 'next', { durable: true });
      store.close();
      expect(host.open().verify().ok).toBe(true);
    });
  }
});
