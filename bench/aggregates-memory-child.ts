import { setImmediate as nextTurn } from 'node:timers/promises';
import { accountHistory, openAccounts, sendTo } from './aggregates-account.ts';
import { library } from './library.ts';
import { mustEqual } from './measure.ts';

// Holds live aggregates, and tells in a line of JSON what each takes. Called by
// aggregates-memory.ts.
const accountCount = 10_000;
const [folder = ''] = process.argv.slice(2);
console.log(JSON.stringify(await measure(folder)));

async function measure(dataDir: string): Promise<{ memory: number; context: number }> {
  const store = library.openStore({ dataDir });
  // Whoever writes them keeps one at a time, so that what is measured is not in memory yet; but
  // the index is, and what is made once for all of them.
  const writing = openAccounts(store, { maxEntities: 1 });
  const history = accountHistory(3);
  for (let id = 0; id < accountCount; id += 1) {
    for (const event of history) sendTo(writing, id, event);
  }
  const warm = openAccounts(store);
  loadAll(warm, 10);
  const before = await usedBytes();
  const accounts = openAccounts(store, { maxEntities: accountCount });
  loadAll(accounts, accountCount);
  const memory = (await usedBytes()) - before;
  const contexts = await bytesOfContexts();
  // Whatever is used later can't be collected before.
  loadAll(accounts, accountCount);
  store.close();
  return { memory: (memory - contexts) / accountCount, context: contexts / accountCount };
}

function loadAll(accounts: ReturnType<typeof openAccounts>, count: number): void {
  for (let id = 0; id < count; id += 1) {
    mustEqual('clock of the account', accounts.load(String(id))?.clock, 2);
  }
}

/** What the contexts are by themselves: they are the user's. */
async function bytesOfContexts(): Promise<number> {
  const before = await usedBytes();
  const contexts = Array.from({ length: accountCount }, (_, total) => Object.freeze({ total }));
  const bytes = (await usedBytes()) - before;
  mustEqual('contexts', contexts.length, accountCount);
  return bytes;
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
