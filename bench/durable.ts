import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { durableFloor } from './durable-floor.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Single appends, each durable before the call returns, with and without zeros ahead. */
export function durableGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const floor = durableFloor(workload, true);
  const growing = durableFloor(workload, false);
  const contestants = [
    floor,
    growing,
    appendsDurably(libraryName, workload, 'auto'),
    appendsDurably(libraryGrowing, workload, 'never'),
  ];
  if (sqlite !== undefined) contestants.push(insertsDurably(workload, sqlite));
  return {
    name: 'durable',
    contestants,
    rows: [
      {
        name: 'append, durable',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryName,
        floor: floor.name,
        peer: sqliteName,
        goals: [{ versus: 'peer', limit: 1 }],
      },
      {
        name: 'append, durable, file growing',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryGrowing,
        floor: growing.name,
        peer: sqliteName,
      },
    ],
  };
}

const libraryGrowing = `${libraryName}, file growing`;

function appendsDurably(
  name: string,
  workload: Workload,
  preallocate: 'auto' | 'never',
): Contestant {
  const { durableEvents } = workload;
  return {
    name,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload, { sync: { preallocate } });
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < durableEvents; i += 1) {
          const receipt = store.append(coordinateOf(i), workloadKind, payloadOf(i), {
            durable: true,
          });
          mustEqual('durability', receipt.durability, 'durable');
        }
      });
      store.close();
      mustHold(folder, workload, durableEvents);
      removeScratch(folder);
      return { event: nanoseconds / durableEvents };
    },
  };
}

/** Inserts in the peer that are each durable before the next. */
export function insertsDurably(workload: Workload, sqlite: OpenSqlite): Contestant {
  const { durableEvents } = workload;
  return {
    name: sqliteName,
    run: () => {
      const folder = makeScratch();
      const peer = sqlite(folder, 'FULL');
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < durableEvents; i += 1) peer.append(i);
      });
      peer.mustHold(durableEvents);
      peer.close();
      removeScratch(folder);
      return { event: nanoseconds / durableEvents };
    },
  };
}
