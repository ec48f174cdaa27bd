import { loadsAccounts } from './aggregates-load.ts';
import { holdsAccounts, memoryName } from './aggregates-memory.ts';
import { appendName, appendsPayloads, sendsCommands } from './aggregates-send.ts';
import { libraryName } from './bench-store.ts';
import type { Contestant, Group } from './measure.ts';
import type { Workload } from './workload.ts';

/**
 * Aggregates with their store: what a command costs beside a plain append of its payload, what it
 * takes to load one from the disk and from a cache, and what a live one takes in memory.
 */
export function aggregatesGroup(workload: Workload): Group {
  const row = { subject: libraryName };
  const load = { ...row, unit: 'ms' as const };
  return {
    name: 'aggregates',
    roundsMax: 5,
    contestants: [
      appendsPayloads(workload),
      both(sendsCommands(workload), loadsAccounts()),
      holdsAccounts(),
    ],
    rows: [
      {
        ...{ ...row, name: 'send', measure: 'send', unit: 'ns/event', floor: appendName },
        goals: [{ versus: 'floor', limit: 3 }],
      },
      {
        ...{ ...load, name: 'load of 1 000 events', measure: 'load' },
        goals: [{ versus: 'absolute', limit: 1.5, unit: 'ms' }],
      },
      { ...load, name: 'load: reading alone', measure: 'read' },
      { ...load, name: 'load, verify: false', measure: 'unverified' },
      { ...load, name: "load, verify: 'strict'", measure: 'strict' },
      {
        ...{ ...row, name: 'load from a cached state', measure: 'cached', unit: 'ns/call' },
        goals: [{ versus: 'absolute', limit: 50, unit: 'µs/call' }],
      },
      {
        ...{ name: 'memory of a live one', measure: 'memory', unit: 'B/aggregate' },
        subject: memoryName,
        goals: [{ versus: 'absolute', limit: 1000, unit: 'B/aggregate' }],
      },
      {
        ...{ name: 'its context by itself', measure: 'context', unit: 'B/aggregate' },
        subject: memoryName,
      },
    ],
  };
}

function both(first: Contestant, second: Contestant): Contestant {
  return {
    name: first.name,
    run: async () => ({ ...(await first.run()), ...(await second.run()) }),
  };
}
