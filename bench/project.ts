import { join } from 'node:path';
import type { Projection, Store } from '../src/index.ts';
import { fillWithBatches, libraryName, openBenchStore } from './bench-store.ts';
import { library, lmdbLibrary } from './library.ts';
import { type Contestant, consume, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, type Workload, workloadKind } from './workload.ts';

const repeats = 100_000;
const sqliteRepeats = 2000;
/** Half of them are asked for first, so that what is measured is compiled. */
const cachedEntities = 8000;
const eventsOfCached = 4;
const entity = coordinateOf(0).entity;

/** Counts in an object, as states mostly are. */
const count: Projection<{ readonly events: number }> = library.defineProjection({
  name: 'count',
  version: 1,
  reads: 'entries',
  initial: () => ({ events: 0 }),
  apply: ({ events }) => ({ events: events + 1 }),
});

/**
 * States of projections: one that is in memory, and one that is in an LMDB cache alone. The peer
 * counts its rows.
 */
export function projectGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [projects(workload)];
  if (sqlite !== undefined) contestants.push(countsRows(workload, sqlite));
  const row = { subject: libraryName, peer: sqliteName };
  return {
    name: 'project',
    roundsMax: 3,
    contestants,
    rows: [
      {
        ...{ ...row, name: 'project, unchanged', measure: 'repeated', unit: 'ns/call' },
        goals: [{ versus: 'absolute', limit: 1, unit: 'µs/call' }],
      },
      {
        ...{ name: 'project, from LMDB', measure: 'hit', unit: 'ns/call', subject: libraryName },
        goals: [{ versus: 'absolute', limit: 10, unit: 'µs/call' }],
      },
    ],
  };
}

function projects(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: libraryName,
    run: async () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      fillWithBatches(store, workload, events);
      const repeated = nanosecondsOf(() => {
        for (let i = 0; i < repeats; i += 1) consume(store.project(count, entity)?.events ?? 0);
      });
      mustEqual('count of an entity', store.project(count, entity)?.events, events / 100);
      store.close();
      const hit = await hitsOfLmdb(workload, folder);
      removeScratch(folder);
      return { repeated: repeated / repeats, hit };
    },
  };
}

/** Nanoseconds of a projection whose state is in the cache, and not in memory. */
async function hitsOfLmdb(workload: Workload, folder: string): Promise<number> {
  const open = async (): Promise<Store> => {
    const cache = await lmdbLibrary.LmdbCache.open({ directory: join(folder, 'cache') });
    return openBenchStore(join(folder, 'cached'), workload, { cache });
  };
  const names = Array.from({ length: cachedEntities }, (_, index) => `cached:${index}`);
  const filled = await open();
  for (const at of names) {
    const items = Array.from({ length: eventsOfCached }, () => ({
      at,
      kind: workloadKind,
      payload: 1,
    }));
    filled.appendBatch(items, { durable: false });
    consume(filled.project(count, at)?.events ?? 0);
  }
  filled.close();
  const store = await open();
  const asked = names.splice(0, cachedEntities / 2);
  for (const at of names) consume(store.project(count, at)?.events ?? 0);
  const nanoseconds = nanosecondsOf(() => {
    for (const at of asked) mustEqual('cached', store.project(count, at)?.events, eventsOfCached);
  });
  store.close();
  return nanoseconds / asked.length;
}

function countsRows(workload: Workload, sqlite: OpenSqlite): Contestant {
  const { events, batchEvents } = workload;
  return {
    name: sqliteName,
    run: () => {
      const folder = makeScratch();
      const peer = sqlite(folder, 'OFF');
      for (let first = 0; first < events; first += batchEvents) {
        peer.appendBatch(first, Math.min(batchEvents, events - first));
      }
      const repeated = nanosecondsOf(() => {
        for (let i = 0; i < sqliteRepeats; i += 1) consume(peer.countOf(entity));
      });
      mustEqual('rows of an entity', peer.countOf(entity), events / 100);
      peer.close();
      removeScratch(folder);
      return { repeated: repeated / sqliteRepeats };
    },
  };
}
