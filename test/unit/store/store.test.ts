import { defineEvent, NestedWriteError, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

describe('Store', () => {
  it('is closed at the end of the block that uses it', () => {
    const host = new StoreHost();
    {
      using store = host.open();
      appendSome(store, 1);
    }
    expect(host.open().recovery).toMatchObject({ ending: 'clean', events: 1 });
  });

  it('gives the first answer of close each time', () => {
    const store = new StoreHost().open();
    appendSome(store, 2);
    const closed = store.close();
    expect(closed).toEqual({ events: 2, clean: true });
    expect(store.close()).toBe(closed);
  });

  it('counts its events, and those of them that are durable', () => {
    const store = new StoreHost().open();
    expect([store.eventCount, store.durableThrough()]).toEqual([0, undefined]);
    appendSome(store, 3);
    expect([store.eventCount, store.durableThrough()]).toEqual([3, undefined]);
    store.sync();
    expect(store.durableThrough()).toBe(2);
  });

  it('refuses calls from inside a write, which goes on', () => {
    const thrown: unknown[] = [];
    let store: Store | undefined;
    const Nesting = defineEvent<number>({
      name: 'nesting',
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => {
            for (const call of [
              () => store?.append('a', someKind, 1),
              () => store?.appendBatch([{ at: 'a', kind: someKind, payload: 1 }]),
              () => store?.sync(),
              () => store?.close(),
            ]) {
              thrown.push(thrownBy(call));
            }
            return { value: Number(value) };
          },
        },
      },
    });
    store = new StoreHost().open();
    expect(store.append('a', Nesting, 5)).toMatchObject({ sequence: 0 });
    expect(thrown).toEqual(Array.from({ length: 4 }, () => expect.any(NestedWriteError)));
    expect(store.eventCount).toBe(1);
  });

  it('knows the names of kinds', () => {
    const store = new StoreHost().open();
    store.append('a', defineEvent<number>({ name: 'moved' }), 1);
    expect([store.nameOf(0x1000), store.nameOf(0x1001)]).toEqual(['moved', undefined]);
  });
});
