import { mustHold, openBenchStore } from './bench-store.ts';
import { type Contestant, consume, type Group, nanosecondsOf } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

const watched = 'batpak, inspected';
const unwatched = 'batpak, not inspected';

/** What it costs single appends that somebody watches the store's machines. */
export function inspectGroup(workload: Workload): Group {
  let seen = 0;
  return {
    name: 'inspect',
    roundsMax: 2,
    contestants: [
      appends(unwatched, workload, undefined),
      appends(watched, workload, () => {
        seen += 1;
        consume(seen);
      }),
    ],
    rows: [
      {
        name: 'append, inspected',
        measure: 'event',
        unit: 'ns/event',
        subject: watched,
        floor: unwatched,
      },
    ],
  };
}

function appends(name: string, workload: Workload, inspect: (() => void) | undefined): Contestant {
  const { events } = workload;
  return {
    name,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload, inspect === undefined ? {} : { inspect });
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < events; i += 1) {
          consume(store.append(coordinateOf(i), workloadKind, payloadOf(i)).sequence);
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
