import { Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1300 } as const;
const items = ['order:1', 'order:2'].map((at) => ({ at, kind: someKind, payload: at }));

/** The sequence of every event, by its id. */
function sequencesOf(store: Store): Map<string, number> {
  const entries = [...store.query(Region.all())];
  return new Map(entries.map(({ eventId, sequence }) => [eventId, sequence]));
}

describe('the sequence that a receipt told', () => {
  function given() {
    const host = new StoreHost();
    const store = host.open(options);
    const receipts = appendSome(store, 3);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(thrownBy(() => store.appendBatch(items))).toMatchObject({ code: 'BATPAK_BATCH_FAILED' });
    receipts.push(...appendSome(store, 2, 'order:2'), ...store.appendBatch(items));
    receipts.push(...appendSome(store, 5));
    const told = new Map(receipts.map(({ eventId, sequence }) => [eventId, sequence]));
    expect([...told.values()]).toEqual(Array.from({ length: 12 }, (_, sequence) => sequence));
    return { host, store, told };
  }

  it('is the same after a failed batch and a crash', () => {
    const { host, told } = given();
    expect(sequencesOf(host.killed().open(options))).toEqual(told);
  });

  it('is the same after a close', () => {
    const { host, store, told } = given();
    store.close();
    expect(sequencesOf(host.open(options))).toEqual(told);
  });

  it('is the same after a salvage that lost events before it', () => {
    const { host, store, told } = given();
    const lost = store.at(1);
    store.close();
    host.flip('000001.fbat', (lost?.position.offset ?? 0) + 30);
    const salvaged = host.open({ ...options, recovery: 'salvage' });
    told.delete(lost?.eventId ?? '');
    expect(sequencesOf(salvaged)).toEqual(told);
    salvaged.close();
    expect(sequencesOf(host.open(options))).toEqual(told);
  });
});
