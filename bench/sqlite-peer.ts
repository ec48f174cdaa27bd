import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { Packr } from 'msgpackr';
import { consume, mustEqual } from './measure.ts';
import { coordinateOf, payloadOf, workloadKind } from './workload.ts';

/** Name of the peer in the report. */
export const sqliteName = 'better-sqlite3';

/** `OFF` never syncs; `FULL` syncs the write-ahead log at the end of every transaction. */
export type Synchronous = 'OFF' | 'FULL';

/** Makes a database in a folder. */
export type OpenSqlite = (folder: string, synchronous: Synchronous) => SqlitePeer;

/**
 * The peer, or `undefined` when it isn't installed: it comes with the bench folder's own packages,
 * and the library's figures are worth having without it.
 */
export async function findSqlite(): Promise<OpenSqlite | undefined> {
  try {
    const { default: DatabaseOf } = await import('better-sqlite3');
    return (folder, synchronous) =>
      new SqlitePeer(new DatabaseOf(join(folder, 'events.db')), synchronous);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') {
      return undefined;
    }
    throw cause;
  }
}

/** A database that holds so many events of the workload, closed and opened again. */
export function filledSqlite(sqlite: OpenSqlite, folder: string, events: number): SqlitePeer {
  const writing = sqlite(folder, 'OFF');
  writing.appendBatch(0, events);
  writing.mustHold(events);
  // Closing folds the log into the database: reading has one place to look.
  writing.close();
  return sqlite(folder, 'OFF');
}

/**
 * An events table as a careful user of SQLite would make it: write-ahead log, prepared statement,
 * the columns of our record but its hashes, unique id, unique clock in an entity, and an index for
 * each question our index answers.
 */
export class SqlitePeer {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #countOf: Statement;
  readonly #clocks = new Map<string, number>();
  readonly #packr = new Packr({ useRecords: false });
  readonly #appendEach: (first: number, count: number) => void;

  constructor(database: Database, synchronous: Synchronous) {
    this.#database = database;
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${synchronous}`);
    database.exec(schema);
    this.#countOf = database.prepare('SELECT count(*) FROM events WHERE entity = ?');
    this.#insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#appendEach = database.transaction((first: number, count: number) => {
      for (let i = first; i < first + count; i += 1) this.append(i);
    });
  }

  /** Inserts an event of the workload; by itself it is a transaction of its own. */
  append(i: number): void {
    const { entity, scope } = coordinateOf(i);
    const clock = this.#clocks.get(entity) ?? 0;
    this.#clocks.set(entity, clock + 1);
    const nowMs = Date.now();
    const payload = this.#packr.pack(payloadOf(i));
    const id = newEventId(nowMs);
    consume(
      this.#insert.run(i, entity, scope, workloadKind, clock, nowMs * 1000, id, payload).changes,
    );
  }

  /** Inserts events in one transaction. */
  appendBatch(first: number, count: number): void {
    this.#appendEach(first, count);
  }

  /** Checks that exactly these events are there. */
  mustHold(events: number): void {
    const row = this.#database.prepare(count).get();
    mustEqual(
      `the peer's rows`,
      JSON.stringify(row),
      JSON.stringify({ rows: events, clocks: events }),
    );
  }

  /** How many events an entity has. */
  countOf(entity: string): number {
    return Number(this.#countOf.pluck().get(entity));
  }

  /** How many events there are, counted by looking at each row of the table. */
  countAll(): number {
    return Number(this.#database.prepare(countEach).pluck().get());
  }

  /** The decoded payload of the event with the highest sequence. */
  newestPayload(): unknown {
    const payload = this.#database.prepare(newest).pluck().get();
    return payload instanceof Uint8Array ? this.#packr.unpack(payload) : undefined;
  }

  /** Ids of all events by their sequences. */
  ids(): Buffer[] {
    const ids = this.#database.prepare<[], Buffer>('SELECT event_id FROM events ORDER BY sequence');
    return ids.pluck().all();
  }

  /** A prepared look-up of an event's payload by its id, decoded. */
  payloadById(): (id: Buffer) => unknown {
    const statement = this.#database.prepare<[Buffer], Buffer>(payloadOfId).pluck();
    return (id) => {
      const payload = statement.get(id);
      return payload === undefined ? undefined : this.#packr.unpack(payload);
    };
  }

  /** Hands every payload, decoded, to the function, in the order of the sequences. */
  eachPayload(use: (payload: unknown) => void): void {
    const statement = this.#database.prepare<[], Buffer>(payloads).pluck();
    for (const payload of statement.iterate()) use(this.#packr.unpack(payload));
  }

  /** A prepared query of the sequences of a kind. `all` is its fastest way to hand them out. */
  sequencesOfKind(): (kind: number) => number[] {
    const statement = this.#database.prepare<[number], number>(sequencesOfKind).pluck();
    return (kind) => statement.all(kind);
  }

  /** A prepared query of the sequences of an entity, oldest first. */
  sequencesOfEntity(): (entity: string) => number[] {
    const statement = this.#database.prepare<[string], number>(sequencesOfEntity).pluck();
    return (entity) => statement.all(entity);
  }

  /** Folds the write-ahead log into the database file and closes it. */
  close(): void {
    this.#database.close();
  }
}

const schema = `
  CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    timestamp_us INTEGER NOT NULL,
    event_id BLOB NOT NULL UNIQUE,
    payload BLOB NOT NULL,
    UNIQUE (entity, clock)
  );
  CREATE INDEX IF NOT EXISTS events_by_kind ON events (kind);
  CREATE INDEX IF NOT EXISTS events_by_scope ON events (scope);
`;

const count = `
  SELECT count(*) AS rows,
    (SELECT sum(last + 1) FROM (SELECT max(clock) AS last FROM events GROUP BY entity)) AS clocks
  FROM events
`;

// A column that is in no index keeps SQLite from counting an index instead of the rows.
const countEach = 'SELECT count(timestamp_us) FROM events NOT INDEXED';

const newest = 'SELECT payload FROM events ORDER BY sequence DESC LIMIT 1';

const payloadOfId = 'SELECT payload FROM events WHERE event_id = ?';
const payloads = 'SELECT payload FROM events ORDER BY sequence';
const sequencesOfKind = 'SELECT sequence FROM events WHERE kind = ?';
const sequencesOfEntity = 'SELECT sequence FROM events WHERE entity = ? ORDER BY clock';

const idBytes = 16;
const pool = Buffer.alloc(idBytes * 1024);
let poolAt = pool.length;

/** A UUIDv7; randomness is drawn for 1 024 of them at once, for the call costs a microsecond. */
function newEventId(nowMs: number): Buffer {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const id = Buffer.allocUnsafe(idBytes);
  pool.copy(id, 0, poolAt, poolAt + idBytes);
  poolAt += idBytes;
  id.writeUIntBE(nowMs, 0, 6);
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x70, 6);
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
  return id;
}
