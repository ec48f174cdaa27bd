import { readdirSync, readFileSync } from 'node:fs';
import { Region, type Store, type StoredEvent } from 'batpak';
import { StoreHost } from './store-host.ts';

const fixtures = new URL('../fixtures/rust/', import.meta.url);

/** An event as the Rust crate told it. */
export interface ExpectedEvent {
  readonly causationId: string | null;
  readonly entity: string;
  readonly eventId: string;
  readonly kind: number;
  readonly payload: unknown;
  readonly scope: string;
  readonly sequence: number;
}

/** Every event of the directory, in the order of their sequences. */
export const expectedEvents: readonly ExpectedEvent[] = JSON.parse(
  readFileSync(new URL('closed-store.expected.json', fixtures), 'utf8'),
);

/** A host with the directory that the Rust crate closed. */
export function closedRustHost(): StoreHost {
  const host = new StoreHost();
  const folder = new URL('closed-store/', fixtures);
  for (const name of readdirSync(folder)) {
    host.replace(name, Uint8Array.from(readFileSync(new URL(name, folder))));
  }
  return host;
}

/** The part of a store that the Rust crate would tell. */
export function toldBy(event: StoredEvent): ExpectedEvent {
  const { entity, kind, payload, scope, sequence } = event;
  return {
    causationId: event.causationId?.replaceAll('-', '') ?? null,
    eventId: event.eventId.replaceAll('-', ''),
    ...{ entity, kind, payload, scope, sequence },
  };
}

/** Everything that a store serves, as the Rust crate would tell it. */
export function eventsOf(store: Store): ExpectedEvent[] {
  return [...store.events(Region.all())].map(toldBy);
}

/** What the files of the crate hold now, in hexadecimal. */
export function rustFilesOf(host: StoreHost): Record<string, string> {
  return Object.fromEntries(
    readdirSync(new URL('closed-store/', fixtures)).map((name) => [
      name,
      Buffer.from(host.read(name)).toString('hex'),
    ]),
  );
}
