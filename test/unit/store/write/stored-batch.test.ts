import { defineEvent } from 'batpak';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../../src/store/write/append.ts';
import { prepareItems } from '../../../../src/store/write/append-batch.ts';
import { letGo, requestsOf, storeBatch, undo } from '../../../../src/store/write/stored-batch.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, thrownBy } from '../../../support/store-host.ts';

const Placed = defineEvent<number>({ name: 'placed' });

const setUp = () => {
  const host = new StoreHost();
  const engine = engineOf(host.open());
  const items = prepareItems(engine, [
    { at: 'a', kind: Placed, payload: 1, options: { idempotencyKey: 'k' } },
  ]);
  engine.kinds.keep();
  return { host, engine, items, parts: { engine, appender: new Appender(engine) } };
};

describe('storeBatch', () => {
  it('writes, and syncs when it is asked to', () => {
    const { engine, items, parts } = setUp();
    const stored = storeBatch(parts, items, 100);
    expect(stored.receipts).toMatchObject([{ durability: 'written' }]);
    expect(stored.sync()).toMatchObject([{ durability: 'durable' }]);
    expect(engine.kinds.tentative).toEqual([]);
    const replayed = storeBatch(parts, items, 100);
    expect(replayed.sync()).toMatchObject([{ durability: 'durable', replayed: true }]);
  });

  it('syncs a batch that was stored before and is not durable', () => {
    const { items, parts } = setUp();
    storeBatch(parts, items, 100);
    const replayed = storeBatch(parts, items, 100);
    expect(replayed.receipts).toMatchObject([{ durability: 'written', replayed: true }]);
    expect(replayed.sync()).toMatchObject([{ durability: 'durable', replayed: true }]);
  });

  it('leaves the names held when it throws', () => {
    const { engine, items, parts } = setUp();
    expect(thrownBy(() => storeBatch(parts, items, 0))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      cause: { limit: 'batch.maxBytes' },
    });
    expect(engine.kinds.tentative).toMatchObject([{ name: 'placed' }]);
    letGo(engine, requestsOf(items));
    expect(engine.kinds.tentative).toEqual([]);
  });
});

describe('undo', () => {
  it('lets go of what the running call holds, and of nothing else', () => {
    const { engine } = setUp();
    prepareItems(engine, [{ at: 'a', kind: defineEvent({ name: 'other' }), payload: 1 }]);
    undo(engine);
    expect(engine.kinds.tentative).toMatchObject([{ name: 'placed' }]);
  });
});
