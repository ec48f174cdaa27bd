import { defineEvent, EventDefinition, Region, ReservedKindError, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { appendSome, StoreHost, someKind, thrownBy } from '../support/store-host.ts';

/** Of the categories 0x0 and 0xD, with all kinds that the store writes itself. */
const reserved = [
  ...[0x0000, 0x0001, 0x0006, 0x0007, 0x0009, 0x000a, 0x000f, 0x0020, 0x0100, 0x0105, 0x0ffe],
  ...[0x0fff, 0xd000, 0xd001, 0xdfff],
];

/** Kinds right beside the reserved ones. */
const free = [0x1000, 0xcfff, 0xe000, 0xffff];

const at = 'order:1';
const good = { at, kind: someKind, payload: 1 };
const cause = (store: Store) => store.at(0) ?? '';

/** Every public call that takes a kind to write. */
const writes: Readonly<Record<string, (store: Store, kind: number) => unknown>> = {
  append: (store, kind) => store.append(at, kind, 1),
  tryAppend: (store, kind) => store.tryAppend(at, kind, 1),
  appendReaction: (store, kind) => store.appendReaction(at, kind, 1, cause(store)),
  appendBatch: (store, kind) => store.appendBatch([good, { ...good, kind }]),
  tryAppendBatch: (store, kind) => store.tryAppendBatch([good, { ...good, kind }]),
  appendReactionBatch: (store, kind) =>
    store.appendReactionBatch(cause(store), [good, { ...good, kind }]),
  submit: (store, kind) => store.submit(at, kind, 1),
  trySubmit: (store, kind) => store.trySubmit(at, kind, 1),
  submitReaction: (store, kind) => store.submitReaction(at, kind, 1, cause(store)),
  trySubmitReaction: (store, kind) => store.trySubmitReaction(at, kind, 1, cause(store)),
  submitBatch: (store, kind) => store.submitBatch([good, { ...good, kind }]),
  trySubmitBatch: (store, kind) => store.trySubmitBatch([good, { ...good, kind }]),
  'outbox.stage': (store, kind) => store.outbox().stage(at, kind, 1),
  'outbox.stageItem': (store, kind) => store.outbox().stageItem({ ...good, kind }),
  'fence.submit': (store, kind) => fenced(store, (fence) => fence.submit(at, kind, 1)),
  'fence.submitReaction': (store, kind) =>
    fenced(store, (fence) => fence.submitReaction(at, kind, 1, cause(store))),
  'fence.submitBatch': (store, kind) =>
    fenced(store, (fence) => fence.submitBatch([good, { ...good, kind }])),
  'fence.outbox.stage': (store, kind) =>
    fenced(store, (fence) => fence.outbox().stage(at, kind, 1)),
};

/** Public methods of a store that write nothing of a given kind. */
const others = new Set([
  ...['sync', 'close', 'whenDurable', 'durableThrough', 'writerPressure', 'verify'],
  ...['get', 'at', 'query', 'events', 'stream', 'byScope', 'byKind', 'head', 'nameOf', 'findByKey'],
  ...['project', 'walkAncestors', 'causes', 'effects', 'readRaw', 'outbox', 'beginVisibilityFence'],
  ...['eventsOf', 'explain', 'correlated', 'causalGraph', 'onVisible', 'subscribeLossy'],
  ...['projectIfChanged', 'watchProjection', 'projectAll', 'readModel', 'flushProjections'],
  ...['cursorGuaranteed', 'cursorWorker', 'cursors', 'deleteCursor'],
  // What a reactor returns is appended by appendReactionBatch: see below.
  'react',
]);

/** Methods that are marked internal: the way in for layers above, and parts of the class itself. */
const internal = new Set([
  ...['appendPrepared', 'submitPrepared', 'submitPreparedBatch'],
  ...['syncIdle', 'prepare', 'heldBack', 'endFence', 'adopt', 'epochOf'],
]);

function fenced<Answer>(
  store: Store,
  call: (fence: ReturnType<Store['beginVisibilityFence']>) => Answer,
): Answer {
  using fence = store.beginVisibilityFence();
  const answer = call(fence);
  fence.commit();
  return answer;
}

function methodsOf(instance: object): string[] {
  const names: string[] = [];
  for (
    let prototype: unknown = Object.getPrototypeOf(instance);
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && name !== 'constructor') names.push(name);
    }
  }
  return names;
}

describe('a reserved kind', () => {
  it.each(Object.entries(writes))('is refused by %s, and nothing is written', async (_, write) => {
    for (const kind of reserved) {
      const host = new StoreHost();
      const store = host.open();
      appendSome(store, 1);
      const before = host.content();
      const thrown = thrownBy(() => write(store, kind));
      const refused = thrown instanceof ReservedKindError ? thrown : (thrown as Error).cause;
      expect(refused).toBeInstanceOf(ReservedKindError);
      expect(refused).toMatchObject({ code: 'BATPAK_RESERVED_KIND', kind });
      if (thrown !== refused) {
        expect(thrown).toMatchObject({ code: 'BATPAK_BATCH_FAILED', itemIndex: 1 });
      }
      await new Promise((resolve) => setImmediate(resolve));
      expect(host.content()).toEqual(before);
    }
  });

  it.each(Object.entries(writes))('is not what %s takes kinds beside it for', (_, write) => {
    for (const kind of free) {
      const store = new StoreHost().open();
      appendSome(store, 1);
      expect(() => write(store, kind)).not.toThrow();
    }
  });

  it('is refused by defineEvent, and can not be slipped in by what looks like a definition', () => {
    const store = new StoreHost().open();
    for (const kind of reserved) {
      expect(thrownBy(() => defineEvent({ name: 'x', kind }))).toBeInstanceOf(ReservedKindError);
      const made = new EventDefinition<number>({ name: 'x', kind });
      expect(thrownBy(() => store.append(at, made, 1))).toBeInstanceOf(ReservedKindError);
      for (const wrong of [{ ...made, validate: () => 1 }, `${kind}`, BigInt(kind)]) {
        const taken: unknown = wrong;
        expect(thrownBy(() => store.append(at, taken as number, 1))).toMatchObject({
          code: 'BATPAK_ARGUMENT_TYPE',
          field: 'kind',
        });
      }
    }
    expect([store.eventCount, store.nameOf(0x0006)]).toEqual([0, undefined]);
  });

  it('is refused of what a reactor returns: its cause is parked, nothing is written', async () => {
    const store = new StoreHost().open();
    appendSome(store, 1);
    const count = store.eventCount;
    const worker = store.react(Region.all(), () => [{ at, kind: reserved[0] ?? 0, payload: 1 }], {
      name: 'slip',
      maxTries: 1,
    });
    await worker.idle();
    expect(worker.parked).toMatchObject([{ sequence: 0 }]);
    expect(store.eventCount).toBe(count);
    await worker.stop();
    store.close();
  });

  it('is never given to a name', () => {
    const store = new StoreHost().open();
    for (let n = 0; n < 100; n += 1) {
      store.append(at, defineEvent<number>({ name: `event-${n}` }), n);
      expect((store.at(n)?.kind ?? 0) >>> 12).toBe(1);
    }
  });

  it('was tried on every public method of a store, its outbox and its fence', () => {
    const store = new StoreHost().open();
    const outbox = store.outbox();
    const fence = store.beginVisibilityFence();
    const tried = new Set(Object.keys(writes).map((name) => name.split('.').at(-1)));
    const ends = ['flush', 'submitFlush', 'commit', 'cancel', 'end', 'outbox', 'putBack'];
    const missing = [
      ...methodsOf(store).filter((name) => !others.has(name) && !internal.has(name)),
      ...[...methodsOf(outbox), ...methodsOf(fence)].filter((name) => !ends.includes(name)),
    ].filter((name) => !tried.has(name));
    expect(missing).toEqual([]);
  });
});
