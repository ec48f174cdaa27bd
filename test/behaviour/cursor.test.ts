import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CursorClosedError,
  CursorOpenError,
  CursorRegionError,
  openReadOnly,
  openStore,
  Region,
  type Store,
} from 'batpak';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const folders: string[] = [];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The sequences of what is handed out. */
function sequencesOf(items: Iterable<{ sequence: number }>): number[] {
  return Array.from(items, ({ sequence }) => sequence);
}

const platforms: readonly (readonly [string, () => Store])[] = [
  ['in memory', () => openStore({ dataDir: '/store', platform: memoryPlatform() })],
  [
    'on the disk',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'batpak-cursor-'));
      folders.push(folder);
      return openStore({ dataDir: folder });
    },
  ],
];

describe.each(platforms)('a cursor of a store %s', (_, open) => {
  it('hands out each event of its region once, in order, those to come included', () => {
    const store = open();
    appendSome(store, 3, 'order:1');
    appendSome(store, 2, 'stock:1');
    const cursor = store.cursorGuaranteed(Region.namespace('order'));
    expect(cursor.next()).toMatchObject({ sequence: 0, payload: { index: 0 } });
    expect(sequencesOf(cursor.pollBatch(64))).toEqual([1, 2]);
    expect(cursor.next()).toBeUndefined();
    expect(cursor.position).toBe(5);
    appendSome(store, 1, 'stock:1');
    appendSome(store, 2, 'order:2');
    expect(sequencesOf(cursor.pollBatch(1))).toEqual([6]);
    expect(sequencesOf(cursor.pollBatch(9))).toEqual([7]);
    expect(cursor.pollBatch(9)).toEqual([]);
    store.close();
  });

  it('goes on at its checkpoint in the next store, under its name', () => {
    const store = open();
    const { storeId } = store.identity;
    appendSome(store, 10);
    const cursor = store.cursorGuaranteed(Region.all(), { name: 'Mail/übung' });
    expect(cursor.recovered).toEqual({ outcome: 'new', position: 0 });
    cursor.pollBatch(4);
    cursor.checkpoint();
    expect(cursor.checkpointed).toBe(4);
    expect(store.durableThrough()).toBe(9);
    cursor.pollBatch(3);
    cursor.close();
    const again = store.cursorGuaranteed(Region.all(), { name: 'Mail/übung' });
    expect(again.recovered).toEqual({ outcome: 'resumed', position: 4 });
    expect(again.next()?.sequence).toBe(4);
    expect(store.identity.storeId).toBe(storeId);
    store.close();
  });
});

describe('a cursor', () => {
  it('begins where it is told to', () => {
    const store = new StoreHost().open();
    appendSome(store, 5);
    const from = (begin: 'beginning' | 'now' | number) =>
      store.cursorGuaranteed(Region.all(), { from: begin }).next()?.sequence;
    expect([from('beginning'), from('now'), from(3), from(5)]).toEqual([
      0,
      undefined,
      3,
      undefined,
    ]);
    expect(thrownBy(() => from(6))).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE', field: 'from' });
    expect(thrownBy(() => from(-1))).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE' });
  });

  it('reads entries without the disk, when asked for entries alone', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 200);
    const cursor = store.cursorGuaranteed(Region.all(), { read: 'entries' });
    const before = host.plan.operations.length;
    const entries = cursor.pollBatch(200);
    expect(entries).toHaveLength(200);
    expect(entries[199]).toMatchObject({ sequence: 199, clock: 199, entity: 'order:1' });
    expect(host.plan.operations.length).toBe(before);
  });

  it('takes lanes and clocks as its region says', () => {
    const store = new StoreHost().open();
    for (const lane of [0, 1, 0, 1]) store.append('order:1', someKind, lane, { lane });
    const cursor = (region: Region) => sequencesOf(store.cursorGuaranteed(region).pollBatch(9));
    expect(cursor(Region.entity('order:1').withLane(1))).toEqual([1, 3]);
    expect(cursor(Region.entity('order:1'))).toEqual([0, 1, 2, 3]);
    expect(cursor(Region.all().withClock({ from: 1 }))).toEqual([2, 3]);
  });

  it('iterates over what is there and what is to come, until it is broken off', async () => {
    const store = new StoreHost().open();
    appendSome(store, 2);
    const cursor = store.cursorGuaranteed(Region.all());
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { sequence } of cursor) {
        seen.push(sequence);
        if (sequence === 3) break;
      }
    })();
    await turn();
    expect(seen).toEqual([0, 1]);
    appendSome(store, 3);
    await reading;
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(cursor.next()?.sequence).toBe(4);
  });

  it.each([
    ['its signal', (abort: () => void) => abort()],
    ['its close', (_: () => void, cursor: { close(): void }) => cursor.close()],
    ['the store', (_: () => void, __: unknown, store: Store) => void store.close()],
  ])('ends an iteration that waits with %s', async (_, end) => {
    const store = new StoreHost().open();
    const controller = new AbortController();
    const cursor = store.cursorGuaranteed(Region.all(), { signal: controller.signal });
    let ended = false;
    const reading = (async () => {
      for await (const _ of cursor) throw new Error('there is none');
      ended = true;
    })();
    await turn();
    expect(ended).toBe(false);
    end(() => controller.abort(), cursor, store);
    await reading;
    expect(ended).toBe(true);
  });

  it('is refused when it was closed', () => {
    const store = new StoreHost().open();
    const cursor = store.cursorGuaranteed(Region.all());
    cursor.close();
    cursor.close();
    for (const call of [
      () => cursor.next(),
      () => cursor.pollBatch(1),
      () => cursor.checkpoint(),
    ]) {
      expect(thrownBy(call)).toBeInstanceOf(CursorClosedError);
    }
  });

  it('is not kept without a name, and has none on a follower', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    const cursor = store.cursorGuaranteed(Region.all());
    expect(thrownBy(() => cursor.checkpoint())).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE' });
    const platform = memoryPlatform({ files: host.files });
    const follower = openReadOnly({ dataDir: host.directory, platform });
    const behind = follower.cursorGuaranteed(Region.all());
    expect(sequencesOf(behind.pollBatch(9))).toEqual([0, 1, 2]);
    appendSome(store, 2);
    expect(behind.next()).toBeUndefined();
    follower.refresh();
    expect(sequencesOf(behind.pollBatch(9))).toEqual([3, 4]);
    const named: object = { name: 'mail' };
    expect(thrownBy(() => follower.cursorGuaranteed(Region.all(), named))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'name',
    });
  });
});

describe('a named cursor', () => {
  const region = Region.namespace('order');

  it('is bound to its region', () => {
    const store = new StoreHost().open();
    appendSome(store, 3);
    const cursor = store.cursorGuaranteed(region, { name: 'mail' });
    cursor.pollBatch(2);
    cursor.checkpoint();
    cursor.close();
    const wrong = thrownBy(() => store.cursorGuaranteed(Region.all(), { name: 'mail' }));
    expect(wrong).toBeInstanceOf(CursorRegionError);
    expect(wrong).toMatchObject({
      cursor: 'mail',
      stored: region.toString(),
      requested: 'all',
    });
    expect(store.cursorGuaranteed(region, { name: 'mail' }).position).toBe(2);
  });

  it('is open once', () => {
    const store = new StoreHost().open();
    const cursor = store.cursorGuaranteed(region, { name: 'mail' });
    const second = () => store.cursorGuaranteed(region, { name: 'mail' });
    expect(thrownBy(second)).toBeInstanceOf(CursorOpenError);
    expect(thrownBy(() => store.deleteCursor('mail'))).toBeInstanceOf(CursorOpenError);
    cursor.close();
    second().close();
  });

  it('is listed, and deleted for good', () => {
    const host = new StoreHost();
    const store = host.open();
    expect(store.cursors()).toEqual([]);
    appendSome(store, 3);
    for (const name of ['b', 'a', 'A']) {
      const cursor = store.cursorGuaranteed(region, { name });
      cursor.pollBatch(2);
      cursor.checkpoint();
      if (name !== 'b') cursor.close();
    }
    const summary = { region: region.toString(), position: 2, parked: 0 };
    expect(store.cursors()).toEqual([
      { name: 'A', ...summary, open: false },
      { name: 'a', ...summary, open: false },
      { name: 'b', ...summary, open: true },
    ]);
    expect(host.files.list('/store/cursors').sort()).toEqual([
      '%41.cursor',
      'a.cursor',
      'b.cursor',
    ]);
    expect(store.deleteCursor('a')).toBe(true);
    expect(store.deleteCursor('a')).toBe(false);
    const after = host.afterPowerLoss().open();
    expect(after.cursors().map(({ name }) => name)).toEqual(['A', 'b']);
    expect(after.cursorGuaranteed(region, { name: 'a' }).recovered?.outcome).toBe('new');
  });
});
