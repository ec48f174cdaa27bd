import { Region } from 'batpak';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '../support/property-runs.ts';
import { appendSome, StoreHost, someKind } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1500 };

describe('a segment', () => {
  it('is followed by the next one when an event does not fit', () => {
    const host = new StoreHost();
    const store = host.open(options);
    const receipts = appendSome(store, 30);
    expect(host.segmentNames().length).toBeGreaterThan(2);
    for (const name of host.segmentNames()) {
      expect(host.read(name).length).toBeLessThanOrEqual(options.segmentMaxBytes);
    }
    const ids = receipts.map(({ position }) => position.segmentId);
    expect(ids).toEqual([...ids].sort((left, right) => left - right));
    expect([...store.events(Region.all())].map(({ payload }) => payload)).toEqual(
      receipts.map((_, index) => ({ index })),
    );
  });

  it('is durable whole before the next one takes an event', () => {
    const host = new StoreHost();
    const store = host.open(options);
    const receipts = appendSome(store, 30);
    const last = receipts.at(-1)?.position.segmentId;
    const durable = receipts.filter(({ position }) => position.segmentId !== last).length;
    expect(store.durableThrough()).toBe(durable - 1);
    expect(host.afterPowerLoss().open(options).eventCount).toBeGreaterThanOrEqual(durable);
  });

  it('holds one event that is larger than itself', () => {
    const host = new StoreHost();
    const store = host.open(options);
    appendSome(store, 2);
    store.append('order:1', someKind, 'x'.repeat(5000));
    appendSome(store, 2);
    expect(host.segmentNames()).toEqual(['000001.fbat', '000002.fbat', '000003.fbat']);
    store.close();
    expect(host.open(options).verify()).toMatchObject({ ok: true, events: 5 });
  });

  it('is gone on with after a close, up to the limit of the new opening', () => {
    const host = new StoreHost();
    const store = host.open(options);
    appendSome(store, 3);
    store.close();
    const larger = host.open({ segmentMaxBytes: 100_000 });
    appendSome(larger, 30);
    larger.close();
    expect(host.segmentNames()).toEqual(['000001.fbat']);
    const smaller = host.open({ segmentMaxBytes: 1 });
    appendSome(smaller, 1);
    smaller.close();
    expect(host.segmentNames()).toEqual(['000001.fbat', '000002.fbat']);
    expect(host.open().verify()).toMatchObject({ ok: true, events: 34 });
  });

  it('never holds a part of a batch', () => {
    const sizes = fc.array(fc.array(fc.nat({ max: 600 }), { minLength: 1, maxLength: 6 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 4000 }), (batches, segmentMaxBytes) => {
        const host = new StoreHost();
        const store = host.open({ segmentMaxBytes });
        for (const payloads of batches) {
          const receipts = store.appendBatch(
            payloads.map((length) => ({ at: 'a', kind: someKind, payload: 'x'.repeat(length) })),
          );
          expect(new Set(receipts.map(({ position }) => position.segmentId)).size).toBe(1);
        }
        store.close();
        const events = batches.flat().length;
        expect(host.open({ segmentMaxBytes }).verify()).toMatchObject({ ok: true, events });
      }),
      propertyRuns(60),
    );
  });
});

describe('reading over many segments', () => {
  it('gives all events in order, forwards and back, with one descriptor', () => {
    const host = new StoreHost();
    const store = host.open({ segmentMaxBytes: 1, fdBudget: 1 });
    appendSome(store, 20);
    const expected = Array.from({ length: 20 }, (_, index) => index);
    const read = (reverse: boolean) =>
      [...store.events(Region.all(), { reverse })].map(({ sequence }) => sequence);
    expect(read(false)).toEqual(expected);
    expect(read(true)).toEqual(expected.reverse());
  });
});
