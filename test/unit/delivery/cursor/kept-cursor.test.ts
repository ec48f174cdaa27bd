import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeCursorState, encodeCursorState } from '../../../../src/codec/cursor-state.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('what is kept of a cursor', () => {
  it('is nothing while it stands at the beginning', () => {
    const host = new StoreHost();
    const store = host.open();
    const cursor = store.cursorGuaranteed(Region.all(), { name: 'mail' });
    cursor.checkpoint();
    expect(store.cursors()).toEqual([]);
    expect(host.files.stat('/store/cursors')).toBeUndefined();
    appendSome(store, 1);
    cursor.next();
    cursor.checkpoint();
    expect(store.cursors()).toMatchObject([{ position: 1, open: true }]);
    expect(store.durableThrough()).toBe(0);
  });

  it('counts an epoch ahead of the log as ahead of it', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 2);
    const cursor = store.cursorGuaranteed(Region.all(), { name: 'mail' });
    cursor.pollBatch(1);
    cursor.checkpoint();
    cursor.close();
    const state = decodeCursorState(host.read('cursors/mail.cursor'));
    if (typeof state === 'string') throw new Error(state);
    const { epoch } = store.identity;
    const recoveredAt = (raised: number) => {
      host.replace('cursors/mail.cursor', encodeCursorState({ ...state, epoch: epoch + raised }));
      using again = store.cursorGuaranteed(Region.all(), { name: 'mail' });
      return again.recovered;
    };
    expect(state.epoch).toBe(epoch);
    expect(recoveredAt(0)).toEqual({ outcome: 'resumed', position: 1 });
    expect(recoveredAt(1)).toEqual({
      ...{ outcome: 'discarded', position: 1, reason: 'ahead of the log' },
    });
  });
});
