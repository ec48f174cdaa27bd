import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type EventFromLogic,
  type EventObject,
  type InputFrom,
  type StateValue,
} from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';
import { edgeName } from './coverage-of-machine.ts';

/** One event, and where it leads. */
export interface PathStep {
  readonly type: string;
  readonly value: StateValue;
}

/** How the paths of a machine are found. */
export interface PathSearch<Machine extends AnyStateMachine> {
  readonly events: readonly EventFromLogic<Machine>[];
  readonly input?: InputFrom<Machine>;
  /** Whether an event that the machine takes is ever sent at this place. @default yes */
  readonly isSent?: (before: AnyMachineSnapshot, event: EventObject) => boolean;
}

/**
 * For each edge that events lead to, by the name that `edgesOf` gives it: a shortest path from the
 * machine's start that ends with that edge. Thus there is a path to every state, too.
 */
export function pathsToEdges<Machine extends AnyStateMachine>(
  machine: Machine,
  search: PathSearch<Machine>,
): Map<string, readonly PathStep[]> {
  const moves = movesOf(machine, search);
  const actor = createActor<AnyStateMachine>(machine, { input: search.input });
  const paths = new Map<string, readonly PathStep[]>();
  const reached = new Map<string, readonly PathStep[]>([[placeOf(actor.getSnapshot()), []]]);
  // What is added while it is walked is walked, too: places come in the order of their distance.
  for (const [place, path] of reached) {
    for (const { edges, step, next } of moves.get(place) ?? []) {
      const longer = [...path, step];
      for (const edge of edges) if (!paths.has(edge)) paths.set(edge, longer);
      if (!reached.has(next)) reached.set(next, longer);
    }
  }
  return paths;
}

/** One event at one place. */
interface Move {
  /** Names of the edges that it takes. */
  readonly edges: readonly string[];
  readonly step: PathStep;
  readonly next: string;
}

function movesOf<Machine extends AnyStateMachine>(
  machine: Machine,
  { events, input, isSent = () => true }: PathSearch<Machine>,
): Map<string, Move[]> {
  const places = getAdjacencyMap<AnyMachineSnapshot, EventObject, unknown>(machine, {
    events,
    serializeState: placeOf,
    filterEvents: isSent,
    // Far more places than any machine here has: an endless one fails instead of hanging.
    limit: 20_000,
    ...(input === undefined ? {} : { input }),
  });
  const moves = new Map<string, Move[]>();
  for (const { state, event, nextState } of adjacencyMapToArray(places)) {
    if (event.type === 'xstate.init' || !isSent(state, event)) continue;
    const edges = machine.getTransitionData(state, event).map(edgeName);
    if (edges.length === 0) continue;
    const step = { type: event.type, value: nextState.value };
    const place = placeOf(state);
    moves.set(place, [...(moves.get(place) ?? []), { edges, step, next: placeOf(nextState) }]);
  }
  return moves;
}

function placeOf({ value, context }: AnyMachineSnapshot): string {
  // Numbers that grow without end tell no two places apart.
  return JSON.stringify({ value, ...context, restarts: 0, eventsSeen: 0, lastFailure: null });
}
