import {
  accountEntity,
  accountEvents,
  accountHistory,
  mustBeAt,
  openAccounts,
  sendTo,
} from './aggregates-account.ts';
import { libraryName, mustCount, openBenchStore } from './bench-store.ts';
import { type Contestant, consume, MisbehaviourError, nanosecondsOf } from './measure.ts';
import type { ReplayEvent } from './replay-machines.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { Workload } from './workload.ts';

/** Aggregates that take turns. */
const accountCount = 20;

/** Name of the contestant that appends what the other sends. */
export const appendName = 'append';

/** Sends to aggregates that are loaded, a command at a time. */
export function sendsCommands(workload: Workload): Contestant {
  const { history, sends } = historyFor(workload);
  return {
    name: libraryName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const accounts = openAccounts(store);
      const nanoseconds = nanosecondsOf(() => {
        for (const event of history) {
          for (let id = 0; id < accountCount; id += 1) consume(sendTo(accounts, id, event));
        }
      });
      mustBeAt(accounts.load('0'), history);
      mustCount(store, sends);
      store.close();
      removeScratch(folder);
      return { send: nanoseconds / sends };
    },
  };
}

/** Appends the same payloads under the same names to the same entities. */
export function appendsPayloads(workload: Workload): Contestant {
  const { history, sends } = historyFor(workload);
  return {
    name: appendName,
    run: () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const nanoseconds = nanosecondsOf(() => {
        for (const { type, amount } of history) {
          const definition = accountEvents[type];
          if (definition === undefined) throw new MisbehaviourError(`no event ${type}`);
          for (let id = 0; id < accountCount; id += 1) {
            const at = { entity: accountEntity(id), scope: 'bench' };
            consume(store.append(at, definition, { amount }).sequence);
          }
        }
      });
      mustCount(store, sends);
      store.close();
      removeScratch(folder);
      return { send: nanoseconds / sends };
    },
  };
}

function historyFor({ events }: Workload): {
  readonly history: readonly ReplayEvent[];
  readonly sends: number;
} {
  const history = accountHistory(events / 5 / accountCount);
  return { history, sends: history.length * accountCount };
}
