import { defineEvent, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import type { AppendOptions } from '../../src/store/write/append-request.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const Placed = defineEvent<{ total: number }>({ name: 'placed', version: 3 });

/** Every way to write one event, with options. */
const ways: Readonly<Record<string, (store: Store, options: AppendOptions) => unknown>> = {
  append: (store, options) => store.append('order:1', Placed, { total: 1 }, options),
  submit: (store, options) => store.submit('order:1', Placed, { total: 1 }, options),
  trySubmit: (store, options) => {
    const outcome = store.trySubmit('order:1', Placed, { total: 1 }, options);
    if (outcome.type !== 'ok') throw new Error(outcome.type);
    return outcome.value;
  },
  submitBatch: (store, { durable, ...options }) =>
    store.submitBatch(
      [{ at: 'order:1', kind: Placed, payload: { total: 1 }, options }],
      durable === undefined ? {} : { durable },
    ),
  'fence.submit': (store, options) => {
    using fence = store.beginVisibilityFence();
    const ticket = fence.submit('order:1', Placed, { total: 1 }, options);
    ticket.then(undefined, () => undefined);
    fence.commit();
    return ticket;
  },
};

describe('a submit with options', () => {
  it.each(Object.entries(ways))('stores all of them by %s', async (_, way) => {
    const store = new StoreHost().open();
    const cause = store.append('cause', someKind, 0).eventId;
    const options = {
      ...{ idempotencyKey: 'key', correlationId: cause, causationId: cause },
      ...{ flags: 0x81, lane: 5, extensions: { note: Uint8Array.of(1, 2) }, durable: true },
    };
    await way(store, { ...options, expected: 'none' });
    expect(store.at(1)).toMatchObject({
      ...{ entity: 'order:1', scope: 'default', name: 'placed', payloadVersion: 3, clock: 0 },
      ...{ correlationId: cause, causationId: cause, flags: 0x81, lane: 5, payload: { total: 1 } },
    });
    expect([...(store.at(1)?.extensions ?? [])]).toEqual([['note', Uint8Array.of(1, 2)]]);
    expect(store.findByKey('key')?.sequence).toBe(1);
    expect(store.durableThrough()).toBe(1);
  });

  it.each(Object.entries(ways))(
    'is refused by %s when it expects what is not so',
    async (_, way) => {
      const store = new StoreHost().open();
      const failureOf = async (options: AppendOptions): Promise<unknown> => {
        const [outcome] = await Promise.allSettled([(async () => way(store, options))()]);
        const failure: unknown = outcome?.status === 'rejected' ? outcome.reason : undefined;
        const wrapped = (failure as { code?: string } | undefined)?.code === 'BATPAK_BATCH_FAILED';
        return wrapped ? (failure as Error).cause : failure;
      };
      expect(await failureOf({ expected: 'exists' })).toMatchObject({
        code: 'BATPAK_EXPECTATION_FAILED',
        expected: 'exists',
        actual: undefined,
      });
      expect(await failureOf({ expected: 'none' })).toBeUndefined();
      // Unlike the original's 0, which stood for no event as well as for one.
      expect(await failureOf({ expected: 'none' })).toMatchObject({ expected: 'none', actual: 0 });
      expect(await failureOf({ expected: 0 })).toBeUndefined();
      expect(await failureOf({ expected: 0 })).toMatchObject({ expected: 0, actual: 1 });
      expect(await failureOf({ expected: 'any' })).toBeUndefined();
      expect(store.eventCount).toBe(3);
    },
  );

  it.each(Object.entries(ways))(
    'is stored once by %s, however often its key comes',
    async (_, way) => {
      const store = new StoreHost().open();
      const options = { idempotencyKey: 'key', expected: 'none' } as const;
      const first = [await way(store, options)].flat();
      const again = [await way(store, options)].flat();
      expect(first).toMatchObject([{ replayed: false, sequence: 0 }]);
      expect(again).toMatchObject([{ replayed: true, sequence: 0 }]);
      expect(store.eventCount).toBe(1);
    },
  );

  it('refuses an option that it does not know, or of the wrong type, at once', () => {
    const store = new StoreHost().open();
    const wrong: readonly (readonly [string, unknown])[] = [
      ...[['expectd', 1] as const, ['expected', -1] as const, ['expected', 'maybe'] as const],
      ...[['idempotencyKey', ''] as const, ['flags', 256] as const, ['lane', -1] as const],
      ...[['durable', 'yes'] as const, ['extensions', { a: 'text' }] as const],
      ...[['correlationId', 'none'] as const, ['causationId', 7] as const],
    ];
    for (const [field, value] of wrong) {
      const options: unknown = { [field]: value };
      const thrown = thrownBy(() => {
        store.submit('order:1', someKind, 1, options as AppendOptions);
      });
      expect(thrown, field).toMatchObject({ code: expect.stringContaining('BATPAK_ARGUMENT_') });
    }
    expect(store.writerPressure().queued).toBe(0);
  });
});

describe('the limits of what is submitted', () => {
  const limits = { singleAppendMaxBytes: 100, batch: { maxSize: 3, maxBytes: 250 } };
  // Two bytes of the payload say that it is bytes, and how many.
  const bytes = (length: number) => new Uint8Array(length - 2);
  const item = (length: number) => ({ at: 'order:1', kind: someKind, payload: bytes(length) });

  it('hold for each event', async () => {
    const store = new StoreHost().open(limits);
    const tooLarge = { code: 'BATPAK_LIMIT_EXCEEDED', limit: 'singleAppendMaxBytes', max: 100 };
    await store.submit('order:1', someKind, bytes(100));
    expect(thrownBy(() => store.submit('order:1', someKind, bytes(101)))).toMatchObject({
      ...tooLarge,
      actual: 101,
    });
    const options = { extensions: { note: new Uint8Array(10) } };
    expect(thrownBy(() => store.submit('order:1', someKind, bytes(95), options))).toMatchObject(
      tooLarge,
    );
    expect(store.eventCount).toBe(1);
  });

  it('hold for each item of a batch, which is named, and for all of them together', async () => {
    const store = new StoreHost().open(limits);
    expect(thrownBy(() => store.submitBatch([item(10), item(101)]))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      itemIndex: 1,
      cause: { code: 'BATPAK_LIMIT_EXCEEDED', limit: 'singleAppendMaxBytes', actual: 101 },
    });
    expect(thrownBy(() => store.submitBatch(Array(4).fill(item(10))))).toMatchObject({
      code: 'BATPAK_LIMIT_EXCEEDED',
      limit: 'batch.maxSize',
      max: 3,
      actual: 4,
    });
    expect(await store.submitBatch([item(100), item(100), item(50)])).toHaveLength(3);
    const [outcome] = await Promise.allSettled([
      (async () => store.submitBatch([item(100), item(100), item(51)]))(),
    ]);
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'BATPAK_BATCH_FAILED',
        cause: { code: 'BATPAK_LIMIT_EXCEEDED', limit: 'batch.maxBytes', max: 250, actual: 251 },
      },
    });
    expect(store.eventCount).toBe(3);
  });
});
