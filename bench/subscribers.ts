import { setImmediate } from 'node:timers/promises';
import type { Store } from '../src/index.ts';
import { mustCount, openBenchStore } from './bench-store.ts';
import { library } from './library.ts';
import {
  type Contestant,
  consume,
  type Group,
  mustEqual,
  nanosecondsOf,
  nanosecondsOfAsync,
} from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { OpenSqlite } from './sqlite-peer.ts';
import { coordinateOf, payloadOf, type Workload, workloadKind } from './workload.ts';

const subscriberCount = 100;
const appendsPerTurn = 20;
const alone = 'batpak, no subscribers';
const watched = 'batpak, 100 subscribers';

/**
 * What 100 live subscribers, each of an entity of its own and waiting for its next event, add to
 * single appends: to the appends themselves, and with the delivery of every event to one of them.
 */
export function subscribersGroup(workload: Workload, _sqlite: OpenSqlite | undefined): Group {
  const common = { unit: 'ns/event' as const, subject: watched, floor: alone };
  return {
    name: 'subscribers',
    contestants: [appends(alone, workload, 0), appends(watched, workload, subscriberCount)],
    rows: [
      {
        name: 'append, 100 live subscribers',
        measure: 'append',
        ...common,
        // An append alone takes some 10 µs: twice that is 10 µs more.
        goals: [{ versus: 'floor', limit: 2 }],
      },
      { name: 'append and delivery, 100 live subscribers', measure: 'delivered', ...common },
    ],
  };
}

function appends(name: string, workload: Workload, subscribers: number): Contestant {
  const events = Math.floor(workload.events / 4);
  return {
    name,
    run: async () => {
      const folder = makeScratch();
      const store = openBenchStore(folder, workload);
      const received = subscribe(store, subscribers);
      // The subscribers have begun to wait.
      await setImmediate();
      let appending = 0;
      const whole = await nanosecondsOfAsync(async () => {
        for (let first = 0; first < events; first += appendsPerTurn) {
          appending += nanosecondsOf(() => {
            for (let i = first; i < first + appendsPerTurn; i += 1) {
              consume(store.append(coordinateOf(i), workloadKind, payloadOf(i)).sequence);
            }
          });
          await setImmediate();
        }
      });
      mustCount(store, events);
      mustEqual('delivered events', received(), subscribers === 0 ? 0 : events);
      store.close();
      removeScratch(folder);
      return { append: appending / events, delivered: whole / events };
    },
  };
}

/** Subscribers that consume what they are given. @returns how many events that was */
function subscribe(store: Store, count: number): () => number {
  let received = 0;
  const consumeAll = async (entity: string): Promise<void> => {
    for await (const event of store.subscribeLossy(library.Region.entity(entity))) {
      consume(event.clock);
      received += 1;
    }
  };
  for (let index = 0; index < count; index += 1) void consumeAll(coordinateOf(index).entity);
  return () => received;
}
