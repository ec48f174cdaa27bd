import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, thrownBy } from '../../support/store-host.ts';

describe('deliveries of a store', () => {
  it('are refused once it was closed', () => {
    const store = new StoreHost().open();
    expect(store.closed).toBe(false);
    store.close();
    expect(store.closed).toBe(true);
    for (const call of [
      () => store.subscribeLossy(Region.all()),
      () => store.cursorGuaranteed(Region.all()),
      () => store.cursorWorker(Region.all(), () => undefined),
      () => store.react(Region.all(), () => [], { name: 'a' }),
      () => store.cursors(),
      () => store.deleteCursor('a'),
    ]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
    }
  });
});
