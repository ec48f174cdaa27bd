import type { EventStore } from 'event-storage';
import { coordinateOf, type Payload, payloadOf, workloadKind } from './workload.ts';

/** Name of the peer in the report. */
export const eventStorageName = 'event-storage';

/** An event as it is kept in event-storage: JSON, in the stream of its entity. */
export interface EventStorageEvent {
  readonly scope: string;
  readonly kind: number;
  readonly payload: Payload;
}

/** Opens a store of events in a folder. */
export type OpenEventStorage = (folder: string) => Promise<EventStore>;

// One commit takes several events of one stream.
const eventsPerCommit = 100;

/** event-storage, or `undefined` when it isn't installed. */
export async function findEventStorage(): Promise<OpenEventStorage | undefined> {
  try {
    const { EventStore } = await import('event-storage');
    return (storageDirectory) =>
      new Promise((resolve) => {
        const store = new EventStore('events', { storageDirectory });
        store.on('ready', () => resolve(store));
      });
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause;
    if (missing && cause.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

/** A store that holds so many events of the workload, closed and opened again. */
export async function filledEventStorage(
  open: OpenEventStorage,
  folder: string,
  events: number,
): Promise<EventStore> {
  const writing = await open(folder);
  const byEntity = new Map<string, number[]>();
  for (let i = 0; i < events; i += 1) {
    const entity = entityOf(i);
    const numbers = byEntity.get(entity) ?? [];
    byEntity.set(entity, numbers);
    numbers.push(i);
  }
  for (const [entity, numbers] of byEntity) {
    for (let first = 0; first < numbers.length; first += eventsPerCommit) {
      const part = numbers.slice(first, first + eventsPerCommit).map(eventOf);
      await new Promise<void>((resolve) => writing.commit(entity, part, resolve));
    }
  }
  writing.close();
  return open(folder);
}

function entityOf(i: number): string {
  // A stream is a file: a colon is no part of its name everywhere.
  return coordinateOf(i).entity.replaceAll(':', '-');
}

function eventOf(i: number): EventStorageEvent {
  return { scope: coordinateOf(i).scope, kind: workloadKind, payload: payloadOf(i) };
}
