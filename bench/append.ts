import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { singlesFloor } from './limit.ts';
import { type Contestant, consume, type Group, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/**
 * Single appends, each in the file before the call returns, made durable every 1 000. The peer
 * inserts each in a transaction of its own and never syncs.
 */
export function appendGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const floor = singlesFloor(workload);
  const contestants = [floor, appendSingles(workload)];
  if (sqlite !== undefined) contestants.push(insertSingles(workload, sqlite));
  return {
    name: 'append',
    contestants,
    rows: [
      {
        name: 'append',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryName,
        floor: floor.name,
        peer: sqliteName,
        goals: [
          { versus: 'floor', limit: 1.6 },
          { versus: 'floor', limit: 1.4 },
          { versus: 'peer', limit: 4 },
        ],
      },
    ],
  };
}

function appendSingles(workload: Workload): Contestant {
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < workload.events; i += 1) {
          consume(store.append(coordinateOf(i), workloadKind, payloadOf(i)).sequence);
        }
        // The floor's last sync is in its time; whatever of ours is still to come belongs here.
        store.sync();
      });
      store.close();
      mustHold(folder, workload, workload.events);
      removeScratch(folder);
      return { event: nanoseconds / workload.events };
    },
  };
}

function insertSingles(workload: Workload, sqlite: OpenSqlite): Contestant {
  return {
    name: sqliteName,
    run: () => {
      const folder = makeScratch();
      const peer = sqlite(folder, 'OFF');
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < workload.events; i += 1) peer.append(i);
      });
      peer.mustHold(workload.events);
      peer.close();
      removeScratch(folder);
      return { event: nanoseconds / workload.events };
    },
  };
}
