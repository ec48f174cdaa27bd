import { fillWithBatches, libraryName, openBenchStore } from './bench-store.ts';
import { library } from './library.ts';
import { type Contestant, consume, type Group, mustEqual, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { OpenSqlite } from './sqlite-peer.ts';
import { coordinateOf, type Workload } from './workload.ts';

const batchEvents = 64;
const idlePolls = 100_000;

/**
 * A cursor that reads a whole store in batches of 64: entries, events with their payloads, those of
 * one entity; and what it costs to ask one that is through.
 */
export function cursorGroup(workload: Workload, _sqlite: OpenSqlite | undefined): Group {
  const common = { unit: 'ns/event' as const, subject: libraryName };
  return {
    name: 'cursor',
    contestants: [reads(workload)],
    rows: [
      {
        name: 'cursor, entries in batches of 64',
        measure: 'entries',
        ...common,
        goals: [{ versus: 'absolute', limit: 0.5, unit: 'µs/event' }],
      },
      { name: 'cursor, events in batches of 64', measure: 'events', ...common },
      { name: 'cursor, one entity of 100, entries', measure: 'entity', ...common },
      { name: 'cursor, asked in vain', measure: 'idle', unit: 'ns/call', subject: libraryName },
    ],
  };
}

function reads(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      fillWithBatches(store, workload, events);
      const all = library.Region.all();
      const one = library.Region.entity(coordinateOf(0).entity);
      const entries = store.cursorGuaranteed(all, { read: 'entries' });
      const whole = store.cursorGuaranteed(all);
      const entity = store.cursorGuaranteed(one, { read: 'entries' });
      const measured = {
        entries: readThrough(entries, events),
        events: readThrough(whole, events),
        entity: readThrough(entity, Math.ceil(events / 100)),
        idle: askInVain(entries),
      };
      store.close();
      removeScratch(folder);
      return measured;
    },
  };
}

interface Polled {
  pollBatch(max: number): { readonly clock: number }[];
}

/** Nanoseconds an event until the cursor is through. */
function readThrough(cursor: Polled, events: number): number {
  let count = 0;
  const nanoseconds = nanosecondsOf(() => {
    for (;;) {
      const batch = cursor.pollBatch(batchEvents);
      if (batch.length === 0) break;
      count += batch.length;
      for (const { clock } of batch) consume(clock);
    }
  });
  mustEqual('events of the cursor', count, events);
  return nanoseconds / events;
}

/** Nanoseconds a call while nothing is new. */
function askInVain(cursor: Polled): number {
  const nanoseconds = nanosecondsOf(() => {
    for (let call = 0; call < idlePolls; call += 1) consume(cursor.pollBatch(batchEvents).length);
  });
  return nanoseconds / idlePolls;
}
