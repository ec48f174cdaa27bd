import type { BatchItem, Store, StoreOptions } from '../src/index.ts';
import { library } from './library.ts';
import { MisbehaviourError, mustEqual, nanosecondsOf } from './measure.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Name of the library in the report. */
export const libraryName = 'batpak';

/** Opens a store as workload A asks: what `more` doesn't say is as it is by default. */
export function openBenchStore(
  folder: string,
  workload: Workload,
  more: Omit<StoreOptions, 'dataDir'> = {},
): Store {
  return library.openStore({
    ...more,
    dataDir: folder,
    sync: { everyNEvents: workload.syncEveryNEvents, mode: 'data', ...more.sync },
  });
}

/** Nanoseconds until the newest of so many events of the store, opened again, has been read. */
export function timeReopening(folder: string, workload: Workload, events: number): number {
  const newest = JSON.stringify(payloadOf(events - 1));
  let store: Store | undefined;
  const nanoseconds = nanosecondsOf(() => {
    store = openBenchStore(folder, workload);
    mustEqual('newest payload', JSON.stringify(store.at(events - 1)?.payload), newest);
  });
  if (store !== undefined) mustCount(store, events);
  store?.close();
  return nanoseconds;
}

/** Appends the first so many events of the workload in batches that wait for no sync. */
export function fillWithBatches(store: Store, workload: Workload, events: number): void {
  for (let first = 0; first < events; first += workload.batchEvents) {
    const count = Math.min(workload.batchEvents, events - first);
    store.appendBatch(itemsOf(first, count), { durable: false });
  }
}

/** A store that holds so many events of the workload, closed and opened again. */
export function filledStore(folder: string, workload: Workload, events: number): Store {
  const writing = openBenchStore(folder, workload);
  fillWithBatches(writing, workload, events);
  writing.close();
  return openBenchStore(folder, workload);
}

/** Items of a batch: so many events of the workload from the first on. */
export function itemsOf(first: number, count: number): BatchItem[] {
  return Array.from({ length: count }, (_, at) => ({
    at: coordinateOf(first + at),
    kind: workloadKind,
    payload: payloadOf(first + at),
  }));
}

/** Opens the closed store again and checks that it holds exactly these events of the workload. */
export function mustHold(folder: string, workload: Workload, events: number): void {
  const store = openBenchStore(folder, workload);
  mustCount(store, events);
  let count = 0;
  for (const entry of store.query(library.Region.all())) {
    mustEqual('sequence', entry.sequence, count);
    mustEqual('kind', entry.kind, workloadKind);
    count += 1;
  }
  mustEqual('events in the index', count, events);
  for (const sequence of [0, events >> 1, events - 1]) mustHoldEvent(store, sequence);
  store.close();
}

/** Checks how many events an open store has. */
export function mustCount(store: Store, events: number): void {
  mustEqual('events in the store', store.eventCount, events);
}

function mustHoldEvent(store: Store, sequence: number): void {
  const event = store.at(sequence);
  if (event === undefined) throw new MisbehaviourError(`event ${sequence} is missing`);
  mustEqual('entity', event.entity, coordinateOf(sequence).entity);
  mustEqual('scope', event.scope, coordinateOf(sequence).scope);
  mustEqual('payload', JSON.stringify(event.payload), JSON.stringify(payloadOf(sequence)));
}
