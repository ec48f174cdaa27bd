import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../../../src/store/options/options.ts';
import { presets } from '../../../../src/store/options/presets.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const MiB = 1024 * 1024;
const defaults = resolveOptions({ dataDir: 'data' });
const entries = Object.entries(presets);

describe('presets', () => {
  it('are three, each valid, and each other than the defaults', () => {
    expect(Object.keys(presets)).toEqual(['embedded', 'highThroughput', 'analytical']);
    for (const [, preset] of entries) {
      expect(resolveOptions({ dataDir: 'data', ...preset })).not.toEqual(defaults);
    }
  });

  it('resolve to what they are for', () => {
    const [embedded, highThroughput, analytical] = entries.map(([, preset]) =>
      resolveOptions({ ...preset, dataDir: 'data' }),
    );
    expect(embedded).toMatchObject({
      segmentMaxBytes: 16 * MiB,
      fdBudget: 8,
      sync: { everyNEvents: 10, mode: 'all', maxDelayMs: 1000 },
      writer: { channelCapacity: 256, pressureRetryThresholdPct: 75 },
    });
    expect(highThroughput).toMatchObject({
      segmentMaxBytes: 1024 * MiB,
      fdBudget: 256,
      sync: { everyNEvents: 5000, mode: 'data', maxDelayMs: 1000 },
      writer: { channelCapacity: 16_384 },
      // Another number would ask every single append for a key.
      batch: { groupCommitMaxBatch: 1 },
    });
    expect(analytical).toMatchObject({ fdBudget: 256, index: { lazyImage: false } });
  });

  it('are frozen at every level', () => {
    const levels = entries.flatMap(([, preset]) => [preset, ...Object.values(preset)]);
    expect([presets, ...levels].every((level) => Object.isFrozen(level))).toBe(true);
    expect(thrownBy(() => Object.assign(presets.embedded, { fdBudget: 1 }))).toBeInstanceOf(
      TypeError,
    );
  });

  it('are spread before other options, which win; a group replaces the whole group', () => {
    const own = resolveOptions({
      ...presets.highThroughput,
      ...{ dataDir: 'data', fdBudget: 3, sync: { everyNEvents: 7 } },
    });
    expect(own).toMatchObject({
      fdBudget: 3,
      segmentMaxBytes: 1024 * MiB,
      sync: { everyNEvents: 7, mode: 'all' },
    });
    const kept = resolveOptions({
      ...presets.highThroughput,
      ...{ dataDir: 'data', sync: { ...presets.highThroughput.sync, maxDelayMs: 5 } },
    });
    expect(kept.sync).toMatchObject({ everyNEvents: 5000, mode: 'data', maxDelayMs: 5 });
  });

  it('open stores that work, and that any of the others opens again', () => {
    const host = new StoreHost();
    let events = 0;
    for (const [, preset] of [...entries, ...entries]) {
      const store = host.open(preset);
      appendSome(store, 12);
      events += 12;
      expect(store.close()).toEqual({ events, clean: true });
    }
    expect(host.open().verify()).toMatchObject({ ok: true, events });
  });

  it('reach the store: embedded syncs every 10 events and queues 256', () => {
    const store = new StoreHost().open(presets.embedded);
    appendSome(store, 25);
    expect(store.durableThrough()).toBe(19);
    expect(store.writerPressure().capacity).toBe(256);
  });

  it('reach the store: highThroughput syncs data only, and queues 16 384', () => {
    const host = new StoreHost();
    const store = host.open(presets.highThroughput);
    appendSome(store, 5);
    store.sync();
    expect(host.plan.count('dataSync', '.fbat')).toBe(1);
    expect(store.writerPressure().capacity).toBe(16_384);
    for (let n = 0; n < 5000; n += 1) store.append('order:1', someKind, n);
    expect(store.durableThrough()).toBe(5004);
  });

  it('reach the store: analytical reads the columns when it is opened', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 5);
    store.close();
    const again = host.open(presets.analytical);
    const before = host.plan.count('open', 'index.image');
    expect([...again.stream('order:1')]).toHaveLength(5);
    expect(host.plan.count('open', 'index.image')).toBe(before);
  });
});
