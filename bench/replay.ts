import { initialTransition, transition } from 'xstate';
import { libraryName } from './bench-store.ts';
import type { Contestant, Group } from './measure.ts';
import { pathOf, type ReplayCase, reduceHistory, timeReplay } from './replay-case.ts';
import { loadedByLibrary } from './replay-library.ts';
import {
  flatCycle,
  flatMachine,
  historyOf,
  nestedCycle,
  nestedMachine,
  type ReplayState,
  reduceFlat,
  reduceNested,
} from './replay-machines.ts';
import type { Workload } from './workload.ts';

const byHand = 'reducer by hand';
const byXState = 'XState transition';

/**
 * A machine's state from its events: the library's `load`, which also reads them from the disk
 * and compares each state with the one that was recorded; XState's `transition` and a reducer
 * written by hand, both over events in memory.
 */
export function replayGroup(workload: Workload): Group {
  const cases = casesOf(workload.replayEvents);
  const row = { unit: 'ns/event' as const, subject: libraryName, floor: byHand, peer: byXState };
  return {
    name: 'replay',
    roundsMax: 3,
    contestants: [
      replays(byHand, cases, reduceHistory),
      loadedByLibrary(cases),
      replays(byXState, cases, transitionHistory),
    ],
    rows: [
      { name: 'replay flat', measure: 'flat', ...row },
      { name: 'replay nested, guarded', measure: 'nested', ...row },
      { name: 'replay: reading alone', measure: 'read', unit: row.unit, subject: libraryName },
    ],
  };
}

function casesOf(events: number): ReplayCase[] {
  return [
    {
      name: 'flat',
      machine: flatMachine,
      history: historyOf(flatCycle, events),
      initial: { value: 'ordered', total: 0 },
      reduce: reduceFlat,
    },
    {
      name: 'nested',
      machine: nestedMachine,
      history: historyOf(nestedCycle, events),
      initial: { value: 'open.active.unseen', total: 0 },
      reduce: reduceNested,
    },
  ];
}

function replays(
  name: string,
  cases: readonly ReplayCase[],
  replay: (replayed: ReplayCase) => ReplayState,
): Contestant {
  return { name, run: () => Object.assign({}, ...cases.map((each) => timeReplay(each, replay))) };
}

function transitionHistory({ history, machine }: ReplayCase): ReplayState {
  let [snapshot] = initialTransition(machine);
  for (const event of history) [snapshot] = transition(machine, snapshot, event);
  return { value: pathOf(snapshot.value), total: snapshot.context.total };
}
