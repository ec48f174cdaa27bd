import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { submitFloor, submitGroupEvents } from './limit.ts';
import { type Contestant, type Group, nanosecondsOfAsync } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

/** Submitted events: the caller waits for 1 024 of them at a time. */
export function submitGroup(workload: Workload): Group {
  const floor = submitFloor(workload);
  return {
    name: 'submit',
    contestants: [floor, submits(workload)],
    rows: [
      {
        name: 'submit',
        measure: 'event',
        unit: 'ns/event',
        subject: libraryName,
        floor: floor.name,
        goals: [{ versus: 'floor', limit: 2 }],
      },
    ],
  };
}

function submits(workload: Workload): Contestant {
  const { events } = workload;
  return {
    name: libraryName,
    run: async () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const nanoseconds = await nanosecondsOfAsync(async () => {
        for (let i = 0; i < events; i += 1) {
          const ticket = store.submit(coordinateOf(i), workloadKind, payloadOf(i));
          // Events are written in the order of the calls: the newest answers for those before it.
          if ((i + 1) % submitGroupEvents === 0 || i === events - 1) await ticket;
        }
        store.sync();
      });
      store.close();
      mustHold(folder, workload, events);
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}
