import { describe, expect, it } from 'vitest';
import { ExpectationFailedError, Region } from '../../src/index.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const kind = 0x1001;

describe('the lanes of an entity', () => {
  it('have clocks, chains and expectations of their own', () => {
    const host = new StoreHost();
    const store = host.open();
    const main = store.append('doc', kind, 'v1');
    const draft = store.append('doc', kind, 'draft', { lane: 1, expected: 'none' });
    store.append('doc', kind, 'v2', { expected: 0 });
    store.append('doc', kind, 'draft 2', { lane: 1, expected: 0 });
    expect([main.clock, draft.clock]).toEqual([0, 0]);
    expect(store.get(draft.eventId)?.prevHash).toEqual(new Uint8Array(32));
    expect(store.head('doc')).toEqual({ clock: 1, sequence: 2 });
    expect(store.head('doc', 1)).toEqual({ clock: 1, sequence: 3 });
    expect(store.head('doc', 2)).toBeUndefined();
    const error = thrownBy(() => store.append('doc', kind, 0, { lane: 2, expected: 'exists' }));
    expect(error).toBeInstanceOf(ExpectationFailedError);
    expect(error).toMatchObject({ entity: 'doc', lane: 2, expected: 'exists', actual: undefined });
    expect(store.verify()).toMatchObject({ ok: true, events: 4 });
  });

  it('are told apart by queries, and read together in the order of their sequences', () => {
    const host = new StoreHost();
    const written = host.open();
    for (let i = 0; i < 20; i += 1) written.append('doc', kind, i, { lane: i % 3 });
    written.append('other', kind, 'x', { lane: 1 });
    written.close();
    const store = host.open();
    const payloads = (region: Region, reverse = false): unknown[] =>
      [...store.events(region, { reverse })].map(({ payload }) => payload);
    const all = Array.from({ length: 20 }, (_, i) => i);
    expect(payloads(Region.entity('doc'))).toEqual(all);
    expect(payloads(Region.entity('doc'), true)).toEqual([...all].reverse());
    expect(payloads(Region.entity('doc').withLane(2))).toEqual(all.filter((i) => i % 3 === 2));
    expect(payloads(Region.all().withLane(1))).toEqual([...all.filter((i) => i % 3 === 1), 'x']);
    expect(payloads(Region.entity('doc').withLane(9))).toEqual([]);
    expect([...store.stream('other')].map(({ entity, lane }) => [entity, lane])).toEqual([
      ['other', 1],
    ]);
    expect(store.verify(Region.entity('doc').withLane(0))).toMatchObject({ ok: true, events: 7 });
  });

  it('are one entity to verify', () => {
    const store = new StoreHost().open();
    for (const lane of [0, 1, 2]) store.append('doc', kind, lane, { lane });
    store.append('other', kind, 1, { lane: 1 });
    expect(store.verify()).toMatchObject({ ok: true, events: 4, entities: 2 });
  });

  it('are part of what an idempotency key stands for', () => {
    const store = new StoreHost().open();
    const first = store.append('doc', kind, 1, { lane: 4, idempotencyKey: 'k' });
    const again = store.append('doc', kind, 1, { lane: 4, idempotencyKey: 'k' });
    expect([again.replayed, again.eventId]).toEqual([true, first.eventId]);
    expect(thrownBy(() => store.append('doc', kind, 1, { idempotencyKey: 'k' }))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'lane',
    });
  });

  it('are numbered 0 to 4294967295', () => {
    const store = new StoreHost().open();
    expect(store.append('doc', kind, 1, { lane: 4_294_967_295 }).clock).toBe(0);
    for (const lane of [-1, 1.5, 4_294_967_296, '1']) {
      const options = { lane } as { lane: number };
      expect(thrownBy(() => store.append('doc', kind, 1, options))).toMatchObject({
        field: 'lane',
        value: lane,
      });
      expect(thrownBy(() => Region.all().withLane(options.lane))).toMatchObject({ field: 'lane' });
    }
  });
});
