import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillGroup, recordBytes } from './limit.ts';
import { type Contestant, nanosecondsOf, nanosecondsOfAsync } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { Workload } from './workload.ts';

// A sync that has no new size to record is the cheaper one: files are filled with zeros ahead.
const stepBytes = 1024 * 1024;
const zeros = Buffer.alloc(stepBytes);

const syncOffTheLoop = promisify(fdatasync);

/** The floor of events that are each durable before the next: a write and a sync for every one. */
export function durableFloor(workload: Workload, preallocates: boolean): Contestant {
  const { durableEvents } = workload;
  const record = Buffer.alloc(recordBytes);
  return {
    name: preallocates ? 'floor of durable' : 'floor of durable, file growing',
    run: () => {
      const folder = makeScratch();
      const file = openSync(join(folder, 'floor'), 'w');
      let allocated = preallocates ? 0 : Number.POSITIVE_INFINITY;
      const nanoseconds = nanosecondsOf(() => {
        for (let i = 0; i < durableEvents; i += 1) {
          allocated = allocate(file, allocated, (i + 1) * recordBytes);
          fillGroup(record, i, 1);
          writeSync(file, record, 0, recordBytes, i * recordBytes);
          fdatasyncSync(file);
        }
      });
      closeSync(file);
      removeScratch(folder);
      return { event: nanoseconds / durableEvents };
    },
  };
}

/** The floor of callers that wait together: a write and a sync off the event loop for all. */
export function durableTogetherFloor(workload: Workload): Contestant {
  const { durableCallers, durableEventsEach } = workload;
  const events = durableCallers * durableEventsEach;
  const group = Buffer.alloc(durableCallers * recordBytes);
  return {
    name: 'floor of durable together',
    run: async () => {
      const folder = makeScratch();
      const file = openSync(join(folder, 'floor'), 'w');
      let allocated = 0;
      const nanoseconds = await nanosecondsOfAsync(async () => {
        for (let first = 0; first < events; first += durableCallers) {
          const at = first * recordBytes;
          allocated = allocate(file, allocated, at + group.length);
          fillGroup(group, first, durableCallers);
          writeSync(file, group, 0, group.length, at);
          await syncOffTheLoop(file);
        }
      });
      closeSync(file);
      removeScratch(folder);
      return { event: nanoseconds / events };
    },
  };
}

/** Where the zeros end that are there after this, which is not before `needed`. */
function allocate(file: number, allocated: number, needed: number): number {
  if (needed <= allocated) return allocated;
  writeSync(file, zeros, 0, stepBytes, allocated);
  return allocated + stepBytes;
}
