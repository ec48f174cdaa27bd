import { mustCount } from './bench-store.ts';
import { library } from './library.ts';
import {
  type Contestant,
  MisbehaviourError,
  mustEqual,
  nanosecondsOf,
  type Values,
} from './measure.ts';
import { pathOf, type ReplayCase, reduceHistory } from './replay-case.ts';
import { makeScratch } from './scratch.ts';

/** Aggregates that are loaded one after the other, and the events of each. */
const aggregateCount = 20;
const aggregateEvents = 1000;

/** The library's load: aggregates that are in no cache, from the disk, each state compared. */
export function loadedByLibrary(replayed: ReplayCase): Contestant {
  // Written once: sending the events through the machine takes far longer than loading them.
  let folder: string | undefined;
  const history = replayed.shortHistory.slice(0, aggregateEvents);
  const loaded = { ...replayed, history };
  return {
    name: loadName,
    run: (): Values => {
      folder ??= writeHistory(loaded);
      return { ...timeLoad(loaded, folder), ...timeRead(loaded, folder) };
    },
  };
}

/** Name of the contestant that loads. */
export const loadName = 'load';

function timeLoad(replayed: ReplayCase, folder: string): Values {
  const store = library.openStore({ dataDir: folder });
  mustCount(store, replayed.history.length * aggregateCount);
  const aggregates = library.repository(store, definitionOf(replayed));
  const expected = reduceHistory(replayed);
  const nanoseconds = nanosecondsOf(() => {
    for (let id = 0; id < aggregateCount; id += 1) {
      const state = aggregates.load(String(id));
      if (state === undefined) throw new MisbehaviourError(`${replayed.name}: nothing to load`);
      mustEqual(`${replayed.name}: state`, pathOf(state.value), expected.value);
      mustEqual(`${replayed.name}: total`, state.context.total, expected.total);
    }
  });
  store.close();
  return { load: nanoseconds / aggregateCount / 1e6 };
}

/** What loading takes before any machine has a say: the events from the disk, decoded. */
function timeRead(replayed: ReplayCase, folder: string): Values {
  const store = library.openStore({ dataDir: folder });
  let count = 0;
  const nanoseconds = nanosecondsOf(() => {
    for (let id = 0; id < aggregateCount; id += 1) {
      const region = library.Region.entity(`${replayed.name}:${id}`);
      for (const { payload } of store.events(region)) if (payload !== undefined) count += 1;
    }
  });
  mustEqual(`${replayed.name}: events read`, count, replayed.history.length * aggregateCount);
  store.close();
  return { read: nanoseconds / aggregateCount / 1e6 };
}

/** Sends the history through the machine: every event has to be one that it accepts. */
function writeHistory(replayed: ReplayCase): string {
  const folder = makeScratch();
  const store = library.openStore({ dataDir: folder });
  const aggregates = library.repository(store, definitionOf(replayed));
  for (let id = 0; id < aggregateCount; id += 1) {
    for (const event of replayed.history) {
      const decision = aggregates.send(String(id), event);
      if (decision.accepted) continue;
      throw new MisbehaviourError(`${replayed.name}: ${event.type} is refused: ${decision.reason}`);
    }
  }
  store.close();
  return folder;
}

function definitionOf({ name, machine, history }: ReplayCase) {
  const types = [...new Set(history.map((event) => event.type))];
  const events = types.map((type) => {
    const definition = library.defineEvent<{ amount: number }>({ name: `${name}.${type}` });
    return [type, definition] as const;
  });
  return library.defineAggregate({
    name,
    version: 1,
    machine,
    scope: 'bench',
    events: Object.fromEntries(events),
  });
}
