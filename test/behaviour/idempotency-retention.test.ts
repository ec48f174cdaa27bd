import type { Receipt, Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const keep3 = { idempotency: { keepSequences: 3 } };

function append(store: Store, idempotencyKey: string, payload: unknown = 1): Receipt {
  return store.append('a', someKind, payload, { idempotencyKey });
}

/** Hosts on which the store was ended and left in other ways, each with what its opening uses. */
function reopenings(host: StoreHost, store: Store): [string, StoreHost, object][] {
  const killed = host.killed();
  store.close();
  const withoutFile = host.killed();
  withoutFile.files.remove('/store/idempotency');
  const withoutImage = host.killed();
  withoutImage.files.remove('/store/index.image');
  const withNothing = host.killed();
  for (const name of ['idempotency', 'index.image']) withNothing.files.remove(`/store/${name}`);
  return [
    ['after a kill', killed, {}],
    ['after close', host, {}],
    ['without the file', withoutFile, {}],
    ['without the image', withoutImage, {}],
    ['from the segments alone', withNothing, {}],
    ['with columns read at once', host.killed(), { index: { lazyImage: false } }],
    ['without checkpoints', host.killed(), { index: { enableCheckpoint: false } }],
  ];
}

describe('idempotency.keepSequences', () => {
  it('is how far an event may lie behind the newest before its key is forgotten', () => {
    const store = new StoreHost().open(keep3);
    const first = append(store, 'key');
    appendSome(store, 3);
    expect(append(store, 'key')).toMatchObject({ eventId: first.eventId, replayed: true });
    appendSome(store, 1);
    const second = append(store, 'key');
    expect(second).toMatchObject({ sequence: 5, replayed: false });
    expect(second.eventId).not.toBe(first.eventId);
  });

  it('lets a forgotten key stand for any other write, which it then names', () => {
    const store = new StoreHost().open(keep3);
    append(store, 'key', 'old');
    appendSome(store, 4);
    expect(store.findByKey('key')).toBeUndefined();
    append(store, 'key', 'new');
    expect(store.findByKey('key')?.payload).toBe('new');
    expect(thrownBy(() => append(store, 'key', 'old'))).toMatchObject({
      code: 'BATPAK_IDEMPOTENCY_CONFLICT',
      differs: 'payload',
      sequence: 5,
    });
  });

  it('counts events of every entity, and none that a replay would have been', () => {
    const store = new StoreHost().open(keep3);
    append(store, 'key');
    appendSome(store, 3, 'other');
    for (let count = 0; count < 10; count += 1) {
      expect(append(store, 'key').replayed).toBe(true);
    }
  });

  it('forgets the same keys however the store is opened again', () => {
    const host = new StoreHost();
    const options = { segmentMaxBytes: 600, idempotency: { keepSequences: 6 } };
    const store = host.open(options);
    for (let index = 0; index < 12; index += 1) append(store, `key-${index}`);
    for (const [how, again, more] of reopenings(host, store)) {
      const opened = again.open({ ...options, ...more });
      const known = Array.from({ length: 12 }, (_, index) => index).filter(
        (index) => opened.findByKey(`key-${index}`) !== undefined,
      );
      expect(known, how).toEqual([5, 6, 7, 8, 9, 10, 11]);
      expect(append(opened, 'key-5'), how).toMatchObject({ sequence: 5, replayed: true });
      expect(append(opened, 'key-4'), how).toMatchObject({ sequence: 12, replayed: false });
      expect(append(opened, 'key-4'), how).toMatchObject({ sequence: 12, replayed: true });
      opened.close();
    }
  });

  it('may be narrowed by a later opening', () => {
    const host = new StoreHost();
    const store = host.open();
    for (let index = 0; index < 5; index += 1) append(store, `key-${index}`);
    store.close();
    const narrow = host.open({ idempotency: { keepSequences: 1 } });
    expect(narrow.findByKey('key-3')?.sequence).toBe(3);
    expect(narrow.findByKey('key-2')).toBeUndefined();
  });

  it('makes a batch a conflict of which some keys are forgotten and some not', () => {
    const store = new StoreHost().open(keep3);
    const items = ['k1', 'k2'].map((idempotencyKey) => ({
      at: 'a',
      kind: someKind,
      payload: null,
      options: { idempotencyKey },
    }));
    store.appendBatch(items);
    appendSome(store, 3);
    expect(thrownBy(() => store.appendBatch(items))).toMatchObject({
      code: 'BATPAK_BATCH_FAILED',
      cause: { code: 'BATPAK_IDEMPOTENCY_CONFLICT', idempotencyKey: 'k2', differs: 'batch' },
    });
    appendSome(store, 1);
    expect(store.appendBatch(items).map(({ sequence }) => sequence)).toEqual([6, 7]);
  });
});

describe('idempotency.maxKeys', () => {
  const warnings: [object, string][] = [];
  const logger = {
    warn: (facts: object, message: string) => warnings.push([facts, message]),
    error: () => undefined,
  };
  const options = { idempotency: { maxKeys: 4 }, logger };

  it('is how many keys are kept: the oldest go first, with one warning', () => {
    warnings.length = 0;
    const store = new StoreHost().open(options);
    for (let index = 0; index < 4; index += 1) append(store, `key-${index}`);
    expect(warnings).toEqual([]);
    for (let index = 4; index < 10; index += 1) append(store, `key-${index}`);
    expect(warnings).toEqual([[{ maxKeys: 4 }, expect.stringContaining('idempotency.maxKeys')]]);
    const found = Array.from({ length: 10 }, (_, index) => store.findByKey(`key-${index}`));
    expect(found.map((event) => event?.sequence)).toEqual([
      ...Array.from({ length: 6 }),
      ...[6, 7, 8, 9],
    ]);
  });

  it('does not count events without a key, nor replays', () => {
    warnings.length = 0;
    const store = new StoreHost().open(options);
    for (let index = 0; index < 4; index += 1) append(store, `key-${index}`);
    appendSome(store, 50);
    for (let round = 0; round < 3; round += 1) append(store, 'key-0');
    expect(store.findByKey('key-0')?.sequence).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('keeps the same keys however the store is opened again', () => {
    const host = new StoreHost();
    const store = host.open({ ...options, segmentMaxBytes: 600 });
    for (let index = 0; index < 9; index += 1) append(store, `key-${index}`);
    for (const [how, again, more] of reopenings(host, store)) {
      const opened = again.open({ ...options, ...more });
      const known = Array.from({ length: 9 }, (_, index) => index).filter(
        (index) => opened.findByKey(`key-${index}`) !== undefined,
      );
      expect(known, how).toEqual([5, 6, 7, 8]);
      opened.close();
    }
  });
});
