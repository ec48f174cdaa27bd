import type { Projection } from '../src/index.ts';
import { fillWithBatches, libraryName, openBenchStore } from './bench-store.ts';
import {
  eventStorageName,
  filledEventStorage,
  type OpenEventStorage,
} from './event-storage-peer.ts';
import { collectGarbage } from './harness.ts';
import { library } from './library.ts';
import { filledLmdb, lmdbName, type OpenLmdb } from './lmdb-peer.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch } from './scratch.ts';
import { filledSqlite, type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import type { Workload } from './workload.ts';

interface Counted {
  readonly events: number;
}

const initial = (): Counted => ({ events: 0 });
const apply = ({ events }: Counted): Counted => ({ events: events + 1 });
const overEntries: Projection<Counted> = library.defineProjection({
  ...{ name: 'count-entries', version: 1, reads: 'entries', initial, apply },
});
const overEvents: Projection<Counted> = library.defineProjection({
  ...{ name: 'count-events', version: 1, initial, apply },
});

/**
 * A projection that counts, made anew from a whole log: of the library over entries, which are in
 * memory, and over events, payloads and all. Peers read their events as they stand, and count them;
 * SQLite counts rows. Each has its files made once, and opens them for each round.
 */
export function rebuildGroup(
  workload: Workload,
  sqlite: OpenSqlite | undefined,
  lmdb: OpenLmdb | undefined,
  eventStorage: OpenEventStorage | undefined,
): Group {
  const contestants = [rebuildsLibrary(workload)];
  if (sqlite !== undefined) contestants.push(rebuildsSqlite(workload, sqlite));
  if (lmdb !== undefined) contestants.push(rebuildsLmdb(workload, lmdb));
  if (eventStorage !== undefined) contestants.push(rebuildsEventStorage(workload, eventStorage));
  const entries = { unit: 'ns/event', subject: libraryName, measure: 'entries' } as const;
  const events = { unit: 'ns/event', subject: libraryName, measure: 'events' } as const;
  return {
    name: 'rebuild',
    roundsMax: 3,
    contestants,
    rows: [
      {
        ...{ ...entries, name: 'rebuild over entries', peer: sqliteName },
        goals: [{ versus: 'absolute', limit: 1_000_000, unit: 'events/s' }],
      },
      { ...events, name: 'rebuild over events, lmdb', peer: lmdbName },
      { ...events, name: 'rebuild over events, event-storage', peer: eventStorageName },
    ],
  };
}

function rebuildsLibrary(workload: Workload): Contestant {
  const { rebuildEvents: events } = workload;
  const folder = madeOnce((made) => {
    const store = openBenchStore(made, workload);
    fillWithBatches(store, workload, events);
    store.close();
  });
  return {
    name: libraryName,
    run: async () => {
      const store = openBenchStore(await folder(), workload);
      const rebuild = (projection: Projection<Counted>): number =>
        store.projectAll([projection], library.Region.all())[0].events;
      const measured = {
        entries: timeRebuild(() => rebuild(overEntries), events),
        events: timeRebuild(() => rebuild(overEvents), events),
      };
      store.close();
      return measured;
    },
  };
}

function rebuildsSqlite({ rebuildEvents: events }: Workload, sqlite: OpenSqlite): Contestant {
  const folder = madeOnce((made) => filledSqlite(sqlite, made, events).close());
  return {
    name: sqliteName,
    run: async () => {
      const peer = sqlite(await folder(), 'OFF');
      const entries = timeRebuild(() => peer.countAll(), events);
      peer.close();
      return { entries };
    },
  };
}

function rebuildsLmdb({ rebuildEvents }: Workload, lmdb: OpenLmdb): Contestant {
  const folder = madeOnce(async (made) => (await filledLmdb(lmdb, made, rebuildEvents)).close());
  return {
    name: lmdbName,
    run: async () => {
      const database = lmdb(await folder());
      const values = (): Iterable<unknown> => database.getRange();
      const events = timeRebuild(() => fold(values()), rebuildEvents);
      await database.close();
      return { events };
    },
  };
}

function rebuildsEventStorage({ rebuildEvents }: Workload, open: OpenEventStorage): Contestant {
  const folder = madeOnce(async (made) =>
    (await filledEventStorage(open, made, rebuildEvents)).close(),
  );
  return {
    name: eventStorageName,
    run: async () => {
      const store = await open(await folder());
      const events = timeRebuild(() => fold(store.getAllEvents()), rebuildEvents);
      store.close();
      return { events };
    },
  };
}

/** A folder that is filled when it is first asked for. */
function madeOnce(fill: (folder: string) => void | Promise<void>): () => Promise<string> {
  let made: Promise<string> | undefined;
  const make = async (): Promise<string> => {
    const folder = makeScratch();
    await fill(folder);
    return folder;
  };
  return () => {
    made ??= make();
    return made;
  };
}

function fold(events: Iterable<unknown>): number {
  let state = initial();
  for (const _ of events) state = apply(state);
  return state.events;
}

/** Nanoseconds an event, of the second of two times. Checks the count. */
function timeRebuild(rebuild: () => number, events: number): number {
  const once = (): void => mustEqual('events that were counted', rebuild(), events);
  once();
  collectGarbage();
  return nanosecondsOf(once) / events;
}
