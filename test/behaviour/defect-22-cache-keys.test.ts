import { defineProjection, FileCache } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

// The original finds a cached state by a number that its compiler gives to the type: another build
// finds nothing, and a changed fold finds the states of the one before.
describe('a cached state', () => {
  it('is found by name, version and entity, and by nothing else', () => {
    const host = new StoreHost();
    let applied = 0;
    /** As another process would define it, whose functions are others. */
    const define = (name: string, version: number) =>
      defineProjection({
        ...{ name, version, initial: () => 0 },
        apply: (state: number) => {
          applied += 1;
          return state + version;
        },
      });
    const foldedBy = (name: string, version: number, entity: string) => {
      const platform = memoryPlatform({ files: host.files });
      const store = host.open({ cache: new FileCache({ directory: '/cache', platform }) });
      if (store.eventCount === 0) {
        for (const each of ['a', 'a:1', 'b']) store.append(each, someKind, 1);
      }
      const before = applied;
      const state = store.project(define(name, version), entity);
      store.close();
      return { state, folded: applied - before };
    };
    expect(foldedBy('sum', 1, 'a')).toEqual({ state: 1, folded: 1 });
    expect(foldedBy('sum', 1, 'a')).toEqual({ state: 1, folded: 0 });
    expect(foldedBy('sum', 2, 'a')).toEqual({ state: 2, folded: 1 });
    expect(foldedBy('suma', 1, 'a')).toEqual({ state: 1, folded: 1 });
    expect(foldedBy('sum', 1, 'a:1')).toEqual({ state: 1, folded: 1 });
    expect(foldedBy('sum', 1, 'a')).toEqual({ state: 1, folded: 0 });
  });
});
