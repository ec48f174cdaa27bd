import { defineProjection, FileCache } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

const count = defineProjection({
  ...{ name: 'count', version: 1, initial: () => 0 },
  apply: (state: number) => state + 1,
});
const stale = { maxStaleMs: 500 };

// In the original a stale state depends on where it was kept: its memory never answers one, its
// files always do within the time, and neither says so.
describe('a state that may be stale', () => {
  const place = (host: StoreHost, where: 'memory' | 'files') => {
    const platform = memoryPlatform({ files: host.files });
    const options = { cache: new FileCache({ directory: '/cache', platform }) };
    const store = host.open(options);
    store.append('a', someKind, 1);
    expect(store.project(count, 'a')).toBe(1);
    store.append('a', someKind, 1);
    if (where === 'memory') return store;
    store.close();
    const platformAgain = memoryPlatform({ files: host.files });
    return host.open({ cache: new FileCache({ directory: '/cache', platform: platformAgain }) });
  };

  it.each(['memory', 'files'] as const)('is answered by %s until it is too old', (where) => {
    const host = new StoreHost();
    const store = place(host, where);
    expect(store.project(count, 'a', stale)).toBe(1);
    host.clock.advance(500_000);
    expect(store.project(count, 'a', stale)).toBe(1);
    host.clock.advance(1);
    expect(store.project(count, 'a', stale)).toBe(2);
    store.append('a', someKind, 1);
    expect(store.project(count, 'a', stale)).toBe(2);
    expect(store.project(count, 'a', 'consistent')).toBe(3);
  });

  it.each(['memory', 'files'] as const)(
    'is never one that %s has when none is asked for',
    (where) => {
      const store = place(new StoreHost(), where);
      expect(store.project(count, 'a')).toBe(2);
    },
  );
});
