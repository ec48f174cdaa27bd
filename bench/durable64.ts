import { libraryName, openBenchStore } from './bench-store.ts';
import { insertsDurably } from './durable.ts';
import { durableTogetherFloor } from './durable-floor.ts';
import { type Contestant, type Group, mustEqual, nanosecondsOfAsync } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type OpenSqlite, sqliteName } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/**
 * 64 callers at the same time, each of which waits until its event is durable before it submits the
 * next. The peer is synchronous, so that its callers can't share a sync: they take turns.
 */
export function durable64Group(workload: Workload, sqlite: OpenSqlite | undefined): Group {
  const floor = durableTogetherFloor(workload);
  const contestants = [floor, submitsDurably(workload)];
  if (sqlite !== undefined) contestants.push(insertsDurably(workload, sqlite));
  return {
    name: 'durable64',
    contestants,
    rows: [
      {
        name: 'submit, durable, 64 callers',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryName,
        floor: floor.name,
        peer: sqliteName,
        goals: [
          { versus: 'absolute', limit: 100_000, unit: 'events/s' },
          { versus: 'peer', limit: 15 },
        ],
      },
    ],
  };
}

function submitsDurably(workload: Workload): Contestant {
  const { durableCallers, durableEventsEach } = workload;
  const events = durableCallers * durableEventsEach;
  return {
    name: libraryName,
    run: async () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const call = async (caller: number) => {
        for (let i = 0; i < durableEventsEach; i += 1) {
          const { sequence } = await store.submit(coordinateOf(caller), workloadKind, payloadOf(i))
            .durable;
          if ((store.durableThrough() ?? -1) < sequence) mustEqual('durable', false, true);
        }
      };
      const nanoseconds = await nanosecondsOfAsync(async () => {
        await Promise.all(Array.from({ length: durableCallers }, (_, caller) => call(caller)));
      });
      mustEqual('durable through', store.durableThrough(), events - 1);
      store.close();
      mustHoldEachCaller(folder, workload);
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}

/** Checks that every caller's events are there, in its order; the callers may have overtaken. */
function mustHoldEachCaller(folder: string, workload: Workload): void {
  const { durableCallers, durableEventsEach } = workload;
  const store = openBenchStore(folder, workload);
  mustEqual('events', store.eventCount, durableCallers * durableEventsEach);
  for (let caller = 0; caller < durableCallers; caller += 1) {
    let count = 0;
    for (const { clock } of store.stream(coordinateOf(caller).entity)) {
      mustEqual('clock', clock, count);
      count += 1;
    }
    mustEqual(`events of caller ${caller}`, count, durableEventsEach);
  }
  store.close();
}
