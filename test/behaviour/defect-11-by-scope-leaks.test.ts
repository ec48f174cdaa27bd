import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

describe('an entity that emits in two scopes', () => {
  // Three events in one scope and two in another, as where the original gave all five of them.
  function given() {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 600 });
    for (const scope of ['shop', 'shop', 'audit', 'shop', 'audit']) {
      store.append({ entity: 'order:1', scope }, someKind, scope);
    }
    store.append('order:2', someKind, 'default');
    return { host, store };
  }

  it('shows in each scope only what it emitted there', () => {
    const { host, store } = given();
    const killed = host.killed();
    store.close();
    const reader = openReadOnly({
      dataDir: host.directory,
      platform: memoryPlatform({ files: host.files }),
    });
    const stores = [
      ...[given().store, killed.open(), host.open(), reader],
      host.killed().open({ index: { enableCheckpoint: false }, lock: 'force' }),
    ];
    for (const one of stores) {
      const sequences = (scope: string, reverse = false) =>
        [...one.byScope(scope, { reverse })].map(({ sequence }) => sequence);
      expect(sequences('shop')).toEqual([0, 1, 3]);
      expect(sequences('audit')).toEqual([2, 4]);
      expect(sequences('shop', true)).toEqual([3, 1, 0]);
      expect(sequences('default')).toEqual([5]);
      expect(sequences('sho')).toEqual([]);
      expect(sequences('order:1')).toEqual([]);
    }
  });

  it('does so whatever else is asked for', () => {
    const { store } = given();
    const payloads = (region: Region) => [...store.events(region)].map(({ payload }) => payload);
    expect(payloads(Region.entity('order:1').withScope('audit'))).toEqual(['audit', 'audit']);
    expect(payloads(Region.namespace('order').withScope('shop'))).toHaveLength(3);
    expect(payloads(Region.prefix('order:1').withScope('audit').withKind(someKind))).toEqual([
      'audit',
      'audit',
    ]);
    expect(payloads(Region.all().withScope('audit').withClock({ from: 3, to: 9 }))).toEqual([
      'audit',
    ]);
    expect(payloads(Region.entity('order:2').withScope('shop'))).toEqual([]);
  });
});
