import { type Cursor, Region, type Store, type StoredEvent } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CursorState,
  decodeCursorState,
  encodeCursorState,
} from '../../src/codec/cursor-state.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { appendSome, StoreHost, thrownBy } from '../support/store-host.ts';

const fileName = 'cursors/mail.cursor';

function open(store: Store): Cursor<StoredEvent> {
  return store.cursorGuaranteed(Region.all(), { name: 'mail' });
}

/** A store whose cursor has kept that so many of its events are done with. */
function advanced(events: number, done: number): { host: StoreHost; store: Store } {
  const host = new StoreHost();
  const store = host.open();
  appendSome(store, events);
  const cursor = open(store);
  cursor.pollBatch(done);
  cursor.checkpoint();
  cursor.close();
  return { host, store };
}

/** A logger, and the facts that it was told. */
function listening() {
  const facts: Readonly<Record<string, unknown>>[] = [];
  const tell = (told: Readonly<Record<string, unknown>>): void => void facts.push(told);
  return { logger: { warn: tell, error: tell }, facts };
}

describe('a position on the disk', () => {
  it('is never ahead of what would survive a power loss', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 5);
    expect(store.durableThrough()).toBeUndefined();
    const cursor = open(store);
    cursor.pollBatch(3);
    cursor.checkpoint();
    expect(store.durableThrough()).toBe(4);
    cursor.next();
    // Nothing is synced, and nothing kept, without a checkpoint.
    appendSome(store, 1);
    expect(store.durableThrough()).toBe(4);
    const after = host.afterPowerLoss().open();
    expect(after.eventCount).toBe(5);
    expect(open(after)).toMatchObject({ position: 3, recovered: { outcome: 'resumed' } });
  });

  it('is not written again while the cursor stands still', () => {
    const { host, store } = advanced(3, 2);
    const cursor = open(store);
    const before = host.plan.operations.length;
    cursor.checkpoint();
    expect(host.plan.operations.length).toBe(before);
  });

  it('is as it was when the sync before it fails', () => {
    const { host, store } = advanced(3, 1);
    appendSome(store, 1);
    const cursor = open(store);
    cursor.pollBatch(3);
    host.plan.fail({ operation: 'sync', path: '.fbat', code: 'EIO' });
    expect(thrownBy(() => cursor.checkpoint())).toMatchObject({ code: 'BATPAK_SYNC_FAILED' });
    expect(cursor.checkpointed).toBe(1);
    cursor.checkpoint();
    expect(open(host.afterPowerLoss().open()).position).toBe(4);
  });

  it('ahead of the log is discarded and told, and the cursor begins with the first event', () => {
    const { host, store } = advanced(9, 7);
    const bytes = host.read(fileName);
    store.close();
    const other = advanced(4, 1);
    other.store.close();
    other.host.replace(fileName, withStoreOf(bytes, other.host.read(fileName)));
    const { logger, facts } = listening();
    const again = other.host.open({ logger });
    const cursor = open(again);
    expect(cursor.recovered).toEqual({
      ...{ outcome: 'discarded', position: 7, reason: 'ahead of the log' },
    });
    expect(facts).toMatchObject([
      {
        ...{ cursor: 'mail', position: 7, reason: 'ahead of the log' },
        path: '/store/cursors/mail.cursor',
      },
    ]);
    expect(cursor.pollBatch(9).map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    cursor.checkpoint();
    cursor.close();
    expect(open(again).recovered?.outcome).toBe('resumed');
  });

  it('of another store is discarded, whatever `from` says', () => {
    const { host, store } = advanced(3, 2);
    const bytes = host.read(fileName);
    store.close();
    const other = new StoreHost(undefined, 7);
    appendSome(other.open(), 5);
    other.files.makeDirectory('/store/cursors');
    other.replace(fileName, bytes);
    const again = other.killed().open();
    const cursor = again.cursorGuaranteed(Region.all(), { name: 'mail', from: 'now' });
    expect(cursor.recovered).toMatchObject({ outcome: 'discarded', reason: 'another store' });
    expect(cursor.next()?.sequence).toBe(0);
  });

  it('of a log that went another way is discarded', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    store.sync();
    // The copy goes its own way from here on, as a backup that was put back does.
    const copy = host.killed();
    appendSome(store, 3);
    const cursor = open(store);
    cursor.pollBatch(4);
    cursor.checkpoint();
    const bytes = host.read(fileName);
    copy.clock.advance(1_000_000);
    const other = copy.open();
    appendSome(other, 6);
    other.close();
    copy.files.makeDirectory('/store/cursors');
    copy.replace(fileName, bytes);
    const again = copy.open();
    expect(open(again)).toMatchObject({
      recovered: { outcome: 'discarded', position: 4, reason: 'another log' },
      position: 0,
    });
  });

  it('stays good when the event before it is lost to damage that was salvaged', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1 });
    appendSome(store, 5);
    const cursor = open(store);
    cursor.pollBatch(3);
    cursor.checkpoint();
    store.close();
    host.flip('000003.fbat', 300);
    const again = host.open({ recovery: 'salvage', segmentMaxBytes: 1 });
    expect(again.at(2)).toBeUndefined();
    const resumed = open(again);
    expect(resumed.recovered).toEqual({ outcome: 'resumed', position: 3 });
    expect(resumed.pollBatch(9).map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  it('that is damaged is an error with its path, until the cursor is deleted', () => {
    const { host, store } = advanced(3, 2);
    host.flip(fileName, 40);
    expect(thrownBy(() => open(store))).toMatchObject({
      code: 'BATPAK_CORRUPT_CURSOR',
      path: '/store/cursors/mail.cursor',
      problem: 'checksum mismatch',
    });
    expect(store.deleteCursor('mail')).toBe(true);
    expect(open(store).recovered).toEqual({ outcome: 'new', position: 0 });
  });

  it('holds over epochs: what was durable is the same event under each', () => {
    const { host } = advanced(5, 4);
    const killed = host.killed();
    const again = killed.open();
    appendSome(again, 1);
    expect(again.identity.epoch).toBeGreaterThan(0);
    expect(open(again).position).toBe(4);
  });
});

describe('a cursor over power losses', () => {
  it('skips no event that was kept, wherever the power fails', () => {
    const step = fc.constantFrom('append', 'append', 'poll', 'checkpoint', 'sync', 'power');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer(), (steps, seed) => {
        const random = new SeededRandom(seed);
        let host = new StoreHost();
        let store = host.open();
        let cursor = open(store);
        /** What was handed out and kept: it need not come again. */
        let kept = 0;
        for (const each of steps) {
          if (each === 'append') appendSome(store, 1 + random.below(4));
          if (each === 'sync') store.sync();
          if (each === 'poll') {
            const from = cursor.position;
            const events = cursor.pollBatch(1 + random.below(3));
            expect(events.map(({ sequence }) => sequence)).toEqual(
              events.map((_, at) => from + at),
            );
          }
          if (each === 'checkpoint') {
            cursor.checkpoint();
            kept = cursor.position;
          }
          if (each !== 'power') continue;
          host = host.afterPowerLoss(random);
          store = host.open();
          cursor = open(store);
          expect(cursor.recovered?.outcome).not.toBe('discarded');
          expect(cursor.position).toBe(kept);
          expect(store.eventCount).toBeGreaterThanOrEqual(kept);
        }
      }),
      propertyRuns(60),
    );
  });
});

/** The bytes of one cursor file, as if it had been written by the store of another one. */
function withStoreOf(bytes: Uint8Array, other: Uint8Array): Uint8Array {
  const state = decodeCursorState(bytes);
  const { storeId } = decodeCursorState(other) as CursorState;
  return encodeCursorState({ ...(state as CursorState), storeId });
}
