import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { median } from './median.ts';
import { bytesIn, makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

// One opening takes milliseconds, and the first of a process more: several make one figure.
const reopenings = 5;

/** Bytes on the disk after close, and how long closing and opening again take. */
export function sizeGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [storeSizes(workload)];
  if (sqlite !== undefined) contestants.push(databaseSizes(workload, sqlite));
  const common = { subject: libraryName, peer: sqliteName };
  return {
    name: 'size',
    roundsMax: 3,
    contestants,
    rows: [
      {
        name: 'segments on disk',
        measure: 'segments',
        unit: 'B/event',
        subject: libraryName,
        goals: [{ versus: 'value', limit: 260 }],
      },
      {
        name: 'all files on disk',
        measure: 'files',
        unit: 'B/event',
        ...common,
        goals: [{ versus: 'value', limit: 320 }],
      },
      { name: 'close', measure: 'close', unit: 'ms', ...common },
      {
        name: 'reopen',
        measure: 'reopen',
        unit: 'ms',
        ...common,
        goals: [{ versus: 'value', limit: 15 }],
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
      const close = nanosecondsOf(() => {
        store.close();
      });
      const files = bytesIn(folder) / events;
      const segments = bytesIn(folder, (path) => path.endsWith('.fbat')) / events;
      const reopen = medianOf(reopenings, () => reopenStore(folder, workload));
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { files, segments, close: close / 1e6, reopen: reopen / 1e6 };
    },
  };
}

/** Nanoseconds until the newest event of the opened store has been read. */
function reopenStore(folder: string, workload: Workload): number {
  const last = workload.events - 1;
  let store: ReturnType<typeof openBenchStore> | undefined;
  const nanoseconds = nanosecondsOf(() => {
    store = openBenchStore(folder, workload);
    mustEqual('newest payload', JSON.stringify(store.at(last)?.payload), lastPayload(workload));
  });
  store?.close();
  return nanoseconds;
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
      const close = nanosecondsOf(() => peer.close());
      const files = bytesIn(folder) / events;
      const reopen = medianOf(reopenings, () => reopenDatabase(folder, workload, sqlite));
      removeScratch(folder);
      return { files, close: close / 1e6, reopen: reopen / 1e6 };
    },
  };
}

function reopenDatabase(folder: string, workload: Workload, sqlite: OpenSqlite): number {
  let peer: ReturnType<OpenSqlite> | undefined;
  const nanoseconds = nanosecondsOf(() => {
    peer = sqlite(folder, 'OFF');
    mustEqual('newest payload', JSON.stringify(peer.newestPayload()), lastPayload(workload));
  });
  peer?.close();
  return nanoseconds;
}

function lastPayload(workload: Workload): string {
  return JSON.stringify(payloadOf(workload.events - 1));
}

function medianOf(times: number, measure: () => number): number {
  return median(Array.from({ length: times }, measure));
}
