import { libraryName } from './bench-store.ts';
import { runChild } from './child.ts';
import { type Contestant, type Group, MisbehaviourError, type Values } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { Workload } from './workload.ts';

/**
 * A store of five million events, made and opened again in a process of its own, so that nothing
 * else is in its memory.
 */
export function largeGroup(workload: Workload): Group {
  const row = { subject: libraryName, unit: 'ms' as const };
  const memory = { subject: libraryName, unit: 'B/event' as const };
  return {
    name: 'large',
    roundsMax: 1,
    warmUp: false,
    contestants: [largeStore(workload)],
    rows: [
      { name: 'large: events', measure: 'events', subject: libraryName, unit: 'events' },
      { name: 'large: making it', measure: 'make', subject: libraryName, unit: 's' },
      {
        name: 'large: memory',
        measure: 'memory',
        ...memory,
        goals: [{ versus: 'absolute', limit: 64, unit: 'B/event' }],
      },
      {
        name: 'large: disk',
        measure: 'disk',
        ...memory,
        goals: [{ versus: 'absolute', limit: 320, unit: 'B/event' }],
      },
      { name: 'large: close', measure: 'close', ...row },
      {
        name: 'large: reopen',
        measure: 'reopen',
        ...row,
        goals: [{ versus: 'absolute', limit: 300, unit: 'ms' }],
      },
      { name: 'large: memory after reopen', measure: 'memoryReopened', ...memory },
      {
        name: 'large: memory, all read',
        measure: 'memoryRead',
        ...memory,
        goals: [{ versus: 'absolute', limit: 64, unit: 'B/event' }],
      },
    ],
  };
}

function largeStore({ largeEvents }: Workload): Contestant {
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const { output, ended } = runChild('large-child.ts', [folder, String(largeEvents)]);
      if (!ended) throw new MisbehaviourError('the process of the large store has failed');
      removeScratch(folder);
      return valuesOf(JSON.parse(output));
    },
  };
}

function valuesOf(parsed: unknown): Values {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(parsed ?? {})) {
    if (typeof value !== 'number') throw new MisbehaviourError(`${name} of the large store`);
    values[name] = value;
  }
  return values;
}
