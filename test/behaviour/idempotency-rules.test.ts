import {
  BatchFailedError,
  type Expectation,
  ExpectationFailedError,
  IdempotencyConflictError,
  type Receipt,
  type Store,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** A write with a key, as each of the ways to write takes it. */
interface KeyedWrite {
  readonly at: string;
  readonly lane: number;
  readonly kind: number;
  readonly payload: unknown;
  readonly key: string;
  readonly expected: Expectation;
}

const plain: KeyedWrite = {
  at: 'a',
  lane: 0,
  kind: someKind,
  payload: { amount: 5 },
  key: 'key',
  expected: 'any',
};

type Way = (store: Store, write: KeyedWrite, cause: string) => Receipt | undefined;

function optionsOf({ key, lane, expected }: KeyedWrite) {
  return { idempotencyKey: key, lane, expected };
}

function itemOf(write: KeyedWrite) {
  const { at, kind, payload } = write;
  return { at, kind, payload, options: optionsOf(write) };
}

/** Every way to write an event with a key. Each gives the receipt, or throws. */
const ways: Record<string, Way> = {
  append: (store, write) => store.append(write.at, write.kind, write.payload, optionsOf(write)),
  appendBatch: (store, write) => store.appendBatch([itemOf(write)])[0],
  submit: (store, write) =>
    store.submit(write.at, write.kind, write.payload, optionsOf(write)).wait(),
  submitBatch: (store, write) => store.submitBatch([itemOf(write)]).wait()[0],
  appendReaction: (store, write, cause) => {
    const { at, kind, payload } = write;
    return store.appendReaction(at, kind, payload, cause, optionsOf(write));
  },
  submitReaction: (store, write, cause) => {
    const { at, kind, payload } = write;
    return store.submitReaction(at, kind, payload, cause, optionsOf(write)).wait();
  },
  appendReactionBatch: (store, write, cause) =>
    store.appendReactionBatch(cause, [itemOf(write)])[0],
  outbox: (store, write) => {
    const outbox = store.outbox();
    outbox.stageItem(itemOf(write));
    return outbox.flush()[0];
  },
  fence: (store, write) => {
    using fence = store.beginVisibilityFence();
    fence.submit(write.at, write.kind, write.payload, optionsOf(write));
    return fence.commit()[0];
  },
};
const everyWay = Object.entries(ways);

/** A store with an event that reactions react to. */
function given(): { host: StoreHost; store: Store; cause: string } {
  const host = new StoreHost();
  const store = host.open();
  const { eventId } = store.append('cause', someKind, null, { durable: true });
  return { host, store, cause: eventId };
}

/** The error itself, or the one that kept a batch from being written. */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof BatchFailedError ? thrown.cause : thrown;
}

describe.each(everyWay)('a retry by %s', (_, write) => {
  it('gets the first receipt, after a reopen, a kill and a synced power loss too', () => {
    const { host, store, cause } = given();
    const first = write(store, plain, cause);
    expect(first).toMatchObject({ sequence: 1, replayed: false });
    const before = host.killed();
    store.sync();
    const hosts = [before, host.killed(), host.afterPowerLoss()];
    expect(write(store, plain, cause)).toMatchObject({ eventId: first?.eventId, replayed: true });
    store.close();
    for (const each of [...hosts, host]) {
      const again = each.open();
      expect(write(again, plain, cause)).toMatchObject({
        eventId: first?.eventId,
        sequence: 1,
        clock: first?.clock,
        position: first?.position,
        replayed: true,
      });
      expect(again.eventCount).toBe(2);
      again.close();
    }
  });

  it('is stored once, whatever a power loss before the sync left of it', () => {
    const { host, store, cause } = given();
    const first = write(store, plain, cause);
    for (let seed = 1; seed <= 20; seed += 1) {
      const again = host.afterPowerLoss(new SeededRandom(seed)).open();
      const was = again.eventCount === 2;
      expect(write(again, plain, cause)?.replayed).toBe(was);
      expect(write(again, plain, cause)?.replayed).toBe(true);
      if (was) expect(again.at(1)?.eventId).toBe(first?.eventId);
      expect(again.eventCount).toBe(2);
      again.close();
    }
  });

  it('is a conflict when entity, lane, kind or payload is another', () => {
    const { host, store, cause } = given();
    write(store, plain, cause);
    for (const [differs, other] of [
      ['entity', { ...plain, at: 'b' }],
      ['lane', { ...plain, lane: 1 }],
      ['kind', { ...plain, kind: 0x1abd }],
      ['payload', { ...plain, payload: { amount: 6 } }],
    ] as const) {
      const thrown = causeOf(thrownBy(() => write(store, other, cause)));
      expect(thrown, differs).toBeInstanceOf(IdempotencyConflictError);
      expect(thrown).toMatchObject({ differs, sequence: 1, idempotencyKey: 'key' });
    }
    expect(store.eventCount).toBe(2);
    store.close();
    const again = host.open();
    expect(causeOf(thrownBy(() => write(again, { ...plain, at: 'b' }, cause)))).toMatchObject({
      differs: 'entity',
    });
  });

  it('is judged before what it expects, and the key of a refused write is free', () => {
    const { store, cause } = given();
    const refused = { ...plain, expected: 'exists' } as const;
    const thrown = causeOf(thrownBy(() => write(store, refused, cause)));
    expect(thrown).toBeInstanceOf(ExpectationFailedError);
    expect(store.findByKey('key')).toBeUndefined();
    const once = { ...plain, expected: 'none' } as const;
    const first = write(store, once, cause);
    expect(first?.replayed).toBe(false);
    expect(write(store, once, cause)).toMatchObject({ eventId: first?.eventId, replayed: true });
  });

  it('by another way gets the same receipt', () => {
    const { store, cause } = given();
    const first = write(store, plain, cause);
    for (const [way, other] of everyWay) {
      expect(other(store, plain, cause), way).toMatchObject({
        eventId: first?.eventId,
        replayed: true,
      });
    }
    expect(store.eventCount).toBe(2);
  });

  it('of a write that the disk refused is stored', () => {
    const { host, store, cause } = given();
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC', andLater: true });
    expect(causeOf(thrownBy(() => write(store, plain, cause)))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
    });
    host.plan.heal();
    expect(store.findByKey('key')).toBeUndefined();
    expect(write(store, plain, cause)).toMatchObject({ sequence: 1, replayed: false });
    expect(store.eventCount).toBe(2);
  });
});

describe('keys of a batch that failed', () => {
  const items = ['k1', 'k2'].map((key, index) => itemOf({ ...plain, key, payload: index }));

  it('are free again, for whatever write', () => {
    const { host, store } = given();
    const [first] = items;
    if (first === undefined) throw new Error('there is a first item');
    const refused = { ...first, options: { idempotencyKey: 'k3', expected: 7 } };
    thrownBy(() => store.appendBatch([...items, refused]));
    host.plan.tear({ path: '.fbat', code: 'ENOSPC', keepBytes: 300, andLater: true });
    thrownBy(() => store.appendBatch(items));
    host.plan.heal();
    for (const key of ['k1', 'k2', 'k3']) expect(store.findByKey(key)).toBeUndefined();
    expect(store.append('z', 0x1abd, 'other', { idempotencyKey: 'k2' }).replayed).toBe(false);
    store.close();
    const again = host.open();
    expect(again.findByKey('k1')).toBeUndefined();
    expect(again.findByKey('k2')?.entity).toBe('z');
  });

  it('are free again when it was cut short by a kill before its COMMIT', () => {
    const { host, store } = given();
    let killed: StoreHost | undefined;
    host.plan.shortWrite({ path: '.fbat', bytes: 300 });
    host.plan.before({ operation: 'write', path: '.fbat', nth: 2 }, () => {
      killed = host.killed();
    });
    store.appendBatch(items);
    const again = killed?.open();
    expect(again?.recovery).toMatchObject({ ending: 'unclean', events: 1 });
    expect(again?.findByKey('k1')).toBeUndefined();
    expect(again?.appendBatch(items).map(({ replayed }) => replayed)).toEqual([false, false]);
  });
});
