import type { AnyStateMachine } from 'xstate';
import { mustEqual, nanosecondsOf, type Values } from './measure.ts';
import type { ReplayEvent, ReplayState } from './replay-machines.ts';

/** A machine, the events of one long life of it, and the same machine written by hand. */
export interface ReplayCase {
  readonly name: 'flat' | 'guarded' | 'nested' | 'parallel' | 'fallback';
  readonly machine: AnyStateMachine;
  readonly history: readonly ReplayEvent[];
  /** Its beginning, for who takes a hundred times as long. */
  readonly shortHistory: readonly ReplayEvent[];
  readonly initial: ReplayState;
  readonly reduce: (state: ReplayState, event: ReplayEvent) => ReplayState;
}

/**
 * Replays a case, and checks that it ends where the reducer ends, which is the plainest way. It is
 * done twice, and timed the second time: collecting garbage before a contestant's turn drops
 * compiled code, which whoever is first would be timed making again.
 */
export function timeReplay(
  replayed: ReplayCase,
  replay: (replayed: ReplayCase) => ReplayState,
): Values {
  let end = replay(replayed);
  const nanoseconds = nanosecondsOf(() => {
    end = replay(replayed);
  });
  const expected = reduceHistory(replayed);
  mustEqual(`${replayed.name}: state`, end.value, expected.value);
  mustEqual(`${replayed.name}: total`, end.total, expected.total);
  return { [replayed.name]: nanoseconds / replayed.history.length };
}

/** Replays by hand. */
export function reduceHistory({ history, initial, reduce }: ReplayCase): ReplayState {
  let state = initial;
  for (const event of history) state = reduce(state, event);
  return state;
}

/** `{ open: { active: 'seen' } }` as `open.active.seen`. Regions are parted by bars. */
export function pathOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([state, inner]) => `${state}.${pathOf(inner)}`)
    .join('|');
}
