import { describe, expect, it } from 'vitest';
import { engineOf } from '../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

describe('StoreAppends', () => {
  it('gives the layers above a way in, which writes what was submitted first', () => {
    const store = new StoreHost().open();
    store.submit('a', someKind, 1);
    engineOf(new StoreHost().open());
    const receipts = store.appendPrepared((engine) => {
      expect(engine.index.count).toBe(1);
      return [];
    });
    expect(receipts).toEqual([]);
  });

  it('keeps that way shut while a fence is open', () => {
    const store = new StoreHost().open();
    store.beginVisibilityFence();
    expect(thrownBy(() => store.appendPrepared(() => []))).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
      operation: 'append',
    });
  });

  it('checks the options of a batch', () => {
    const store = new StoreHost().open();
    for (const options of [7, { durable: 1 }, { sync: true }, null]) {
      expect(thrownBy(() => store.appendBatch([], options as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
      expect(thrownBy(() => store.submitBatch([], options as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
  });
});
