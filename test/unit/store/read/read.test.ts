import { Region, StoreClosedError } from 'batpak';
import { describe, expect, it } from 'vitest';
import {
  entityHead,
  eventAt,
  eventOfKey,
  getEvent,
  queryEntries,
  queryEvents,
} from '../../../../src/store/read/read.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

function given() {
  const host = new StoreHost();
  const store = host.open();
  const receipts = ['a', 'b', 'a'].map((entity, index) =>
    store.append(entity, someKind, index, { idempotencyKey: `key-${index}` }),
  );
  return { host, store, receipts, engine: engineOf(store) };
}

describe('single reads', () => {
  it('find an event by id, in either case, by sequence and by key', () => {
    const { engine, receipts } = given();
    const eventId = receipts[1]?.eventId ?? '';
    expect(getEvent(engine, eventId)).toMatchObject({ sequence: 1, payload: 1 });
    expect(getEvent(engine, eventId.toUpperCase())?.sequence).toBe(1);
    expect(eventAt(engine, 2)).toMatchObject({ sequence: 2, payload: 2 });
    expect(eventOfKey(engine, 'key-0')).toMatchObject({ sequence: 0, payload: 0 });
  });

  it('find nothing where there is nothing', () => {
    const { engine } = given();
    expect(getEvent(engine, '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f')).toBeUndefined();
    expect(eventAt(engine, 3)).toBeUndefined();
    expect(eventOfKey(engine, 'key-3')).toBeUndefined();
  });
});

describe('entityHead', () => {
  it('is where the entity stands, or undefined without an event', () => {
    const { store, engine } = given();
    expect(entityHead(engine, 'a', 0)).toEqual({ clock: 1, sequence: 2 });
    expect(entityHead(engine, 'c', 0)).toBeUndefined();
    thrownBy(() => store.append('c', someKind, 1, { expected: 'exists' }));
    expect(entityHead(engine, 'c', 0)).toBeUndefined();
  });
});

describe('queries', () => {
  it('begin anew each time they are iterated, and see what was there then', () => {
    const { store, engine } = given();
    const entries = queryEntries(engine, Region.entity('a'), undefined);
    expect([...entries].map(({ sequence }) => sequence)).toEqual([0, 2]);
    const seen: number[] = [];
    for (const { sequence } of entries) {
      seen.push(sequence);
      store.append('a', someKind, 'more');
    }
    expect(seen).toEqual([0, 2]);
    expect([...entries]).toHaveLength(4);
  });

  it('check their arguments when they are made', () => {
    const { engine } = given();
    expect(thrownBy(() => queryEntries(engine, 'a', undefined))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'region',
    });
    expect(thrownBy(() => queryEvents(engine, Region.all(), { limit: -1 }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_RANGE',
      field: 'limit',
    });
  });

  it('stop when the store is closed meanwhile', () => {
    for (const query of [queryEntries, queryEvents]) {
      const { store, engine } = given();
      const iterator = query(engine, Region.all(), undefined)[Symbol.iterator]();
      iterator.next();
      store.close();
      expect(thrownBy(() => iterator.next())).toBeInstanceOf(StoreClosedError);
    }
  });

  it('read a scan in few calls, and a sparse region without what lies between', () => {
    const host = new StoreHost();
    const store = host.open();
    const payload = 'x'.repeat(200);
    for (let index = 0; index < 2000; index += 1) {
      store.append(index % 400 === 0 ? 'rare' : 'usual', someKind, payload);
    }
    const engine = engineOf(store);
    const reads = () => host.plan.operations.filter(({ operation }) => operation === 'read');
    const bytesOf = (region: Region): [number, number] => {
      const before = reads().length;
      for (const { payload: read } of queryEvents(engine, region, undefined)) {
        expect(read).toBe(payload);
      }
      const made = reads().slice(before);
      return [made.length, made.reduce((sum, { bytes = 0 }) => sum + bytes, 0)];
    };
    const [scanCalls, scanBytes] = bytesOf(Region.all());
    expect(scanCalls).toBeLessThan(20);
    expect(scanBytes).toBeLessThan(1.5 * host.read('000001.fbat').length);
    const [rareCalls, rareBytes] = bytesOf(Region.entity('rare'));
    expect(rareCalls).toBe(5);
    expect(rareBytes).toBeLessThan(30_000);
  });
});
