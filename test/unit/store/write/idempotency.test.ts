import { describe, expect, it } from 'vitest';
import { digest16 } from '../../../../src/codec/hash-chain.ts';
import { prepareAppend } from '../../../../src/store/write/append-request.ts';
import {
  findByKey,
  findEarlier,
  rememberedReceiptOf,
} from '../../../../src/store/write/idempotency.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

function given() {
  const host = new StoreHost();
  const store = host.open();
  store.append('a', someKind, 'other');
  const receipt = store.append('a', someKind, { n: 1 }, { idempotencyKey: 'key' });
  const engine = engineOf(store);
  const find = (entity: string, kind: number, payload: unknown, idempotencyKey = 'key') =>
    findEarlier(engine, prepareAppend(engine, entity, kind, payload, { idempotencyKey }));
  return { host, store, engine, find, receipt };
}

describe('findEarlier', () => {
  it('gives the receipt of the write that the key names, as replayed', () => {
    const { find, receipt } = given();
    const earlier = find('a', someKind, { n: 1 });
    expect(earlier).toMatchObject({
      eventId: receipt.eventId,
      sequence: 1,
      clock: 1,
      position: receipt.position,
      durability: 'written',
      replayed: true,
    });
    expect([...(earlier?.hash ?? [])]).toEqual([...(receipt.hash ?? [])]);
  });

  it('finds nothing for another key, or without one', () => {
    const { engine, find } = given();
    expect(find('a', someKind, { n: 1 }, 'unknown')).toBeUndefined();
    const keyless = prepareAppend(engine, 'a', someKind, { n: 1 }, undefined);
    expect(findEarlier(engine, keyless)).toBeUndefined();
  });

  it.each([
    ['entity', 'b', someKind, { n: 1 }],
    ['kind', 'a', 0x2000, { n: 1 }],
    ['payload', 'a', someKind, { n: 2 }],
    ['payload', 'a', someKind, { n: 1, more: 2 }],
  ] as const)('tells that the %s differs', (differs, entity, kind, payload) => {
    const { find } = given();
    expect(thrownBy(() => find(entity, kind, payload))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      idempotencyKey: 'key',
      differs,
      sequence: 1,
    });
  });
});

describe('findEarlier, of an event whose frame was dropped', () => {
  /** The same events, the frame of one spoilt, and what is left of it remembered. */
  function dropped() {
    const { store, host, engine, find, receipt } = given();
    engine.keptKeys.remember([rememberedReceiptOf(engine, 1)]);
    host.flip('000001.fbat', receipt.position.offset + 20);
    return { store, engine, find, receipt };
  }

  it('gives the receipt it had', () => {
    const { find, receipt } = dropped();
    const earlier = find('a', someKind, { n: 1 });
    expect(earlier).toMatchObject({
      eventId: receipt.eventId,
      sequence: 1,
      clock: 1,
      position: receipt.position,
      durability: 'durable',
      replayed: true,
    });
    expect([...(earlier?.hash ?? [])]).toEqual([...(receipt.hash ?? [])]);
  });

  it.each([
    ['entity', 'b', 0, someKind, { n: 1 }],
    ['lane', 'a', 1, someKind, { n: 1 }],
    ['kind', 'a', 0, 0x2000, { n: 1 }],
    ['payload', 'a', 0, someKind, { n: 2 }],
  ] as const)('tells that the %s differs', (differs, entity, lane, kind, payload) => {
    const { engine } = dropped();
    const options = { idempotencyKey: 'key', lane };
    const request = prepareAppend(engine, entity, kind, payload, options);
    expect(thrownBy(() => findEarlier(engine, request))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs,
      sequence: 1,
    });
  });

  it('finds no event by its key', () => {
    const { store, engine } = dropped();
    expect(findByKey(engine, digest16('key'))).toBe(-1);
    expect(store.findByKey('key')).toBeUndefined();
  });
});

describe('rememberedReceiptOf', () => {
  it('takes events with a key only', () => {
    const { engine } = given();
    expect(() => rememberedReceiptOf(engine, 0)).toThrow('only events with a key are remembered');
  });
});

describe('findByKey', () => {
  it('finds the sequence of the event that bears the key, or -1', () => {
    const { engine } = given();
    expect(findByKey(engine, digest16('key'))).toBe(1);
    expect(findByKey(engine, digest16('unknown'))).toBe(-1);
  });
});
