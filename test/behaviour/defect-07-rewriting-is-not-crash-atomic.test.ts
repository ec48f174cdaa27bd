import { isBatpakError, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

// There is no compaction yet. What writes segments anew today is a writer that has met a failed
// sync, here, and a salvage: that one is cut short at each of its calls in salvage-crash.test.ts.

const items = ['order:1', 'order:2'].map((at) => ({ at, kind: someKind, payload: at }));

/** The ids, sequences, clocks and hashes of all events. */
function contentOf(store: Store): string[] {
  return [...store.events(Region.all())].map(({ eventId, sequence, clock, payload, hash }) =>
    JSON.stringify([eventId, sequence, clock, payload, Buffer.from(hash ?? []).toString('hex')]),
  );
}

/** Where the durable part ends: in the middle of a segment, at its beginning, or in one before. */
const cases: Readonly<Record<string, { options: HostOptions; durable: number }>> = {
  'a segment with a durable part': { options: {}, durable: 3 },
  'a segment of which nothing was durable': { options: {}, durable: 0 },
  'the last of many segments': { options: { segmentMaxBytes: 1500 }, durable: 12 },
};

/** An open store whose next sync fails, and what it holds. */
function beforeFailure({ options, durable }: { options: HostOptions; durable: number }) {
  const host = new StoreHost();
  const store = host.open(options);
  appendSome(store, durable);
  if (durable > 0) store.sync();
  appendSome(store, 2, 'order:2');
  store.appendBatch(items, { durable: false });
  const path = host.segmentNames().at(-1) ?? '';
  host.plan.fail({ operation: 'sync', path, code: 'EIO' });
  return { host, store, content: contentOf(store), durable };
}

/** Syncs; whatever comes of it is an error of the library, or nothing. */
function syncOrFail(store: Store): void {
  try {
    store.sync();
  } catch (failure) {
    if (!isBatpakError(failure)) throw failure;
  }
}

/** Calls to the disk that the failing sync and the restart behind it make. */
function callsOfRestart(given: (typeof cases)[string]): number {
  const { host, store } = beforeFailure(given);
  const before = host.plan.count();
  syncOrFail(store);
  return host.plan.count() - before;
}

/** What is wrong with a log that is to hold `content`, or whole parts of it from its start. */
function findingOf(host: StoreHost, content: readonly string[], least: number): string | undefined {
  const store = host.open();
  const found = contentOf(store);
  if (found.length < least) return `${found.length} events of ${least} that were durable`;
  if (found.join() !== content.slice(0, found.length).join()) return `other events: ${found}`;
  // The two singles stand before the batch of two, which is there whole or not at all.
  if (found.length === content.length - 1) return 'half a batch';
  if (!store.verify().ok) return `verify: ${JSON.stringify(store.verify().errors)}`;
  const { sequence } = store.append('order:9', someKind, 'next', { durable: true });
  if (sequence !== found.length) return `the next sequence is ${sequence}`;
  store.close();
  const again = host.open();
  const { ok, events } = again.verify();
  return ok && events === found.length + 1 ? undefined : `later: ${events} events`;
}

describe.each(Object.entries(cases))('writing the end of %s again', (_, given) => {
  it('loses nothing and shows nothing twice, at whichever call the disk fails', () => {
    const wrong: string[] = [];
    const calls = callsOfRestart(given);
    expect(calls).toBeGreaterThan(5);
    for (const andLater of [false, true]) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const { host, store, content } = beforeFailure(given);
        host.plan.fail({ operation: 'any', nth, andLater, code: 'EIO' });
        syncOrFail(store);
        const through = (store.durableThrough() ?? -1) + 1;
        const least = Math.max(through, given.durable);
        host.plan.heal();
        const place = `call ${nth}${andLater ? ' and later' : ''}`;
        if (contentOf(store).join() !== content.join()) wrong.push(`${place}: the open store`);
        const left: (readonly [string, StoreHost, number])[] = [
          ['kill', host.killed(), content.length],
          ['power loss', host.afterPowerLoss(), least],
          ['power loss 1', host.afterPowerLoss(new SeededRandom(nth)), least],
        ];
        for (const [end, one, count] of left) {
          const finding = findingOf(one, content, count);
          if (finding !== undefined) wrong.push(`${place}, ${end}: ${finding}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('loses nothing and shows nothing twice, before whichever call the process ends', () => {
    const wrong: string[] = [];
    const calls = callsOfRestart(given);
    for (let nth = 1; nth <= calls; nth += 1) {
      const { host, store, content } = beforeFailure(given);
      const left: (readonly [string, StoreHost, number])[] = [];
      host.plan.before({ operation: 'any', nth }, () => {
        left.push(['kill', host.killed(), content.length]);
        left.push(['power loss', host.afterPowerLoss(), given.durable]);
        left.push(['power loss 1', host.afterPowerLoss(new SeededRandom(nth)), given.durable]);
      });
      syncOrFail(store);
      for (const [end, one, least] of left) {
        const finding = findingOf(one, content, least);
        if (finding !== undefined) wrong.push(`before call ${nth}, ${end}: ${finding}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('changes nothing for those who are reading meanwhile', () => {
    const { store, content } = beforeFailure(given);
    const events = store.events(Region.all())[Symbol.iterator]();
    const read = [events.next().value, events.next().value];
    syncOrFail(store);
    for (let next = events.next(); next.done !== true; next = events.next()) read.push(next.value);
    const ids = read.map((event) => event?.eventId);
    expect(ids).toEqual(content.map((text) => (JSON.parse(text) as unknown[])[0]));
    for (const event of read) expect(event?.payload).toBeDefined();
  });
});
