import type { Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

/** The payload of the benchmark: 97 bytes as msgpack. */
const payloadOf = (i: number) => ({
  ...{ i, name: 'customer-000000000001' },
  ...{ note: 'the quick brown fox jumps over the lazy dog', amount: 1999, ok: true },
});

/** Length of the frame of an event whose entity and scope take seven bytes each. */
function frameBytes(store: Store, payload: unknown): number {
  return store.append({ entity: 'order:1', scope: 'default' }, someKind, payload).position.length;
}

/** Bytes of all files of a store's directory. */
function bytesOf(host: StoreHost): number {
  const names = host.files.list(host.directory).filter((name) => name !== 'LOCK');
  return names.reduce((sum, name) => sum + host.read(name).length, 0);
}

describe('an event on the disk', () => {
  it('takes its payload and 140 bytes, of which 64 are hashes and 14 its entity and scope', () => {
    const store = new StoreHost().open();
    // length and crc, fixed fields, lengths of two texts, the texts, two hashes
    const around = 8 + 50 + 4 + 14 + 64;
    expect(frameBytes(store, new Uint8Array(95))).toBe(around + 97);
    expect(frameBytes(store, payloadOf(1000))).toBe(around + 97);
    expect(frameBytes(store, null)).toBe(around + 1);
    expect(frameBytes(store, 'x'.repeat(31))).toBe(around + 32);
  });

  it('takes 64 bytes less without a hash chain', () => {
    const store = new StoreHost().open({ hashChain: false });
    expect(frameBytes(store, new Uint8Array(95))).toBe(8 + 50 + 4 + 14 + 97);
  });

  it('takes 16 bytes more with an idempotency key, a cause or a correlation each', () => {
    const store = new StoreHost().open();
    const plain = frameBytes(store, 'payload');
    const with1 = (options: object) =>
      store.append('order:1', someKind, 'payload', options).position.length - plain;
    const { eventId } = store.at(0) ?? {};
    expect(with1({ idempotencyKey: 'a key of whatever length' })).toBe(16);
    expect(with1({ causationId: eventId })).toBe(16);
    expect(with1({ correlationId: eventId })).toBe(16);
    expect(with1({ lane: 1 })).toBe(8);
    expect(with1({ flags: 255 })).toBe(0);
  });

  it('takes at most 320 bytes with everything that the store keeps', () => {
    for (const segmentMaxBytes of [256 * 1024, undefined]) {
      const host = new StoreHost();
      const store = host.open(segmentMaxBytes === undefined ? {} : { segmentMaxBytes });
      const events = 10_000;
      for (let i = 0; i < events; i += 1) {
        const at = { entity: `customer:${i % 100}`, scope: `scope-${i % 10}` };
        store.append(at, someKind, payloadOf(i));
      }
      store.close();
      const each = bytesOf(host) / events;
      expect(each).toBeLessThanOrEqual(320);
      expect(each).toBeGreaterThan(237);
      expect(host.files.list(host.directory)).toContain('index.image');
    }
  });

  it('takes no room that was made ahead and not used, once the store is closed', () => {
    const host = new StoreHost();
    const store = host.open({ sync: { everyNEvents: 1 } });
    store.append('order:1', someKind, 1);
    expect(host.read('000001.fbat').length).toBe(1024 * 1024);
    store.close();
    expect(host.read('000001.fbat').length).toBeLessThan(500);
  });
});
