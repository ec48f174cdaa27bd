import { CorruptSegmentError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

// Read frame by frame: an image of the last close would leave the damage to who reads the event.
const options = { index: { enableCheckpoint: false } } as const;

describe('one changed byte in frame 50 of 100', () => {
  function given() {
    const host = new StoreHost();
    const store = host.open(options);
    const receipts = appendSome(store, 100);
    store.close();
    const offset = receipts[50]?.position.offset ?? 0;
    host.flip('000001.fbat', offset + 40, 1);
    return { host, receipts, offset };
  }

  it('is refused with its place instead of being opened with 50 events', () => {
    const { host, offset } = given();
    const thrown = thrownBy(() => host.open(options));
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: '/store/000001.fbat', offset });
  });

  it('costs one event when it is salvaged, and no sequence is given twice', () => {
    const { host, receipts } = given();
    const store = host.open({ ...options, recovery: 'salvage' });
    expect(store.eventCount).toBe(99);
    for (const { eventId, sequence } of receipts) {
      expect(store.get(eventId)?.sequence).toBe(sequence === 50 ? undefined : sequence);
    }
    expect(store.append('order:1', someKind, 'new')).toMatchObject({ sequence: 100, clock: 100 });
    expect(store.verify()).toMatchObject({ ok: true, gaps: [{ from: 50, count: 1 }] });
    store.close();
  });
});
