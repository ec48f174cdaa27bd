import { initialTransition, transition } from 'xstate';
import { libraryName } from './bench-store.ts';
import type { Contestant, Goal, Group, Row } from './measure.ts';
import { pathOf, type ReplayCase, reduceHistory, timeReplay } from './replay-case.ts';
import { foldedByLibrary } from './replay-fold.ts';
import { guardedCycle, guardedMachine, reduceGuarded } from './replay-guarded.ts';
import {
  fallbackMachine,
  flatCycle,
  flatMachine,
  historyOf,
  nestedCycle,
  nestedMachine,
  type ReplayState,
  reduceFlat,
  reduceNested,
} from './replay-machines.ts';
import { parallelCycle, parallelMachine, reduceParallel } from './replay-parallel.ts';
import type { Workload } from './workload.ts';

const byHand = 'reducer by hand';
const byXState = 'XState transition';

/**
 * A machine's state from its events in memory: by the library's fold, by XState's `transition` and
 * by a reducer written by hand.
 */
export function replayGroup(workload: Workload): Group {
  const cases = casesOf(workload);
  return {
    name: 'replay',
    roundsMax: 3,
    contestants: [
      replays(byHand, cases, reduceHistory),
      foldedByLibrary(cases.map(shortened)),
      replays(byXState, cases.map(short), transitionHistory),
    ],
    rows: [
      foldRow('flat', 'flat', 0.15, 20),
      foldRow('guarded', 'guarded', 0.5, 20),
      foldRow('nested, guarded', 'nested', 0.5, 20),
      foldRow('parallel', 'parallel', 1, 20),
      foldRow('not compiled', 'fallback', undefined, 2),
    ],
  };
}

function foldRow(
  name: string,
  measure: ReplayCase['name'],
  limitUs: number | undefined,
  times: number,
): Row {
  const goals: Goal[] = [{ versus: 'peer', limit: times }];
  if (limitUs !== undefined) goals.push({ versus: 'absolute', limit: limitUs, unit: 'µs/event' });
  const row = { unit: 'ns/event' as const, subject: libraryName, floor: byHand, peer: byXState };
  return { name: `replay ${name}`, measure, ...row, goals };
}

/** What is not compiled is stepped by XState in the library, too. */
function shortened(replayed: ReplayCase): ReplayCase {
  return replayed.name === 'fallback' ? short(replayed) : replayed;
}

function short(replayed: ReplayCase): ReplayCase {
  return { ...replayed, history: replayed.shortHistory };
}

function casesOf({ replayEvents, replayEventsShort }: Workload): ReplayCase[] {
  const flat = { initial: { value: 'ordered', total: 0 }, reduce: reduceFlat };
  const lives = (cycle: readonly string[]) => {
    const history = historyOf(cycle, replayEvents);
    return { history, shortHistory: history.slice(0, replayEventsShort) };
  };
  return [
    { name: 'flat', machine: flatMachine, ...lives(flatCycle), ...flat },
    {
      ...{ name: 'guarded', machine: guardedMachine, ...lives(guardedCycle) },
      ...{ initial: { value: 'open', total: 0 }, reduce: reduceGuarded },
    },
    {
      ...{ name: 'nested', machine: nestedMachine, ...lives(nestedCycle) },
      ...{ initial: { value: 'open.active.unseen', total: 0 }, reduce: reduceNested },
    },
    {
      ...{ name: 'parallel', machine: parallelMachine, ...lives(parallelCycle) },
      ...{ initial: { value: 'p.one|q.one|r.one', total: 0 }, reduce: reduceParallel },
    },
    { name: 'fallback', machine: fallbackMachine, ...lives(flatCycle), ...flat },
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
