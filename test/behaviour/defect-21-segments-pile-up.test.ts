import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

const cycles = 25;

describe('segments', () => {
  it('do not pile up by opening and closing: the last one is gone on with', () => {
    const host = new StoreHost();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const store = host.open();
      expect(store.append('order:1', someKind, cycle).clock).toBe(cycle);
      store.close();
    }
    expect(host.segmentNames()).toEqual(['000001.fbat']);
    expect(host.open().verify()).toMatchObject({ ok: true, events: cycles });
  });

  it('are not made by opening alone, nor by reading, nor by a write that is refused', () => {
    const host = new StoreHost();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const store = host.open();
      expect(() => store.append('', someKind, 1)).toThrow();
      expect(() => store.append('order:1', someKind, 1, { expected: 7 })).toThrow();
      expect(() => store.append('order:1', someKind, undefined)).toThrow();
      expect(store.appendBatch([])).toEqual([]);
      store.beginVisibilityFence().cancel();
      store.sync();
      expect(store.close()).toEqual({ events: 0, clean: true });
    }
    expect(host.segmentNames()).toEqual([]);
  });

  it('do not pile up by a process that is killed each time before it has written', () => {
    let host = new StoreHost();
    host.open().append('order:1', someKind, 0);
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      host = host.killed();
      const store = host.open();
      expect(store.eventCount).toBe(1);
    }
    expect(host.segmentNames()).toEqual(['000001.fbat']);
  });

  it('do not pile up by a process that is killed each time before a sync', () => {
    let host = new StoreHost();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      // What was not synced is written again at the next write, and its old segment is let go.
      host.open().append('order:1', someKind, cycle);
      host = host.killed();
    }
    expect(host.open().verify()).toMatchObject({ ok: true, events: cycles });
    expect(host.segmentNames().length).toBeLessThanOrEqual(cycles);
    const last = host.killed().open();
    expect([...last.stream('order:1')].map(({ clock }) => clock)).toEqual(
      Array.from({ length: cycles }, (_, clock) => clock),
    );
  });

  it('that hold something stay as many as hold something, whatever the end', () => {
    let host = new StoreHost();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const store = host.open();
      store.append('order:1', someKind, cycle, { durable: true });
      if (cycle % 2 === 0) store.close();
      else host = host.killed();
      expect(host.segmentNames().length).toBeLessThanOrEqual(Math.floor(cycle / 2) + 1);
    }
    expect(host.open().verify()).toMatchObject({ ok: true, events: cycles });
  });

  it('of a disk that fails at each rotation do not pile up', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    store.append('order:1', someKind, 'x'.repeat(300));
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      host.plan.heal().fail({ operation: 'syncDirectory', code: 'EIO', andLater: true });
      expect(() => store.append('order:1', someKind, 'x'.repeat(300))).toThrow();
      expect(host.segmentNames().length).toBeLessThanOrEqual(2);
    }
    host.plan.heal();
    store.append('order:1', someKind, 'x'.repeat(300));
    store.close();
    expect(host.segmentNames()).toHaveLength(2);
    expect(host.open().verify()).toMatchObject({ ok: true, events: 2 });
  });
});
