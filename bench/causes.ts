import type { BatchItem, Store } from '../src/index.ts';
import { itemsOf, libraryName, openBenchStore } from './bench-store.ts';
import { collectGarbage } from './harness.ts';
import { library } from './library.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { OpenSqlite } from './sqlite-peer.ts';
import type { Workload } from './workload.ts';

/** One event in ten causes the nine behind it. */
const familySize = 10;
const asked = 2000;

/**
 * Which events an event has caused: the first question to a store that was opened, which reads all
 * frames, later ones, and the way back from an effect to its cause. A scan stands beside the first.
 */
export function causesGroup(workload: Workload, _sqlite: OpenSqlite | undefined): Group {
  const row = { subject: libraryName } as const;
  return {
    name: 'causes',
    contestants: [follows(workload)],
    rows: [
      { ...row, name: 'first effects of a store', measure: 'first', unit: 'ns/event' },
      { ...row, name: 'scan without payloads', measure: 'scan', unit: 'ns/event' },
      { ...row, name: 'effects, later', measure: 'effects', unit: 'µs/call' },
      { ...row, name: 'causes', measure: 'causes', unit: 'µs/call' },
    ],
  };
}

function follows(workload: Workload): Contestant {
  const events = Math.floor(workload.events / familySize) * familySize;
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      fill(folder, workload, events);
      const store = openBenchStore(folder, workload);
      const { Region } = library;
      const families = Array.from({ length: asked }, (_, index) => {
        const first = ((index * 7919) % (events / familySize)) * familySize;
        return { cause: idAt(store, first), effect: idAt(store, first + 1) };
      });
      const scan = nanosecondsOf(() => {
        let count = 0;
        for (const _ of store.events(Region.all())) count += 1;
        mustEqual('events', count, events);
      });
      collectGarbage();
      const first = nanosecondsOf(() => mustHaveEffects(store, families.slice(0, 1)));
      mustHaveEffects(store, families);
      collectGarbage();
      const effects = nanosecondsOf(() => mustHaveEffects(store, families));
      const causes = nanosecondsOf(() => {
        for (const { cause, effect } of families) {
          const [found] = store.causes(effect);
          mustEqual('cause', found?.eventId, cause);
        }
      });
      store.close();
      removeScratch(folder);
      return {
        first: first / events,
        scan: scan / events,
        effects: effects / asked / 1e3,
        causes: causes / asked / 1e3,
      };
    },
  };
}

function mustHaveEffects(store: Store, families: readonly { readonly cause: string }[]): void {
  for (const { cause } of families) {
    mustEqual('effects', [...store.effects(cause)].length, familySize - 1);
  }
}

function idAt(store: Store, sequence: number): string {
  return store.at(sequence)?.eventId ?? '';
}

function fill(folder: string, workload: Workload, events: number): void {
  const store = openBenchStore(folder, workload);
  for (let first = 0; first < events; first += familySize) {
    const items = itemsOf(first, familySize).map(
      (item, index): BatchItem => (index === 0 ? item : { ...item, causation: { item: 0 } }),
    );
    store.appendBatch(items, { durable: false });
  }
  store.close();
}
