import type { Contestant, Goal, Group, Row, Values } from './measure.ts';
import { median } from './median.ts';
import { convert, moreIsBetter, type Unit } from './units.ts';

/** A goal and whether the run met it. */
export interface JudgedGoal {
  readonly goal: Goal;
  /** In the unit of the goal; a ratio where it is held against others. */
  readonly actual: number;
  readonly met: boolean;
}

/** One line of the report. Figures are medians over the rounds. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly min: number;
  readonly floor: number | undefined;
  readonly peer: number | undefined;
  /** Name of the peer. */
  readonly peerName: string | undefined;
  /** Median over the rounds of value ÷ floor, both of one round. */
  readonly ratio: number | undefined;
  /** Median over the rounds of peer ÷ value, both of one round: how many times better. */
  readonly peerRatio: number | undefined;
  readonly goals: readonly JudgedGoal[];
}

/**
 * Runs the contestants of a group in turns, a round at a time, and reports medians.
 *
 * What a machine does besides changes from second to second, so that only figures taken side by
 * side can be compared: each round runs every contestant once, the order moves on by one from
 * round to round, and a ratio is taken inside a round before the median is. One more round comes
 * first and is thrown away: it compiles the code and warms the page cache. A group whose
 * contestants work in processes of their own has nothing to gain from that, and goes without.
 */
export async function runGroup(
  group: Group,
  rounds: number,
  progress: (text: string) => void,
): Promise<Result[]> {
  const total = Math.min(rounds, group.roundsMax ?? rounds);
  const samples = new Map<string, Values[]>(group.contestants.map(({ name }) => [name, []]));
  for (let round = group.warmUp === false ? 1 : 0; round <= total; round += 1) {
    for (const contestant of rotated(group.contestants, round)) {
      progress(`${group.name}: round ${round} of ${total}, ${contestant.name}`);
      collectGarbage();
      const values = await contestant.run();
      if (round > 0) samples.get(contestant.name)?.push(values);
    }
  }
  progress('');
  return group.rows.map((row) => resultOf(group, row, samples));
}

function resultOf(group: Group, row: Row, samples: ReadonlyMap<string, Values[]>): Result {
  const own = figures(samples, row.subject, row.measure);
  const floor = figures(samples, row.floor, row.measure);
  const peer = figures(samples, row.peer, row.measure);
  const value = median(own);
  const ratio = ratioOf(own, floor);
  const peerRatio = ratioOf(peer, own);
  const goals = (row.goals ?? []).flatMap((goal) => judge(goal, row.unit, value, ratio, peerRatio));
  return {
    group: group.name,
    name: row.name,
    unit: row.unit,
    value,
    min: Math.min(...own),
    floor: floor.length > 0 ? median(floor) : undefined,
    peer: peer.length > 0 ? median(peer) : undefined,
    peerName: peer.length > 0 ? row.peer : undefined,
    ratio,
    peerRatio,
    goals,
  };
}

function judge(
  goal: Goal,
  unit: Unit,
  value: number,
  ratio: number | undefined,
  peerRatio: number | undefined,
): JudgedGoal[] {
  const { limit } = goal;
  switch (goal.versus) {
    case 'floor':
      return ratio === undefined ? [] : [{ goal, actual: ratio, met: ratio <= limit }];
    case 'peer':
      return peerRatio === undefined ? [] : [{ goal, actual: peerRatio, met: peerRatio >= limit }];
    case 'absolute': {
      const actual = convert(value, unit, goal.unit);
      return [{ goal, actual, met: moreIsBetter(goal.unit) ? actual >= limit : actual <= limit }];
    }
  }
}

function figures(
  samples: ReadonlyMap<string, Values[]>,
  contestant: string | undefined,
  measure: string,
): number[] {
  const runs = contestant === undefined ? [] : (samples.get(contestant) ?? []);
  return runs.flatMap((values) => values[measure] ?? []);
}

function ratioOf(above: readonly number[], below: readonly number[]): number | undefined {
  if (above.length === 0 || above.length !== below.length) return undefined;
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

function rotated(contestants: readonly Contestant[], by: number): Contestant[] {
  const start = by % contestants.length;
  return [...contestants.slice(start), ...contestants.slice(0, start)];
}

/**
 * Collects garbage now, so that what came before is not collected while time is taken. Without
 * `--expose-gc` there is nothing to call, and samples carry what earlier ones left.
 */
export function collectGarbage(): void {
  globalThis.gc?.();
}
