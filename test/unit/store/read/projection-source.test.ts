import { defineEvent, Region, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreProjectionSource } from '../../../../src/store/read/projection-source.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

const Moved = defineEvent<number>({ name: 'moved' });

class Reads {
  readonly host = new StoreHost();
  readonly store = this.host.open();
  readonly source = new StoreProjectionSource(this.store, () => this.#engine());

  #engine() {
    // The parts are the store's own: what is asked of the engine shows here as elsewhere.
    return Reflect.get(this.store, 'parts').engine;
  }
}

describe('StoreProjectionSource', () => {
  it('answers what the store does', () => {
    const { store, source, host } = new Reads();
    expect(source.durableThrough()).toBeUndefined();
    expect(source.kindNamed('moved')).toBeUndefined();
    const { eventId } = store.append('a', Moved, 1);
    expect(source.kindNamed('moved')).toBe(store.at(0)?.kind);
    expect(source.idAt(0)).toBe(eventId);
    expect(source.idAt(1)).toBeUndefined();
    expect([source.nextSequence, source.lostBefore(1), source.logGeneration]).toEqual([1, 0, 0]);
    expect(source.identity).toEqual(store.identity);
    expect(source.head('a')).toEqual({ clock: 0, sequence: 0 });
    expect([...source.query(Region.all())]).toHaveLength(1);
    expect([...source.events(Region.all())][0]?.payload).toBe(1);
    expect([source.nowUs(), source.elapsedMs()]).toEqual([
      host.clock.nowUs(),
      host.clock.elapsedMs(),
    ]);
    store.sync();
    expect(source.durableThrough()).toBe(0);
  });

  it('calls back on the next turn, and when events come', async () => {
    const { store, source } = new Reads();
    await new Promise<void>((resolve) => source.soon(resolve));
    const arrived = new Promise<void>((resolve) => source.onVisible(resolve));
    store.append('a', Moved, 1);
    await arrived;
  });

  it('tells who asks of a closed store', () => {
    const { store, source } = new Reads();
    source.requireOpen('state');
    store.close();
    expect(thrownBy(() => source.requireOpen('state'))).toBeInstanceOf(StoreClosedError);
  });
});
