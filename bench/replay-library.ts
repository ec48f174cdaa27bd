import { libraryName, mustCount } from './bench-store.ts';
import { library } from './library.ts';
import {
  type Contestant,
  MisbehaviourError,
  mustEqual,
  nanosecondsOf,
  type Values,
} from './measure.ts';
import { pathOf, type ReplayCase, timeReplay } from './replay-case.ts';
import { makeScratch } from './scratch.ts';

const id = 'one';

/** The library's replay: loads an aggregate that is in no cache, from the disk. */
export function loadedByLibrary(cases: readonly ReplayCase[]): Contestant {
  // Written once: sending the events through the machine takes far longer than loading them.
  const folders = new Map<ReplayCase, string>();
  return {
    name: libraryName,
    run: (): Values => {
      const values = cases.map((replayed) => {
        const folder = folders.get(replayed) ?? writeHistory(replayed);
        folders.set(replayed, folder);
        return { ...timeLoad(replayed, folder), ...timeRead(replayed, folder) };
      });
      return Object.assign({}, ...values);
    },
  };
}

function timeLoad(replayed: ReplayCase, folder: string): Values {
  const store = library.openStore({ dataDir: folder });
  mustCount(store, replayed.history.length);
  const aggregates = library.repository(store, definitionOf(replayed));
  const values = timeReplay(replayed, () => {
    const state = aggregates.load(id);
    if (state === undefined) throw new MisbehaviourError(`${replayed.name}: nothing to load`);
    return { value: pathOf(state.value), total: state.context.total };
  });
  store.close();
  return values;
}

/** What loading takes before any machine has a say: the events from the disk, decoded. */
function timeRead(replayed: ReplayCase, folder: string): Values {
  const store = library.openStore({ dataDir: folder });
  let count = 0;
  const nanoseconds = nanosecondsOf(() => {
    const region = library.Region.entity(`${replayed.name}:${id}`);
    for (const { payload } of store.events(region)) if (payload !== undefined) count += 1;
  });
  mustEqual(`${replayed.name}: events read`, count, replayed.history.length);
  store.close();
  return { read: nanoseconds / count };
}

/** Sends the history through the machine: every event has to be one that it accepts. */
function writeHistory(replayed: ReplayCase): string {
  const folder = makeScratch();
  const store = library.openStore({ dataDir: folder });
  const aggregates = library.repository(store, definitionOf(replayed));
  for (const event of replayed.history) {
    const decision = aggregates.send(id, event);
    if (decision.accepted) continue;
    throw new MisbehaviourError(`${replayed.name}: ${event.type} is refused: ${decision.reason}`);
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
