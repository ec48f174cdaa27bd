import { describe, expect, it } from 'vitest';
import { pointRecord, readRecord } from '../../../../src/store/read/frames.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

function given() {
  const host = new StoreHost();
  const store = host.open();
  const receipts = appendSome(store, 3);
  return { host, engine: engineOf(store), receipts };
}

describe('readRecord', () => {
  it('reads the record of an event into bytes of its own', () => {
    const { host, engine, receipts } = given();
    const record = readRecord(engine, 1);
    const offset = receipts[1]?.position.offset ?? 0;
    for (let at = 0; at < 20; at += 1) host.flip('000001.fbat', offset + at);
    expect([record.sequence, record.entity, record.clock]).toEqual([1, 'order:1', 1]);
  });

  it('refuses bytes that are not what was written', () => {
    const { host, engine, receipts } = given();
    const offset = receipts[1]?.position.offset ?? 0;
    host.flip('000001.fbat', offset + 30);
    expect(thrownBy(() => readRecord(engine, 1))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: '/store/000001.fbat',
      offset,
    });
    expect(readRecord(engine, 2).sequence).toBe(2);
  });

  it('refuses a whole frame of another event', () => {
    const { host, engine, receipts } = given();
    const bytes = host.read('000001.fbat');
    const [, second, third] = receipts.map(({ position }) => position);
    if (second === undefined || third === undefined) throw new Error('there are three events');
    expect(second.length).toBe(third.length);
    bytes.copyWithin(second.offset, third.offset, third.offset + third.length);
    host.replace('000001.fbat', bytes);
    expect(thrownBy(() => readRecord(engine, 1))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      offset: second.offset,
      expected: 'the record of event 1',
      actual: 'that of event 2',
    });
  });
});

describe('pointRecord', () => {
  it('points at a frame in the middle of other bytes', () => {
    const { host, engine, receipts } = given();
    const { offset, length } = receipts[2]?.position ?? { offset: 0, length: 0 };
    const bytes = host.read('000001.fbat');
    expect(
      pointRecord(engine, 2, engine.segments.of(2), bytes, offset, offset + length).sequence,
    ).toBe(2);
  });
});
