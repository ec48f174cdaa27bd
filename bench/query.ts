import { filledStore, libraryName } from './bench-store.ts';
import { collectGarbage } from './harness.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { filledSqlite, type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, type Workload, workloadKind } from './workload.ts';

const passes = 10;
const entityCount = 100;

/**
 * Entries without their payloads: all of one kind, and those of each entity in turn. The goals are
 * of 200 000 entries in 3 ms and of an entity's 2 000 in 50 µs, told by the entry.
 */
export function queryGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [queries(libraryName, workload, (folder) => openLibrary(folder, workload))];
  if (sqlite !== undefined) {
    contestants.push(
      queries(sqliteName, workload, (folder) => openSqlite(folder, workload, sqlite)),
    );
  }
  const common = { unit: 'ns/event', subject: libraryName, peer: sqliteName } as const;
  return {
    name: 'query',
    contestants,
    rows: [
      {
        name: 'entries of a kind',
        measure: 'kind',
        ...common,
        goals: [{ versus: 'absolute', limit: 15, unit: 'ns/event' }],
      },
      {
        name: 'entries of an entity',
        measure: 'entity',
        ...common,
        goals: [{ versus: 'absolute', limit: 25, unit: 'ns/event' }],
      },
    ],
  };
}

/** A contestant's files, opened: both answer with the sum of the sequences they came upon. */
interface Queries {
  ofKind(kind: number): number;
  ofEntity(entity: string): number;
  close(): void;
}

function queries(
  name: string,
  { events }: Workload,
  open: (folder: string) => Queries,
): Contestant {
  return {
    name,
    run: () => {
      const folder = makeScratch();
      const opened = open(folder);
      const byKind = () => opened.ofKind(workloadKind);
      const byEntity = () => {
        let sum = 0;
        for (let entity = 0; entity < entityCount; entity += 1) {
          sum += opened.ofEntity(coordinateOf(entity).entity);
        }
        return sum;
      };
      // Once before, so that neither opening nor the disk is in the time.
      timePasses(byKind, events, 1);
      timePasses(byEntity, events, 1);
      collectGarbage();
      const measured = {
        kind: timePasses(byKind, events, passes),
        entity: timePasses(byEntity, events, passes),
      };
      opened.close();
      removeScratch(folder);
      return measured;
    },
  };
}

/** Nanoseconds an entry. Checks that each pass came upon every event. */
function timePasses(pass: () => number, events: number, count: number): number {
  let sum = 0;
  const nanoseconds = nanosecondsOf(() => {
    for (let done = 0; done < count; done += 1) sum += pass();
  });
  mustEqual('sum of the sequences', sum, (count * events * (events - 1)) / 2);
  return nanoseconds / (events * count);
}

function openLibrary(folder: string, workload: Workload): Queries {
  const store = filledStore(folder, workload, workload.events);
  return {
    ofKind: (kind) => {
      let sum = 0;
      for (const entry of store.byKind(kind)) sum += entry.sequence;
      return sum;
    },
    ofEntity: (entity) => {
      let sum = 0;
      for (const entry of store.stream(entity)) sum += entry.sequence;
      return sum;
    },
    close: () => store.close(),
  };
}

function openSqlite(folder: string, workload: Workload, sqlite: OpenSqlite): Queries {
  const peer = filledSqlite(sqlite, folder, workload.events);
  const sequencesOfKind = peer.sequencesOfKind();
  const sequencesOfEntity = peer.sequencesOfEntity();
  return {
    ofKind: (kind) => sumOf(sequencesOfKind(kind)),
    ofEntity: (entity) => sumOf(sequencesOfEntity(entity)),
    close: () => peer.close(),
  };
}

function sumOf(sequences: readonly number[]): number {
  let sum = 0;
  for (const sequence of sequences) sum += sequence;
  return sum;
}
