import type { Store } from '../src/index.ts';
import { library } from './library.ts';
import { MisbehaviourError, mustEqual } from './measure.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Name of the library in the report. */
export const libraryName = 'batpak';

/** Opens a store as workload A asks: segments and everything else as they are by default. */
export function openBenchStore(folder: string, workload: Workload): Store {
  return library.openStore({
    dataDir: folder,
    sync: { everyNEvents: workload.syncEveryNEvents, mode: 'data' },
  });
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
