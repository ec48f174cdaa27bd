import { open, type RootDatabase } from 'lmdb';
import type { FlipCase, FlipEvent } from './bitflip-case.ts';

/** A database of numbers and values in lmdb's own encoding, msgpack. */
export const lmdbCase: FlipCase = { name: 'lmdb', packageName: 'lmdb', write, read: readAll };

async function write(folder: string, events: readonly FlipEvent[]): Promise<void> {
  const database = openIn(folder);
  for (const [sequence, event] of events.entries()) await database.put(sequence, event);
  await database.close();
}

async function readAll(folder: string): Promise<FlipEvent[]> {
  const database = openIn(folder);
  try {
    return [...database.getRange()].map(({ value }) => value);
  } finally {
    await database.close();
  }
}

function openIn(folder: string): RootDatabase<FlipEvent, number> {
  return open<FlipEvent, number>({ path: folder });
}
