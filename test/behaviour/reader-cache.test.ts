import { defineProjection, FileCache, MemoryCache, openReadOnly } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { FollowerHost } from '../support/follower-host.ts';
import { warnings } from '../support/option-proofs.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

let applied = 0;
const total = defineProjection({
  ...{ name: 'total', version: 1, initial: () => 0 },
  apply: (sum: number, { payload }) => {
    applied += 1;
    return sum + Number(payload);
  },
});

/** A store whose events, with these payloads, are durable. */
function given(...payloads: number[]) {
  const host = new StoreHost();
  const files = (directory: string) =>
    new FileCache({ directory, platform: memoryPlatform({ files: host.files }) });
  const store = host.open({ cache: files('/writers') });
  const append = (...more: number[]): void => {
    for (const payload of more) store.append('a', someKind, payload);
    store.flushProjections();
  };
  append(...payloads);
  let seed = 10;
  const read = (directory: string) => {
    seed += 1;
    const platform = memoryPlatform({ files: host.files, seed });
    const { logger, told } = warnings();
    const cache = files(directory);
    const reader = openReadOnly({ dataDir: host.directory, platform, logger, cache });
    /** The state of `a`, and how many events it took. */
    const projected = (): [state: number | undefined, folded: number] => {
      const before = applied;
      return [reader.project(total, 'a'), applied - before];
    };
    return { reader, told, projected };
  };
  return { host, store, append, read };
}

describe('a cache of who only reads a store', () => {
  it('has what was folded when the store is opened again, as far as it was durable', () => {
    const { store, read } = given(1, 2, 3);
    // The log itself doesn't show yet that its end is durable: nothing is kept.
    const first = read('/readers');
    expect(first.projected()).toEqual([6, 3]);
    first.reader.close();
    store.close();
    const second = read('/readers');
    expect(second.projected()).toEqual([6, 3]);
    second.reader.flushProjections();
    second.reader.close();
    expect(read('/readers').projected()).toEqual([6, 0]);
    expect([first.told, second.told]).toEqual([[], []]);
    expect(thrownBy(() => second.reader.flushProjections())).toMatchObject({
      code: 'BATPAK_STORE_CLOSED',
    });
  });

  it('leaves that of the writer alone, however far it lags behind', () => {
    const { host, store, append, read } = given(1, 2);
    const lagging = read('/writers');
    append(3, 4);
    store.project(total, 'a');
    store.flushProjections();
    expect(lagging.projected()).toEqual([3, 2]);
    lagging.reader.refresh();
    lagging.reader.flushProjections();
    expect(lagging.projected()[0]).toBe(10);
    lagging.reader.close();
    expect(lagging.told).toEqual(['the projection cache is of another process: it is left alone']);
    store.close();
    const before = applied;
    const files = memoryPlatform({ files: host.files });
    const again = host.open({ cache: new FileCache({ directory: '/writers', platform: files }) });
    expect([again.project(total, 'a'), applied - before]).toEqual([10, 0]);
  });

  it('is taken over by the reader that comes next, and the one before stops', () => {
    const { host, store, read } = given(1, 2, 3);
    store.close();
    const first = read('/readers');
    first.projected();
    first.reader.flushProjections();
    const second = read('/readers');
    expect(second.projected()).toEqual([6, 0]);
    const writing = host.open();
    writing.append('a', someKind, 4);
    writing.close();
    first.reader.refresh();
    expect(first.projected()).toEqual([10, 1]);
    first.reader.close();
    const leftAlone = 'the projection cache is of another process: it is left alone';
    expect([first.told, second.told]).toEqual([[leftAlone], []]);
    const third = read('/readers');
    expect(third.projected()).toEqual([10, 1]);
    third.reader.close();
    expect(read('/readers').projected()).toEqual([10, 0]);
  });

  it('is void when the log has gone on in another way, at a refresh as at an opening', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 1);
    store.sync();
    const backup = host.killed();
    store.append('a', someKind, 2);
    store.close();
    const follower = new FollowerHost(host);
    const filesOf = (directory: string) =>
      new FileCache({ directory, platform: memoryPlatform({ files: cacheFiles }) });
    const cacheFiles = new StoreHost().files;
    const reader = follower.open({ cache: filesOf('/readers') });
    expect(reader.project(total, 'a')).toBe(3);
    reader.flushProjections();
    const other = backup.open();
    other.append('a', someKind, 40);
    other.close();
    follower.moveTo(backup);
    expect(reader.refresh().rebuilt).toBe(true);
    expect(reader.project(total, 'a')).toBe(41);
    reader.close();
    const again = follower.open({ cache: filesOf('/readers') });
    const before = applied;
    expect([again.project(total, 'a'), applied - before]).toEqual([41, 0]);
  });

  it('is void for who writes the store', () => {
    const { host, store, read } = given(1, 2, 3);
    store.close();
    const reading = read('/readers');
    reading.projected();
    reading.reader.close();
    const { logger, told } = warnings();
    const platform = memoryPlatform({ files: host.files });
    const cache = new FileCache({ directory: '/readers', platform });
    const again = host.open({ cache, logger });
    const before = applied;
    expect([again.project(total, 'a'), applied - before]).toEqual([6, 3]);
    expect(told).toEqual([
      'the cached states are of who only reads the store: all of them were dropped',
    ]);
    again.close();
  });

  it('is closed with the reader, and by a second close not again', () => {
    const { host } = given(1);
    let closed = 0;
    class Counted extends MemoryCache {
      override close(): void {
        closed += 1;
        super.close();
      }
    }
    const platform = memoryPlatform({ files: host.files });
    const reader = openReadOnly({ dataDir: host.directory, platform, cache: new Counted() });
    reader.close();
    reader.close();
    expect(closed).toBe(1);
  });
});
