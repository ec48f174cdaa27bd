import { defineProjection, MemoryCache, Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import type { ReadOnlyOptions } from '../../src/store/read/read-only-options.ts';
import {
  appendKeyed,
  keys,
  known,
  manySegments,
  mostOpen,
  type Proof,
  warnings,
} from '../support/option-proofs.ts';
import { appendSome, StoreHost, thrownBy } from '../support/store-host.ts';

type ReadOnlyField =
  | Exclude<keyof ReadOnlyOptions, 'idempotency'>
  | `idempotency.${keyof NonNullable<ReadOnlyOptions['idempotency']> & string}`;

/** A cache that tells how often something was put there. */
class CountedCache extends MemoryCache {
  puts = 0;

  override put(...entry: Parameters<MemoryCache['put']>): void {
    this.puts += 1;
    super.put(...entry);
  }
}

const counting = defineProjection({
  ...{ name: 'count', version: 1, initial: () => 0 },
  apply: (sum) => sum + 1,
});

/** A reader of the host's directory. */
function reading(host: StoreHost, options: Omit<ReadOnlyOptions, 'dataDir' | 'platform'> = {}) {
  const platform = memoryPlatform({ files: host.plan });
  return openReadOnly({ dataDir: host.directory, platform, ...options });
}

const readerEffects: Readonly<Record<ReadOnlyField, Proof>> = {
  dataDir: () => {
    expect(reading(manySegments()).eventCount).toBe(12);
    const platform = memoryPlatform({ files: manySegments().files });
    expect(thrownBy(() => openReadOnly({ dataDir: '/none', platform }))).toMatchObject({
      code: 'BATPAK_STORAGE',
    });
  },
  fdBudget: () => {
    for (const fdBudget of [1, 3, 64]) {
      const host = manySegments();
      const reader = reading(host, { fdBudget });
      const from = host.plan.operations.length;
      for (const { sequence } of reader.query(Region.all())) reader.at(sequence)?.payload;
      expect(mostOpen(host, from)).toBeLessThanOrEqual(Math.min(fdBudget + 1, 12));
    }
  },
  'idempotency.keepSequences': () => {
    const host = new StoreHost();
    const store = host.open();
    appendKeyed(store, keys);
    const reader = reading(host, { idempotency: { keepSequences: 1 } });
    expect(known(reader, keys)).toEqual([false, false, true, true]);
  },
  'idempotency.maxKeys': () => {
    const host = new StoreHost();
    const store = host.open();
    appendKeyed(store, keys);
    const reader = reading(host, { idempotency: { maxKeys: 1 } });
    expect(known(reader, keys)).toEqual([false, false, false, true]);
  },
  cache: () => {
    const host = manySegments();
    const puts = [undefined, 'memory', 'none', new CountedCache()] as const;
    for (const cache of puts) {
      const reader = reading(host, cache === undefined ? {} : { cache });
      expect(reader.project(counting, 'order:1')).toBe(12);
      reader.flushProjections();
      reader.close();
    }
    expect(puts[3].puts).toBeGreaterThan(0);
  },
  logger: () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    store.close();
    host.flip('index.image', 3);
    const { logger, told } = warnings();
    const reader = reading(host, { logger });
    expect([...reader.query(Region.all())]).toHaveLength(3);
    expect(told.length).toBeLessThanOrEqual(1);
  },
  platform: () => {
    const host = manySegments();
    const before = host.plan.count('open', '.fbat');
    expect(reading(host).eventCount).toBe(12);
    expect(host.plan.count('open', '.fbat')).toBeGreaterThan(before);
  },
};

describe('an option of openReadOnly has its effect', () => {
  it.each(Object.entries(readerEffects))('%s', async (_, proof) => {
    await proof();
  });
});
