import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import type { Contestant, Group } from './measure.ts';
import { bytesIn, makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Bytes on the disk after close. */
export function sizeGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [storeSizes(workload)];
  if (sqlite !== undefined) contestants.push(databaseSizes(workload, sqlite));
  return {
    name: 'size',
    roundsMax: 1,
    warmUp: false,
    contestants,
    rows: [
      {
        name: 'segments on disk',
        measure: 'segments',
        unit: 'B/event',
        subject: libraryName,
        goals: [{ versus: 'absolute', limit: 260, unit: 'B/event' }],
      },
      {
        name: 'all files on disk',
        measure: 'files',
        unit: 'B/event',
        subject: libraryName,
        peer: sqliteName,
        goals: [{ versus: 'absolute', limit: 320, unit: 'B/event' }],
      },
    ],
  };
}

function storeSizes(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      for (let i = 0; i < events; i += 1) store.append(coordinateOf(i), workloadKind, payloadOf(i));
      store.close();
      const files = bytesIn(folder) / events;
      const segments = bytesIn(folder, (path) => path.endsWith('.fbat')) / events;
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { files, segments };
    },
  };
}

function databaseSizes(workload: Workload, sqlite: OpenSqlite): Contestant {
  const { events, batchEvents } = workload;
  return {
    name: sqliteName,
    run: () => {
      const folder = makeScratch();
      const peer = sqlite(folder, 'OFF');
      for (let first = 0; first < events; first += batchEvents) {
        peer.appendBatch(first, Math.min(batchEvents, events - first));
      }
      peer.mustHold(events);
      peer.close();
      const files = bytesIn(folder) / events;
      removeScratch(folder);
      return { files };
    },
  };
}
