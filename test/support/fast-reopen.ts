import { defineEvent, Region, type Store } from 'batpak';
import { StoreHost, someKind } from './store-host.ts';

/** Segments of a few events each, so that a store has many of them. */
export const smallSegments = { segmentMaxBytes: 1500 } as const;

export const Moved = defineEvent<{ x: number }>({ name: 'moved' });
export const Turned = defineEvent<{ by: number }>({ name: 'turned' });

/** Lets everything happen that waits for the event loop: slices of footers, and their syncs. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

/** Everything that a store answers, as text. */
export function answersOf(store: Store, keys: readonly string[] = []): string[] {
  const events = [...store.events(Region.all())];
  const entities = [...new Set(events.map(({ entity }) => entity))];
  const scopes = [...new Set(events.map(({ scope }) => scope))];
  const kinds = [...new Set(events.map(({ kind }) => kind))];
  const texts = (entries: Iterable<{ sequence: number }>): string =>
    [...entries].map(({ sequence }) => sequence).join();
  return [
    ...events.map((event) => JSON.stringify(event)),
    ...[...store.query(Region.all())].map((entry) => JSON.stringify(entry)),
    ...events.map(({ eventId }) => `${eventId} ${store.get(eventId)?.sequence}`),
    ...entities.map((entity) => `${entity} ${JSON.stringify(store.head(entity))}`),
    ...entities.map((entity) => `${entity} ${texts(store.stream(entity))}`),
    ...entities.map((entity) => texts(store.stream(entity, { reverse: true, limit: 3 }))),
    ...scopes.map((scope) => `${scope} ${texts(store.byScope(scope))}`),
    ...kinds.map((kind) => `${kind} ${store.nameOf(kind)} ${texts(store.byKind(kind))}`),
    ...keys.map((key) => `${key} ${store.findByKey(key)?.sequence}`),
    JSON.stringify(store.verify()),
  ];
}

/** Singles, batches, keys, lanes and names: something of everything that an index holds. */
export function writeSome(store: Store, rounds: number): string[] {
  const keys: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const key = `key-${store.eventCount}`;
    keys.push(key);
    store.append({ entity: `order:${round % 3}`, scope: 'shop' }, someKind, { round });
    store.append('order:1', Moved, { x: round }, { idempotencyKey: key });
    store.append('order:2', someKind, 'draft', { lane: 1 + (round % 2) });
    store.appendBatch(
      ['order:1', `item:${round}`].map((at) => ({ at, kind: Turned, payload: { by: round } })),
    );
  }
  return keys;
}

/** A store of several segments, each but the last with a footer, still open. */
export async function footedHost(rounds = 8): Promise<{
  readonly host: StoreHost;
  readonly store: Store;
  readonly keys: readonly string[];
}> {
  const host = new StoreHost();
  const store = host.open(smallSegments);
  const keys = writeSome(store, rounds);
  await settle();
  return { host, store, keys };
}
