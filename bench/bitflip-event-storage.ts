import { EventStore } from 'event-storage';
import type { FlipCase, FlipEvent } from './bitflip-case.ts';

/** An event store with a stream for each entity, read as one. */
export const eventStorageCase: FlipCase = {
  name: 'event-storage',
  packageName: 'event-storage',
  write,
  read: readAll,
};

async function write(folder: string, events: readonly FlipEvent[]): Promise<void> {
  const store = await open(folder);
  for (const event of events) {
    await new Promise<void>((resolve) => store.commit(event.entity, [event], resolve));
  }
  store.close();
}

async function readAll(folder: string): Promise<readonly FlipEvent[]> {
  const store = await open(folder);
  try {
    return [...store.getAllEvents<FlipEvent>()];
  } finally {
    store.close();
  }
}

function open(folder: string): Promise<EventStore> {
  return new Promise((resolve) => {
    const store = new EventStore('events', { storageDirectory: folder });
    store.on('ready', () => resolve(store));
  });
}
