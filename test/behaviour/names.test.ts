import { defineEvent, item, kindOf } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const Opened = defineEvent<number>({ name: 'opened' });
const Closed = defineEvent<number>({ name: 'closed' });

describe('the name of an event', () => {
  it('gets the lowest free kind of category 1 when it comes without one', () => {
    const store = new StoreHost().open();
    store.append('a', 0x1000, 1);
    store.append('a', Opened, 1);
    store.append('a', Closed, 1);
    expect([...store.stream('a')].map(({ kind, name }) => [kind, name])).toEqual([
      [0x1000, undefined],
      [0x1001, 'opened'],
      [0x1002, 'closed'],
    ]);
  });

  it('keeps its kind after a reopen, in whatever order names are used then', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', Opened, 1);
    store.append('a', Closed, 1);
    store.close();
    const again = host.open();
    expect([again.nameOf(0x1000), again.nameOf(0x1001)]).toEqual(['opened', 'closed']);
    again.append('a', Closed, 2);
    expect([...again.byKind(Closed)].map(({ kind, sequence }) => [kind, sequence])).toEqual([
      [0x1001, 1],
      [0x1001, 2],
    ]);
  });

  it('keeps its kind when the process is killed right after its first event', () => {
    const host = new StoreHost();
    host.open().append('a', Opened, 1);
    const killed = host.killed();
    const store = killed.open();
    store.append('a', Closed, 1);
    expect([store.nameOf(0x1000), store.nameOf(0x1001)]).toEqual(['opened', 'closed']);
  });

  it('takes the kind that its definition asks for', () => {
    const store = new StoreHost().open();
    const kind = kindOf(0x2, 7);
    store.append('a', defineEvent<number>({ name: 'given', kind }), 1);
    expect(store.nameOf(kind)).toBe('given');
    expect(store.at(0)).toMatchObject({ kind, name: 'given', payloadVersion: 1 });
  });

  it('is not bound twice: neither a name to two kinds nor a kind to two names', () => {
    const store = new StoreHost().open();
    store.append('a', Opened, 1);
    const otherKind = defineEvent<number>({ name: 'opened', kind: 0x2000 });
    expect(thrownBy(() => store.append('a', otherKind, 1))).toMatchObject({
      code: 'BATPAK_KIND_CONFLICT',
      eventName: 'opened',
      kind: 0x2000,
    });
    const otherName = defineEvent<number>({ name: 'other', kind: 0x1000 });
    expect(thrownBy(() => store.append('a', otherName, 1))).toMatchObject({
      code: 'BATPAK_KIND_CONFLICT',
      eventName: 'other',
      kind: 0x1000,
    });
    expect(store.eventCount).toBe(1);
  });

  it('is not bound by a write that fails', () => {
    const store = new StoreHost().open();
    thrownBy(() => store.append('a', Opened, 1, { expected: 'exists' }));
    expect(store.nameOf(0x1000)).toBeUndefined();
    store.append('a', Closed, 1);
    expect(store.nameOf(0x1000)).toBe('closed');
  });

  it('is not bound by a write that is only a replay', () => {
    const store = new StoreHost().open();
    store.append('a', 0x1000, 1, { idempotencyKey: 'k' });
    const named = defineEvent<number>({ name: 'named', kind: 0x1000 });
    expect(store.append('a', named, 1, { idempotencyKey: 'k' }).replayed).toBe(true);
    expect(store.nameOf(0x1000)).toBeUndefined();
  });

  it('is bound once by a batch that uses it twice', () => {
    const host = new StoreHost();
    const store = host.open();
    store.appendBatch([item('a', Opened, 1), item('b', Opened, 2), item('a', Closed, 3)]);
    store.close();
    const again = host.open();
    expect([...again.byKind(Opened)]).toHaveLength(2);
    expect([again.nameOf(0x1000), again.nameOf(0x1001)]).toEqual(['opened', 'closed']);
  });

  it('does not get the kind of a nameless event of the same batch', () => {
    const store = new StoreHost().open();
    store.appendBatch([{ at: 'a', kind: 0x1000, payload: 1 }, item('a', Opened, 1)]);
    expect([...store.stream('a')].map(({ kind, name }) => [kind, name])).toEqual([
      [0x1000, undefined],
      [0x1001, 'opened'],
    ]);
  });

  it('is refused when no kind of category 1 is left', () => {
    const store = new StoreHost().open({ batch: { maxSize: 4096 } });
    store.appendBatch(
      Array.from({ length: 4096 }, (_, type) => ({ at: 'a', kind: kindOf(1, type), payload: 1 })),
    );
    expect(thrownBy(() => store.append('a', Opened, 1))).toMatchObject({
      code: 'BATPAK_KINDS_EXHAUSTED',
      eventName: 'opened',
    });
  });
});
