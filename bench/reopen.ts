import { cpSync } from 'node:fs';
import {
  fillWithBatches,
  libraryName,
  mustHold,
  openBenchStore,
  timeReopening,
} from './bench-store.ts';
import { runChild } from './child.ts';
import {
  type Contestant,
  type Group,
  MisbehaviourError,
  mustEqual,
  nanosecondsOf,
} from './measure.ts';
import { median } from './median.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { payloadOf, type Workload } from './workload.ts';

// One opening takes milliseconds, and the first of a process more: several make one figure.
const reopenings = 5;

/**
 * How long closing takes, and opening again until the newest event has been read: after a close,
 * and after the writing process was killed.
 */
export function reopenGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const contestants = [closesAndReopens(workload), recovers(workload)];
  if (sqlite !== undefined) contestants.push(closesAndReopensDatabase(workload, sqlite));
  const common = { unit: 'ms' as const, subject: libraryName, peer: sqliteName };
  return {
    name: 'reopen',
    roundsMax: 3,
    contestants,
    rows: [
      { name: 'close', measure: 'close', ...common },
      {
        name: 'reopen',
        measure: 'reopen',
        ...common,
        goals: [{ versus: 'absolute', limit: 15, unit: 'ms' }],
      },
      {
        name: 'reopen after a crash',
        measure: 'recover',
        unit: 'ms',
        subject: afterCrash,
        goals: [{ versus: 'absolute', limit: 300, unit: 'ms' }],
      },
    ],
  };
}

const afterCrash = `${libraryName} after a crash`;

function closesAndReopens(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      fillWithBatches(store, workload, events);
      const close = nanosecondsOf(() => {
        store.close();
      });
      const reopen = medianOf(() => timeReopening(folder, workload, events));
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { close: close / 1e6, reopen: reopen / 1e6 };
    },
  };
}

/** Opens copies of what a killed process left, for opening a store may repair it. */
function recovers(workload: Workload): Contestant {
  const { events } = workload;
  let crashed: string | undefined;
  return {
    name: afterCrash,
    run: () => {
      crashed ??= writeAndCrash(events);
      const folder = makeScratch();
      cpSync(crashed, folder, { recursive: true });
      const recover = timeReopening(folder, workload, events);
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { recover: recover / 1e6 };
    },
  };
}

/** A store of so many events whose writer was killed. */
function writeAndCrash(events: number): string {
  const folder = makeScratch();
  const { ended } = runChild('crash-child.ts', [folder, String(events)]);
  if (ended) throw new MisbehaviourError('a process that was to be killed has ended by itself');
  return folder;
}

function closesAndReopensDatabase(workload: Workload, sqlite: OpenSqlite): Contestant {
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
      const reopen = medianOf(() => reopenDatabase(folder, workload, sqlite));
      removeScratch(folder);
      return { close: close / 1e6, reopen: reopen / 1e6 };
    },
  };
}

function reopenDatabase(folder: string, { events }: Workload, sqlite: OpenSqlite): number {
  const newest = JSON.stringify(payloadOf(events - 1));
  let peer: ReturnType<OpenSqlite> | undefined;
  const nanoseconds = nanosecondsOf(() => {
    peer = sqlite(folder, 'OFF');
    mustEqual('newest payload', JSON.stringify(peer.newestPayload()), newest);
  });
  peer?.close();
  return nanoseconds;
}

function medianOf(measure: () => number): number {
  return median(Array.from({ length: reopenings }, measure));
}
