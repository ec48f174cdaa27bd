import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreClosedError } from '../../../../src/model/errors/lifecycle-errors.ts';
import { SequenceWalk, walkEnd } from '../../../../src/store/read/sequence-walk.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

function given(events: number) {
  const store = new StoreHost().open();
  appendSome(store, events);
  return { store, walk: new SequenceWalk(engineOf(store), Region.all(), {}) };
}

describe('SequenceWalk', () => {
  it('gives each sequence once, however many chunks they take, and then none', () => {
    const { walk } = given(300);
    const found = Array.from({ length: 300 }, () => walk.next());
    expect(found).toEqual(Array.from({ length: 300 }, (_, sequence) => sequence));
    expect([walk.next(), walk.next()]).toEqual([walkEnd, walkEnd]);
  });

  it('gives none after its end', () => {
    const { walk } = given(3);
    expect(walk.next()).toBe(0);
    walk.end();
    expect(walk.next()).toBe(walkEnd);
  });

  it('refuses to go on in a store that was closed, unless it was at its end', () => {
    const { store, walk } = given(2);
    const other = new SequenceWalk(engineOf(store), Region.all(), {});
    while (other.next() !== walkEnd);
    walk.next();
    store.close();
    expect(thrownBy(() => walk.next())).toBeInstanceOf(StoreClosedError);
    expect(other.next()).toBe(walkEnd);
  });
});
