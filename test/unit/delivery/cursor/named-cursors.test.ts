import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('named cursors', () => {
  it('are bound to regions whose text is not too long', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const long = Region.prefix('x'.repeat(20_000));
    expect(thrownBy(() => store.cursorGuaranteed(long, { name: 'mail' }))).toMatchObject({
      ...{ code: 'BATPAK_ARGUMENT_RANGE', field: 'region' },
    });
    expect(store.cursorGuaranteed(long).next()).toBeUndefined();
  });

  it('share their names with workers and reactors', async () => {
    const store = new StoreHost().open();
    const worker = store.cursorWorker(Region.all(), () => undefined, { name: 'mail' });
    const opened = { code: 'BATPAK_CURSOR_OPEN', cursor: 'mail' };
    const name = 'mail';
    expect(thrownBy(() => store.cursorGuaranteed(Region.all(), { name }))).toMatchObject(opened);
    expect(thrownBy(() => store.react(Region.all(), () => [], { name }))).toMatchObject(opened);
    await worker.stop();
    store.cursorGuaranteed(Region.all(), { name }).close();
  });
});
