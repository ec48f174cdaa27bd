import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import {
  beginningOf,
  checkCursorOptions,
  checkRegion,
} from '../../../../src/delivery/cursor/cursor-options.ts';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

const wrongType = { code: 'BATPAK_ARGUMENT_TYPE' };

describe('options of a cursor', () => {
  it('are refused when they are wrong or unknown', () => {
    for (const options of [
      ...[{ names: 'a' }, { name: 7 }, { read: 'all' }, { signal: {} }, null, 7],
    ] as never[]) {
      expect(thrownBy(() => checkCursorOptions(options))).toMatchObject(wrongType);
    }
    checkCursorOptions({ name: 'a', read: 'entries', signal: AbortSignal.abort(), from: 'now' });
    expect(thrownBy(() => checkRegion('order'))).toMatchObject(wrongType);
    checkRegion(Region.all());
  });

  it('begin at a place of the log', () => {
    const store = new StoreHost().open();
    appendSome(store, 3);
    expect([undefined, 'beginning', 'now', 2].map((from) => beginningOf(store, from))).toEqual([
      ...[0, 0, 3, 2],
    ]);
    expect(thrownBy(() => beginningOf(store, 'then'))).toMatchObject(wrongType);
    expect(thrownBy(() => beginningOf(store, 4))).toMatchObject({ code: 'BATPAK_ARGUMENT_RANGE' });
  });
});
