import { ClassicLevel } from 'classic-level';
import type { FlipCase, FlipEvent } from './bitflip-case.ts';

/** As a store of this size is after it was closed: all of it in the write-ahead log. */
export const levelCase: FlipCase = {
  name: 'classic-level',
  packageName: 'classic-level',
  write: (folder, events) => write(folder, events, false),
  read: readAll,
};

/** As most of a large store is: in sorted tables. */
export const levelTablesCase: FlipCase = {
  name: 'classic-level, compacted',
  packageName: 'classic-level',
  write: (folder, events) => write(folder, events, true),
  read: readAll,
};

const keyDigits = 8;

async function write(folder: string, events: readonly FlipEvent[], compact: boolean) {
  const database = open(folder);
  for (const [sequence, event] of events.entries()) await database.put(keyOf(sequence), event);
  if (compact) await database.compactRange(keyOf(0), keyOf(events.length));
  await database.close();
}

async function readAll(folder: string): Promise<FlipEvent[]> {
  const database = open(folder);
  try {
    await database.open();
    return await database.values().all();
  } finally {
    await database.close();
  }
}

function open(folder: string): ClassicLevel<string, FlipEvent> {
  return new ClassicLevel(folder, { valueEncoding: 'json' });
}

function keyOf(sequence: number): string {
  return String(sequence).padStart(keyDigits, '0');
}
