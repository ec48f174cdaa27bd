import type { Store } from '../src/index.ts';
import {
  accountEntity,
  accountHistory,
  mustBeAt,
  openAccounts,
  sendTo,
} from './aggregates-account.ts';
import { libraryName, mustCount } from './bench-store.ts';
import { library } from './library.ts';
import { type Contestant, mustEqual, nanosecondsOf, type Values } from './measure.ts';
import { median } from './median.ts';
import { makeScratch } from './scratch.ts';

/** Aggregates that are loaded one after the other, and the events of each. */
const accountCount = 20;
const accountEventsEach = 1000;

/** How often each is loaded in a run: others use the machine too, and one load is soon over. */
const repeats = 3;

/** The same from a cache, which takes so little that its code has to be warm. */
const repeatsCached = 50;

/** Loads of aggregates that are not in memory: from the disk, and from a cache of states. */
export function loadsAccounts(): Contestant {
  // Written once: sending the events through the machine takes far longer than loading them.
  let folder: string | undefined;
  return {
    name: libraryName,
    run: (): Values => {
      folder ??= writeAccounts();
      return timeLoads(folder);
    },
  };
}

/** Medians of single loads, one of each kind in turn. */
function timeLoads(folder: string): Values {
  const store = library.openStore({ dataDir: folder });
  mustCount(store, accountEventsEach * accountCount);
  const cache = new library.MemoryCache({});
  const caching = openAccounts(store, { snapshots: { cache } });
  // Fills the cache, and reads what is read of the index when it is first needed.
  const history = accountHistory(accountEventsEach);
  for (let id = 0; id < accountCount; id += 1) mustBeAt(caching.load(String(id)), history);
  const times = new Map<string, number[]>();
  const time = (measure: string, work: () => void): void => {
    const found = times.get(measure) ?? [];
    found.push(nanosecondsOf(work));
    times.set(measure, found);
  };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const each = {
      load: openAccounts(store),
      unverified: openAccounts(store, { verify: false }),
      strict: openAccounts(store, { verify: 'strict' }),
    };
    for (let id = 0; id < accountCount; id += 1) {
      for (const [measure, accounts] of Object.entries(each)) {
        time(measure, () => mustBeLoaded(accounts, id));
      }
      time('read', () => mustBeRead(store, id));
    }
  }
  for (let repeat = 0; repeat < repeatsCached; repeat += 1) {
    const accounts = openAccounts(store, { snapshots: { cache } });
    for (let id = 0; id < accountCount; id += 1) time('cached', () => mustBeLoaded(accounts, id));
  }
  store.close();
  const of = (measure: string): number => median(times.get(measure) ?? []);
  return {
    load: of('load') / 1e6,
    unverified: of('unverified') / 1e6,
    strict: of('strict') / 1e6,
    read: of('read') / 1e6,
    cached: of('cached'),
  };
}

/** Cheaper than to replay it by hand, which would be most of the time from a cache. */
function mustBeLoaded(accounts: ReturnType<typeof openAccounts>, id: number): void {
  mustEqual('clock of the account', accounts.load(String(id))?.clock, accountEventsEach - 1);
}

/** What loading takes before any machine has a say: the events from the disk, decoded. */
function mustBeRead(store: Store, id: number): void {
  let count = 0;
  for (const { payload } of store.events(library.Region.entity(accountEntity(id)))) {
    if (payload !== undefined) count += 1;
  }
  mustEqual('events read', count, accountEventsEach);
}

/** Sends the history through the machine: every event has to be one that it accepts. */
function writeAccounts(): string {
  const folder = makeScratch();
  const store = library.openStore({ dataDir: folder });
  const accounts = openAccounts(store);
  for (let id = 0; id < accountCount; id += 1) {
    for (const event of accountHistory(accountEventsEach)) sendTo(accounts, id, event);
  }
  store.close();
  return folder;
}
