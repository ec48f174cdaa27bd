import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const items = ['order:1', 'order:2', 'order:3'].map((at) => ({ at, kind: someKind, payload: at }));

describe('a batch that failed half-way, appends after it, and a crash', () => {
  it('lose nothing that was acknowledged, and nothing of the batch is seen', () => {
    for (let bytes = 0; bytes < 500; bytes += 37) {
      const host = new StoreHost();
      const store = host.open();
      appendSome(store, 2);
      const path = '000001.fbat';
      host.plan.shortWrite({ path, bytes });
      host.plan.fail({ operation: 'write', path, nth: 2, code: 'ENOSPC' });
      expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
        code: 'BATPAK_BATCH_FAILED',
      });
      const after = appendSome(store, 3, 'order:2');
      expect(after.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);

      const found = host.killed().open();
      const entries = [...found.query(Region.all())].map(({ sequence, entity }) => [
        sequence,
        entity,
      ]);
      expect(entries, `after ${bytes} bytes`).toEqual([
        [0, 'order:1'],
        [1, 'order:1'],
        [2, 'order:2'],
        [3, 'order:2'],
        [4, 'order:2'],
      ]);
      expect(found.verify().ok).toBe(true);
    }
  });
});
