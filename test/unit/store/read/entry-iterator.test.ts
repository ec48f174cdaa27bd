import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { EntryIterator } from '../../../../src/store/read/entry-iterator.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('EntryIterator', () => {
  it('ends for good when it is left', () => {
    const store = new StoreHost().open();
    appendSome(store, 40);
    const iterator = new EntryIterator(engineOf(store), Region.all(), {});
    expect(iterator.next()).toMatchObject({ done: false, value: { sequence: 0 } });
    expect(iterator.return()).toEqual({ done: true, value: undefined });
    expect(iterator.next()).toEqual({ done: true, value: undefined });
  });
});
