import { describe, expect, it } from 'vitest';
import { digest16 } from '../../../../src/codec/hash-chain.ts';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { silentLogger } from '../../../../src/model/logger.ts';
import { checkpointKeys, rememberedReceiptOf } from '../../../../src/store/write/idempotency.ts';
import { KeptKeys } from '../../../../src/store/write/kept-keys.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const key = { idempotencyKey: 'key' };

function given() {
  const host = new StoreHost();
  const store = host.open();
  store.append('a', someKind, 0);
  store.append('a', someKind, 1, key);
  return { host, store, engine: engineOf(store) };
}

describe('KeptKeys', () => {
  it('writes the file when it is told to, and not again while nothing changed', () => {
    const { host, store, engine } = given();
    expect(host.files.stat('/store/idempotency')).toBeUndefined();
    checkpointKeys(engine);
    const renames = host.plan.count('rename', 'idempotency');
    expect(renames).toBe(1);
    expect(store.durableThrough()).toBe(1);
    checkpointKeys(engine);
    store.close();
    expect(host.plan.count('rename', 'idempotency')).toBe(renames);
  });

  it('writes it again when an event or a receipt came', () => {
    const { host, store, engine } = given();
    checkpointKeys(engine);
    store.append('a', someKind, 2);
    checkpointKeys(engine);
    engine.keptKeys.remember([rememberedReceiptOf(engine, 1)]);
    checkpointKeys(engine);
    expect(host.plan.count('rename', 'idempotency')).toBe(3);
  });

  it('tells what kept it from being written, and leaves the one before', () => {
    const { host, store, engine } = given();
    checkpointKeys(engine);
    const before = host.read('idempotency');
    store.append('a', someKind, 2, { idempotencyKey: 'second' });
    host.plan.fail({ operation: 'write', path: 'idempotency.new', code: 'ENOSPC' });
    expect(thrownBy(() => checkpointKeys(engine))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
      path: '/store/idempotency',
    });
    expect(host.read('idempotency')).toEqual(before);
    checkpointKeys(engine);
    expect(host.read('idempotency')).not.toEqual(before);
  });

  it('keeps receipts over a reopen, until their keys are forgotten', () => {
    const { host, store, engine } = given();
    engine.keptKeys.remember([rememberedReceiptOf(engine, 1)]);
    checkpointKeys(engine);
    const receipt = engine.keptKeys.find(1);
    expect(receipt).toMatchObject({ sequence: 1, clock: 1, entity: 'a', kind: someKind });
    store.close();
    const options = { idempotency: { keepSequences: 2 } };
    const again = host.open(options);
    expect(engineOf(again).keptKeys.find(1)).toEqual(receipt);
    for (let count = 0; count < 2; count += 1) again.append('a', someKind, count);
    again.close();
    const third = host.open(options);
    expect(engineOf(third).keptKeys.find(1)).toEqual(receipt);
    third.append('a', someKind, 0);
    third.append('a', someKind, 0);
    third.close();
    expect(engineOf(host.open(options)).keptKeys.find(1)).toBeUndefined();
  });

  it('takes over keys that recovery did not find in the log, and keeps those that it did', () => {
    const { host, engine } = given();
    checkpointKeys(engine);
    const index = new EventIndex(engine.index.keys.seed);
    const entityId = index.entities.intern('a', 0);
    for (let clock = 0; clock < 3; clock += 1) {
      index.push({
        ...{ kind: someKind, entityId, scopeId: 0, clock, offset: 0, length: 0 },
        timestampUs: clock < 2 ? engine.index.columns.timestampUs(clock) : 0,
        ...{ idBytes: new Uint8Array(16), idAt: 0, hash: undefined, hashAt: 0 },
        ...{ keyBytes: clock === 2 ? digest16('later') : undefined, keyAt: 0 },
      });
    }
    const refused: string[] = [];
    const recoveredEpoch = 0;
    const { storeId, segments } = engine;
    new KeptKeys({
      ...{ files: host.files, directory: '/store', storeId, recoveredEpoch, segments, index },
      logger: silentLogger,
      refused: (path, reason) => refused.push(`${path}: ${reason}`),
    });
    expect(refused).toEqual([]);
    const found = ['key', 'later', 'never'].map((each) =>
      index.keys.find(digest16(each), 0, () => true),
    );
    expect(found).toEqual([1, 2, -1]);
  });
});
