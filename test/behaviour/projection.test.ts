import {
  defineEvent,
  defineProjection,
  defineReadModel,
  isEvent,
  Region,
  StoreClosedError,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

let applied = 0;
const total = defineProjection<number>({
  name: 'total',
  version: 1,
  initial: () => 0,
  apply: (sum, { payload }) => {
    applied += 1;
    return sum + Number(payload);
  },
});

/** How many events a call has folded. */
function folded(call: () => unknown): number {
  const before = applied;
  call();
  return applied - before;
}

describe('a projection of a store', () => {
  it('folds the events of one entity, in all scopes', () => {
    const store = new StoreHost().open();
    store.append('a', someKind, 1);
    store.append('b', someKind, 10);
    store.append({ entity: 'a', scope: 'room' }, someKind, 2);
    expect(store.project(total, 'a')).toBe(3);
    expect(store.project(total, 'none')).toBeUndefined();
  });

  it('folds each event once, and only what is new', () => {
    const store = new StoreHost().open();
    for (let index = 0; index < 5; index += 1) store.append('a', someKind, 1);
    expect(folded(() => store.project(total, 'a'))).toBe(5);
    expect(folded(() => store.project(total, 'a'))).toBe(0);
    store.append('b', someKind, 1);
    expect(folded(() => store.project(total, 'a'))).toBe(0);
    store.append('a', someKind, 1);
    expect(folded(() => store.project(total, 'a'))).toBe(1);
    expect(store.project(total, 'a')).toBe(6);
  });

  it('sees batches whole, and nothing of one that failed', () => {
    const store = new StoreHost().open();
    const item = (payload: unknown) => ({ at: 'a', kind: someKind, payload });
    store.appendBatch([item(1), item(2)]);
    thrownBy(() => store.appendBatch([item(100), item(() => 1)]));
    expect(store.project(total, 'a')).toBe(3);
  });

  it('gives the same state after a reopen', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1 });
    for (let index = 0; index < 7; index += 1) store.append('a', someKind, index);
    const before = store.project(total, 'a');
    store.close();
    expect(host.open().project(total, 'a')).toBe(before);
  });

  it('refuses a fold over damaged events, and goes on when they are whole again', () => {
    const host = new StoreHost();
    const store = host.open();
    store.append('a', someKind, 1);
    const { position } = store.append('a', someKind, 2);
    host.flip('000001.fbat', position.offset + 40);
    expect(thrownBy(() => store.project(total, 'a'))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      offset: position.offset,
    });
    host.flip('000001.fbat', position.offset + 40);
    expect(store.project(total, 'a')).toBe(3);
    expect([...store.query(Region.all())]).toHaveLength(2);
  });

  it('reads only the events that it names, and has no state without one', () => {
    const store = new StoreHost().open();
    const Moved = defineEvent<{ x: number }>({ name: 'moved' });
    const Died = defineEvent<{ by: string }>({ name: 'died' });
    const place = defineProjection({
      ...{ name: 'place', version: 1, events: [Moved], initial: () => -1 },
      apply: (_, { payload }) => payload.x,
    });
    store.append('a', Died, { by: 'fall' });
    expect(store.project(place, 'a')).toBeUndefined();
    store.append('a', Moved, { x: 7 });
    store.append('a', Died, { by: 'rise' });
    const change = store.projectIfChanged(place, 'a', undefined);
    expect(change).toEqual({ state: 7, since: 1 });
    store.append('a', Died, { by: 'fall' });
    expect(store.projectIfChanged(place, 'a', change?.since)).toBeUndefined();
    const both = defineProjection({
      ...{ name: 'both', version: 1, events: [Moved, Died], initial: (): string => '' },
      apply: (state, event) => state + (isEvent(event, Moved) ? event.payload.x : event.payload),
    });
    expect(store.project(both, 'a')).toContain('7');
  });

  it('gets payloads of an earlier version in the shape of its definition', () => {
    const store = new StoreHost().open();
    const old = defineEvent<{ x: number }>({ name: 'moved' });
    const upcasts = { 1: (payload: unknown) => ({ at: (payload as { x: number }).x }) };
    const moved = defineEvent<{ at: number }>({ name: 'moved', version: 2, upcasts });
    store.append('a', old, { x: 1 });
    store.append('a', moved, { at: 2 });
    const parts = { version: 1, events: [moved], initial: () => 0 } as const;
    const place = defineProjection({
      ...{ ...parts, name: 'place' },
      apply: (sum: number, { payload }) => sum + payload.at,
    });
    const sum = defineReadModel({
      ...{ ...parts, name: 'sum', region: Region.all() },
      apply: (state: number, { payload }) => state + payload.at,
    });
    expect(store.project(place, 'a')).toBe(3);
    expect(store.projectAll([place], Region.all())).toEqual([3]);
    expect(store.readModel(sum).state()).toBe(3);
  });

  it('of entries never touches the disk, however much it folds', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1000 });
    for (let index = 0; index < 50; index += 1) store.append('a', someKind, index);
    const clocks = defineProjection({
      ...{ name: 'clocks', version: 1, reads: 'entries', initial: () => 0 },
      apply: (sum: number, { clock }) => sum + clock,
    });
    const before = host.plan.count();
    expect(store.project(clocks, 'a')).toBe(1225);
    expect(store.projectAll([clocks, clocks], Region.all())).toEqual([1225, 1225]);
    expect(host.plan.count()).toBe(before);
  });

  it('is refused by a closed store', () => {
    const store = new StoreHost().open();
    store.close();
    expect(thrownBy(() => store.project(total, 'a'))).toBeInstanceOf(StoreClosedError);
  });
});
