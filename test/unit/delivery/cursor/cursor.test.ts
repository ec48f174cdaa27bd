import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('a cursor', () => {
  it('takes 1 to 65 536 events at once', () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const cursor = store.cursorGuaranteed(Region.all());
    for (const max of [0, -1, 1.5, 65_537, Number.NaN]) {
      expect(thrownBy(() => cursor.pollBatch(max))).toMatchObject({
        ...{ code: 'BATPAK_ARGUMENT_RANGE', field: 'max' },
      });
    }
    expect(thrownBy(() => cursor.pollBatch('1' as never))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
    });
    expect(cursor.pollBatch(65_536)).toHaveLength(1);
  });

  it('tells its name and what was found of it, where it has one', () => {
    const store = new StoreHost().open();
    const unnamed = store.cursorGuaranteed(Region.all());
    expect([unnamed.name, unnamed.recovered, unnamed.checkpointed]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    using named = store.cursorGuaranteed(Region.all(), { name: 'mail' });
    expect([named.name, named.checkpointed, named.region]).toEqual(['mail', 0, Region.all()]);
  });
});
