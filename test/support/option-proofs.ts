import { defineProjection, FileCache, type Store, type StoreOptions } from 'batpak';
import { expect } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from './store-host.ts';

/** Options of a store that hold other options. */
export type OptionGroup = 'batch' | 'fence' | 'writer' | 'sync' | 'idempotency' | 'index';

/** Every option of a store, by its path. */
export type OptionField =
  | Exclude<keyof StoreOptions, OptionGroup>
  | { [G in OptionGroup]: `${G}.${keyof NonNullable<StoreOptions[G]> & string}` }[OptionGroup];

/** Shows that an option has its effect. */
export type Proof = () => void | Promise<void>;

/** A logger, and what it was told. */
export function warnings(): { logger: NonNullable<StoreOptions['logger']>; told: string[] } {
  const told: string[] = [];
  const tell = (_: object, text: string) => void told.push(text);
  return { logger: { warn: tell, error: tell }, told };
}

/** Most segments open at the same time, as the calls to the disk since `from` tell. */
export function mostOpen(host: StoreHost, from: number): number {
  let now = 0;
  let most = 0;
  for (const { operation, path } of host.plan.operations.slice(from)) {
    if (!path.endsWith('.fbat')) continue;
    if (operation === 'open') now += 1;
    if (operation === 'close') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

/** A closed store of twelve segments with one event each. */
export function manySegments(): StoreHost {
  const host = new StoreHost();
  const store = host.open({ segmentMaxBytes: 1 });
  appendSome(store, 12);
  store.close();
  return host;
}

/** Whether each of the keys is still known: a forgotten one is written anew, or not found. */
export function known(store: Pick<Store, 'findByKey'>, keys: readonly string[]): boolean[] {
  return keys.map((key) => store.findByKey(key) !== undefined);
}

/** Appends an event with each of the keys. */
export function appendKeyed(store: Store, keys: readonly string[]): void {
  for (const idempotencyKey of keys) store.append('order:1', someKind, 1, { idempotencyKey });
}

/** Keys for a few events. */
export const keys = ['a', 'b', 'c', 'd'];

/** Each kind of cache keeps states for as long as it says. */
export function cacheProof(): void {
  let applied = 0;
  const count = defineProjection({
    ...{ name: 'count', version: 1, initial: () => 0 },
    apply: (sum) => {
      applied += 1;
      return sum + 1;
    },
  });
  const host = new StoreHost();
  const options = { directory: '/cache', platform: memoryPlatform({ files: host.files }) };
  const foldedBy = (cache: HostOptions['cache']): number => {
    const store = host.open(cache === undefined ? {} : { cache });
    if (store.eventCount === 0) appendSome(store, 3);
    const before = applied;
    expect(store.project(count, 'order:1')).toBe(3);
    store.close();
    return applied - before;
  };
  const caches = [undefined, 'memory', 'none', new FileCache(options), new FileCache(options)];
  expect(caches.map((cache) => foldedBy(cache as HostOptions['cache']))).toEqual([3, 3, 3, 3, 0]);
}
