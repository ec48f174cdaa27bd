import { filledStore, libraryName } from './bench-store.ts';
import {
  type EventStorageEvent,
  eventStorageName,
  filledEventStorage,
  type OpenEventStorage,
} from './event-storage-peer.ts';
import { collectGarbage } from './harness.ts';
import { library } from './library.ts';
import { filledLmdb, lmdbName, type OpenLmdb } from './lmdb-peer.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { filledSqlite, type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import type { Workload } from './workload.ts';

/**
 * Every event once by its id, in random order, and all of them in one pass, each with its payload
 * decoded. Each contestant reads files that were closed and opened again, and does all of it once
 * before its time is taken, so that neither opening nor the disk is in it.
 */
export function readGroup(
  workload: Workload,
  sqlite: OpenSqlite | undefined,
  lmdb: OpenLmdb | undefined,
  eventStorage: OpenEventStorage | undefined,
): Group {
  const contestants = [reads(libraryName, workload, (folder) => openLibrary(folder, workload))];
  if (sqlite !== undefined) {
    contestants.push(reads(sqliteName, workload, (folder) => openSqlite(folder, workload, sqlite)));
  }
  if (lmdb !== undefined) {
    contestants.push(reads(lmdbName, workload, (folder) => openLmdb(folder, workload, lmdb)));
  }
  if (eventStorage !== undefined) {
    const open = (folder: string) => openEventStorage(folder, workload, eventStorage);
    contestants.push(reads(eventStorageName, workload, open));
  }
  const get = { measure: 'get', unit: 'ns/event', subject: libraryName } as const;
  const scan = { measure: 'scan', unit: 'ns/event', subject: libraryName } as const;
  return {
    name: 'read',
    contestants,
    rows: [
      {
        name: 'get by id',
        ...get,
        peer: sqliteName,
        goals: [{ versus: 'absolute', limit: 3, unit: 'µs/event' }],
      },
      { name: 'get by id, lmdb by sequence', ...get, peer: lmdbName },
      { name: 'get by id, event-storage by number', ...get, peer: eventStorageName },
      {
        name: 'scan with payloads',
        ...scan,
        peer: sqliteName,
        goals: [{ versus: 'absolute', limit: 1, unit: 'µs/event' }],
      },
      { name: 'scan with payloads, lmdb', ...scan, peer: lmdbName },
      { name: 'scan with payloads, event-storage', ...scan, peer: eventStorageName },
    ],
  };
}

/** What was read: how many events, and the sum of `i` in their payloads. */
interface Tally {
  count: number;
  sum: number;
}

/** A contestant's files, opened. */
interface Reader {
  /** Reads the events of these sequences one by one. */
  get(order: Uint32Array, tally: Tally): void;
  /** Reads all events in one pass. */
  scan(tally: Tally): void;
  close(): void | Promise<void>;
}

function reads(
  name: string,
  { events }: Workload,
  open: (folder: string) => Reader | Promise<Reader>,
): Contestant {
  const order = shuffled(events);
  return {
    name,
    run: async () => {
      const folder = makeScratch();
      const reader = await open(folder);
      const get = (tally: Tally) => reader.get(order, tally);
      const scan = (tally: Tally) => reader.scan(tally);
      mustReadAll(get, events);
      mustReadAll(scan, events);
      collectGarbage();
      const measured = { get: mustReadAll(get, events), scan: mustReadAll(scan, events) };
      await reader.close();
      removeScratch(folder);
      return measured;
    },
  };
}

/** Nanoseconds an event. Checks that each event was read. */
function mustReadAll(read: (tally: Tally) => void, events: number): number {
  const tally = { count: 0, sum: 0 };
  const nanoseconds = nanosecondsOf(() => read(tally));
  mustEqual('events that were read', tally.count, events);
  mustEqual('sum over their payloads', tally.sum, (events * (events - 1)) / 2);
  return nanoseconds / events;
}

function openLibrary(folder: string, workload: Workload): Reader {
  const store = filledStore(folder, workload, workload.events);
  const all = library.Region.all();
  const ids = Array.from(store.query(all), ({ eventId }) => eventId);
  return {
    get: (order, tally) => {
      for (const sequence of order) count(tally, store.get(ids[sequence] ?? '')?.payload);
    },
    scan: (tally) => {
      for (const event of store.events(all)) count(tally, event.payload);
    },
    close: () => void store.close(),
  };
}

function openSqlite(folder: string, workload: Workload, sqlite: OpenSqlite): Reader {
  const peer = filledSqlite(sqlite, folder, workload.events);
  const ids = peer.ids();
  const payloadById = peer.payloadById();
  const noId = Buffer.alloc(0);
  return {
    get: (order, tally) => {
      for (const sequence of order) count(tally, payloadById(ids[sequence] ?? noId));
    },
    scan: (tally) => peer.eachPayload((payload) => count(tally, payload)),
    close: () => peer.close(),
  };
}

async function openLmdb(folder: string, workload: Workload, lmdb: OpenLmdb): Promise<Reader> {
  const database = await filledLmdb(lmdb, folder, workload.events);
  return {
    get: (order, tally) => {
      for (const sequence of order) count(tally, database.get(sequence)?.payload);
    },
    scan: (tally) => {
      for (const { value } of database.getRange()) count(tally, value.payload);
    },
    close: () => database.close(),
  };
}

/** event-storage finds an event by its number in a stream, here the one of all events: by no id. */
async function openEventStorage(
  folder: string,
  { events }: Workload,
  open: OpenEventStorage,
): Promise<Reader> {
  const store = await filledEventStorage(open, folder, events);
  return {
    get: (order, tally) => {
      for (const number of order) {
        const [event] = store.getAllEvents<EventStorageEvent>(number, number);
        count(tally, event?.payload);
      }
    },
    scan: (tally) => {
      for (const { payload } of store.getAllEvents<EventStorageEvent>()) count(tally, payload);
    },
    close: () => store.close(),
  };
}

function count(tally: Tally, payload: unknown): void {
  if (typeof payload !== 'object' || payload === null || !('i' in payload)) return;
  if (typeof payload.i !== 'number') return;
  tally.count += 1;
  tally.sum += payload.i;
}

/** All sequences in an order that is random and the same in every run. */
function shuffled(events: number): Uint32Array {
  const order = Uint32Array.from({ length: events }, (_, sequence) => sequence);
  let state = 1;
  for (let last = events - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 0x1_0000_0000) * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
