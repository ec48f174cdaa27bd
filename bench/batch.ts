import { itemsOf, libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { batchFloor } from './limit.ts';
import { type Contestant, consume, type Group, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { batchCountOf, type Workload } from './workload.ts';

/** Atomic batches of 256 events, each batch durable before the call returns. */
export function batchGroup(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const floor = batchFloor(workload);
  const contestants = [floor, appendBatches(workload)];
  if (sqlite !== undefined) contestants.push(insertBatches(workload, sqlite));
  return {
    name: 'batch',
    contestants,
    rows: [
      {
        name: 'batch256+fsync',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryName,
        floor: floor.name,
        peer: sqliteName,
        goals: [
          { versus: 'absolute', limit: 3.5, unit: 'µs/event' },
          { versus: 'floor', limit: 2 },
        ],
      },
    ],
  };
}

function appendBatches(workload: Workload): Contestant {
  const { batchEvents } = workload;
  const batches = batchCountOf(workload);
  const events = batches * batchEvents;
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const nanoseconds = nanosecondsOf(() => {
        for (let batch = 0; batch < batches; batch += 1) {
          consume(store.appendBatch(itemsOf(batch * batchEvents, batchEvents)).length);
        }
      });
      store.close();
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}

function insertBatches(workload: Workload, sqlite: OpenSqlite): Contestant {
  const { batchEvents } = workload;
  const batches = batchCountOf(workload);
  const events = batches * batchEvents;
  return {
    name: sqliteName,
    run: () => {
      const folder = makeScratch();
      const peer = sqlite(folder, 'FULL');
      const nanoseconds = nanosecondsOf(() => {
        for (let batch = 0; batch < batches; batch += 1) {
          peer.appendBatch(batch * batchEvents, batchEvents);
        }
      });
      peer.mustHold(events);
      peer.close();
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}
