import { filledStore, libraryName } from './bench-store.ts';
import { sumOfPlain } from './entry-floor.ts';
import { collectGarbage } from './harness.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { filledSqlite, type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, type Workload, workloadKind } from './workload.ts';

const passes = 10;
const entityCount = 100;
const floorName = 'floor of entries';

/**
 * Entries without their payloads: all of one kind, and those of each entity in turn. The goals are
 * of 200 000 entries in 3 ms and of an entity's 2 000 in 50 µs, told by the entry. The floor makes
 * the same objects and looks for nothing.
 */
export function queryGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [
    queries(floorName, workload, () => openFloor(workload)),
    queries(libraryName, workload, (folder) => openLibrary(folder, workload)),
  ];
  if (sqlite !== undefined) {
    contestants.push(
      queries(sqliteName, workload, (folder) => openSqlite(folder, workload, sqlite)),
    );
  }
  const row = { subject: libraryName, floor: floorName, peer: sqliteName };
  const common = { unit: 'ns/event', ...row } as const;
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
      // Once before, so that neither opening nor the disk is in the time; and after the collection,
      // which drops compiled code that refers to the store of the round before.
      collectGarbage();
      timePasses(byKind, events, 1);
      timePasses(byEntity, events, 1);
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

function openFloor({ events }: Workload): Queries {
  const owner = {};
  const firsts = new Map<string, number>();
  for (let first = 0; first < entityCount; first += 1)
    firsts.set(coordinateOf(first).entity, first);
  return {
    ofKind: () => sumOfPlain(owner, 0, 1, events),
    ofEntity: (entity) => sumOfPlain(owner, firsts.get(entity) ?? events, entityCount, events),
    close: () => undefined,
  };
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
