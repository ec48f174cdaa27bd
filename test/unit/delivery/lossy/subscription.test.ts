import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('a subscription', () => {
  it('shares its place with those that are derived from it', async () => {
    const store = new StoreHost().open();
    const all = store.subscribeLossy(Region.all());
    const doubled = all.map(({ sequence }) => sequence * 2);
    appendSome(store, 2);
    expect((await all[Symbol.asyncIterator]().next()).value?.sequence).toBe(0);
    expect((await doubled[Symbol.asyncIterator]().next()).value).toBe(2);
    expect([all.position, doubled.position]).toEqual([2, 2]);
    store.close();
  });

  it('refuses operators that are no functions', () => {
    const store = new StoreHost().open();
    const untyped: Record<string, (value: unknown) => unknown> = store.subscribeLossy(
      Region.all(),
    ) as never;
    for (const operator of ['filter', 'map', 'scan', 'take']) {
      expect(thrownBy(() => untyped[operator]?.('x'))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
  });
});
