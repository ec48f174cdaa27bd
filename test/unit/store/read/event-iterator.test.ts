import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { EventIterator } from '../../../../src/store/read/event-iterator.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('EventIterator', () => {
  it('reads what it gives, and ends for good when it is left', () => {
    const store = new StoreHost().open();
    appendSome(store, 40);
    const iterator = new EventIterator(engineOf(store), Region.all(), { after: 30 });
    expect(iterator.next()).toMatchObject({ value: { sequence: 31, payload: { index: 31 } } });
    expect(iterator.return()).toEqual({ done: true, value: undefined });
    expect(iterator.next()).toEqual({ done: true, value: undefined });
  });
});
