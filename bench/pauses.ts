import { closeSync, fdatasync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { libraryName, mustHold, openBenchStore } from './bench-store.ts';
import { fillGroup, recordBytes } from './limit.ts';
import { type Contestant, consume, type Group, MisbehaviourError, type Values } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

// So small that files are filled, closed and given their footers all the while.
const segmentMaxBytes = 16 * 1024 * 1024;

// How many events the caller submits at a time: about a millisecond of work.
const turnEvents = 256;

/**
 * The longest that the event loop could not turn while events are submitted as fast as they are
 * written: by a caller that waits for each 256 and then lets the loop turn, as one does that reads
 * from elsewhere what it submits, and by one that only awaits its tickets. Delays of Node's own
 * monitor, whose timer of a millisecond is part of each.
 */
export function pausesGroup(workload: Workload): Group {
  const goals = [{ versus: 'absolute', limit: 20, unit: 'ms' }] as const;
  const row = { subject: libraryName, floor: floorName };
  return {
    name: 'pauses',
    roundsMax: 1,
    contestants: [
      writesAlone(workload),
      submitsWithoutEnd(libraryName, workload, nextTurn),
      submitsWithoutEnd(awaitingName, workload, undefined),
    ],
    rows: [
      { name: 'longest pause', measure: 'longest', unit: 'ms', ...row, goals },
      { name: 'pause, 99 of 100 shorter', measure: 'most', unit: 'ms', ...row },
      { name: 'submit meanwhile', measure: 'event', unit: 'ns/event', ...row },
      {
        name: 'longest pause, only awaiting',
        measure: 'longest',
        unit: 'ms',
        subject: awaitingName,
        floor: floorName,
        goals,
      },
    ],
  };
}

const awaitingName = `${libraryName}, only awaiting`;
const floorName = 'floor of pauses';

/** What the machine and the bare work do to the event loop without the library. */
function writesAlone({ pausesMs, syncEveryNEvents }: Workload): Contestant {
  return {
    name: floorName,
    run: async () => {
      const folder = makeScratch();
      const file = openSync(join(folder, 'floor'), 'w');
      const group = Buffer.alloc(turnEvents * recordBytes);
      let syncing = false;
      let synced = 0;
      const values = await watchPauses(pausesMs, async (first) => {
        fillGroup(group, first, turnEvents);
        writeSync(file, group, 0, group.length, first * recordBytes);
        if (!syncing && first - synced >= syncEveryNEvents) {
          syncing = true;
          synced = first;
          fdatasync(file, () => {
            syncing = false;
          });
        }
        await nextTurn();
      });
      while (syncing) await nextTurn();
      closeSync(file);
      removeScratch(folder);
      return values;
    },
  };
}

function submitsWithoutEnd(
  name: string,
  workload: Workload,
  turn: (() => Promise<unknown>) | undefined,
): Contestant {
  return {
    name,
    run: async () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload, { segmentMaxBytes });
      const submit = (i: number) => store.submit(coordinateOf(i), workloadKind, payloadOf(i));
      const values = await watchPauses(workload.pausesMs, async (first) => {
        const last = first + turnEvents - 1;
        for (let i = first; i < last; i += 1) consume(submit(i).settled ? 1 : 0);
        await submit(last);
        if (turn !== undefined) await turn();
      });
      const events = store.eventCount;
      store.close();
      if (readdirSync(folder).filter((name) => name.endsWith('.fbat')).length < 2) {
        throw new MisbehaviourError('no segment was full: nothing was rotated');
      }
      mustHold(folder, workload, events);
      removeScratch(folder);
      return values;
    },
  };
}

/** Does turn after turn of the work for so long, and tells how long the event loop stood still. */
async function watchPauses(
  durationMs: number,
  work: (first: number) => Promise<void>,
): Promise<Values> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  // The monitor has to have begun before the first pause, and to be reached after the last. A reset
  // in between would make it miss a pause that lasts from the first event to the last.
  await sleep(settleMs);
  const start = performance.now();
  let events = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    await work(events);
    events += turnEvents;
    elapsedMs = performance.now() - start;
  }
  await sleep(settleMs);
  delays.disable();
  return {
    longest: delays.max / 1e6,
    most: delays.percentile(99) / 1e6,
    event: (elapsedMs * 1e6) / events,
  };
}

const settleMs = 20;
