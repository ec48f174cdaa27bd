import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../../../src/store/read/open-read-only.ts';
import { ReadOnlyStore } from '../../../../src/store/read/read-only-store.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

describe('openReadOnly', () => {
  it('opens the directory of a store, given with a slash or without', () => {
    const host = new StoreHost();
    host.open().append('a', someKind, 1);
    const platform = memoryPlatform({ files: host.plan });
    for (const dataDir of ['/store', '/store/', 'store']) {
      const reader = openReadOnly({ dataDir, platform });
      expect(reader).toBeInstanceOf(ReadOnlyStore);
      expect(reader.eventCount).toBe(1);
    }
  });

  it('finds only keys that are kept, and warns when there are more than may be', () => {
    const host = new StoreHost();
    const store = host.open();
    for (let index = 0; index < 6; index += 1) {
      store.append('a', someKind, index, { idempotencyKey: `key-${index}` });
    }
    const warnings: string[] = [];
    const logger = {
      warn: (_: object, message: string) => warnings.push(message),
      error: () => undefined,
    };
    const platform = memoryPlatform({ files: host.plan });
    const retention = { keepSequences: 2 };
    const reader = openReadOnly({ dataDir: '/store', platform, logger, idempotency: retention });
    expect(reader.findByKey('key-5')?.sequence).toBe(5);
    expect(reader.findByKey('key-0')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('takes the index image of a closed store instead of reading its segments', () => {
    const host = new StoreHost();
    const store = host.open();
    for (let index = 0; index < 50; index += 1) store.append('a', someKind, 'x'.repeat(1000));
    store.close();
    if (!host.files.list('/store').includes('index.image')) return;
    const before = host.plan.operations.length;
    const reader = openReadOnly({
      dataDir: '/store',
      platform: memoryPlatform({ files: host.plan }),
    });
    expect(reader.eventCount).toBe(50);
    const bytes = host.plan.operations
      .slice(before)
      .filter(({ path }) => path.endsWith('.fbat'))
      .reduce((sum, call) => sum + (call.bytes ?? 0), 0);
    expect(bytes).toBeLessThan(25_000);
    expect(reader.refresh()).toEqual({ events: 0, rebuilt: false });
  });
});
