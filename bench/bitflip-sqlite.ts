import { join } from 'node:path';
import DatabaseOf, { type Database } from 'better-sqlite3';
import type { FlipCase, FlipEvent } from './bitflip-case.ts';

/** An events table that is read row by row. */
export const sqliteCase: FlipCase = {
  name: 'better-sqlite3',
  packageName: 'better-sqlite3',
  write,
  read: (folder) => readAll(folder, () => undefined),
};

/** The same, with `PRAGMA integrity_check` before it is read. */
export const sqliteCheckCase: FlipCase = {
  name: 'better-sqlite3, integrity_check',
  packageName: 'better-sqlite3',
  write,
  read: (folder) => readAll(folder, mustBeIntact),
};

function write(folder: string, events: readonly FlipEvent[]): void {
  const database = open(folder);
  database.pragma('journal_mode = WAL');
  database.exec(`
    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY,
      entity TEXT NOT NULL,
      clock INTEGER NOT NULL,
      payload TEXT NOT NULL,
      UNIQUE (entity, clock)
    )
  `);
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?)');
  const clocks = new Map<string, number>();
  for (const [sequence, { entity, payload }] of events.entries()) {
    const clock = clocks.get(entity) ?? 0;
    clocks.set(entity, clock + 1);
    insert.run(sequence, entity, clock, JSON.stringify(payload));
  }
  // Closing folds the write-ahead log into the one file that is read back.
  database.close();
}

function readAll(folder: string, check: (database: Database) => void): FlipEvent[] {
  const database = open(folder);
  try {
    check(database);
    const rows = database.prepare('SELECT entity, payload FROM events ORDER BY sequence').all();
    return rows.map((row) => {
      const { entity, payload } = row as { entity: string; payload: string };
      return { entity, payload: JSON.parse(payload) };
    });
  } finally {
    database.close();
  }
}

function mustBeIntact(database: Database): void {
  const answer: unknown = database.pragma('integrity_check', { simple: true });
  if (answer !== 'ok') throw new Error(String(answer));
}

function open(folder: string): Database {
  return new DatabaseOf(join(folder, 'events.db'));
}
