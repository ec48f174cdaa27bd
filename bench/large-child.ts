import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../src/index.ts';
import { fillWithBatches, mustCount, openBenchStore, timeReopening } from './bench-store.ts';
import { library } from './library.ts';
import { mustEqual, nanosecondsOf } from './measure.ts';
import { bytesIn, makeScratch, removeScratch } from './scratch.ts';
import { fullWorkload } from './workload.ts';

// Makes a large store in the folder, opens it again, and tells in a line of JSON what that took.
// Called by large.ts.
const warmUpEvents = 50_000;

// Often enough that ids of all parts of their table are looked for.
const findEvery = 1000;

const [folder = '', count] = process.argv.slice(2);
console.log(JSON.stringify(await measure(folder, Number(count))));

async function measure(dataDir: string, events: number) {
  warmUp();
  const before = await usedBytes();
  const store = openBenchStore(dataDir, fullWorkload);
  const make = nanosecondsOf(() => fillWithBatches(store, fullWorkload, events));
  const memory = (await usedBytes()) - before;
  mustCount(store, events);
  const close = nanosecondsOf(() => {
    store.close();
  });
  const disk = bytesIn(dataDir);
  const reopen = timeReopening(dataDir, fullWorkload, events);
  const { memoryReopened, memoryRead } = await bytesWhenReopened(dataDir, events);
  return {
    events,
    make: make / 1e9,
    memory: memory / events,
    disk: disk / events,
    close: close / 1e6,
    reopen: reopen / 1e6,
    memoryReopened: memoryReopened / events,
    memoryRead: memoryRead / events,
  };
}

/** A small store compiles the code, and fills what is filled once in a process. */
function warmUp(): void {
  const small = makeScratch();
  const store = openBenchStore(small, fullWorkload);
  fillWithBatches(store, fullWorkload, warmUpEvents);
  store.close();
  timeReopening(small, fullWorkload, warmUpEvents);
  removeScratch(small);
}

/** What is read of the index when it is first needed counts once all of it was. */
async function bytesWhenReopened(dataDir: string, events: number) {
  const before = await usedBytes();
  const store = openBenchStore(dataDir, fullWorkload);
  const memoryReopened = (await usedBytes()) - before;
  readAll(store, events);
  const memoryRead = (await usedBytes()) - before;
  store.close();
  return { memoryReopened, memoryRead };
}

/** Goes through the whole index, and finds events by their ids all over it. */
function readAll(store: Store, events: number): void {
  let count = 0;
  for (const entry of store.query(library.Region.all())) {
    if (count % findEvery === 0) {
      mustEqual('found by its id', store.get(entry.eventId)?.sequence, entry.sequence);
    }
    count += 1;
  }
  mustEqual('events in the index', count, events);
}

/** Bytes in use once all garbage is gone: buffers are given back a turn after their owners. */
async function usedBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
