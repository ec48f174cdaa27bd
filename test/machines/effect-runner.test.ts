import { describe, expect, it } from 'vitest';
import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { type EffectRunnerEvent, effectRunnerMachine } from '../../machines/effect-runner.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';
import { itIsWalkedWhole } from '../support/walked-machine.ts';

const input = { maxFailures: 2 };
const types = [
  'log.read',
  'work.done',
  'work.arrived',
  'work.obstructed',
  'work.failed',
  'delay.passed',
  'worker.exhausted',
  'stop.requested',
  'worker.stopped',
] as const;
const events: readonly EffectRunnerEvent[] = types.map((type) => ({ type }));

function stateAfter(
  ...sent: EffectRunnerEvent['type'][]
): SnapshotFrom<typeof effectRunnerMachine> {
  let [snapshot] = initialTransition(effectRunnerMachine, input);
  for (const type of sent) [snapshot] = transition(effectRunnerMachine, snapshot, { type });
  return snapshot;
}

describe('the effect runner machine, walked', () => {
  const coverage = new CoverageOfMachine(effectRunnerMachine, {
    events,
    input,
    // A number that grows with each obstruction tells no two places apart.
    identify: ({ value, context }) => ({ value, ...context, obstructions: 0 }),
  });

  it('has these states', () => {
    expect(statesOf(effectRunnerMachine)).toEqual([
      'live',
      'live.reading',
      'live.settling',
      'live.resting',
      'live.waiting',
      'stopping',
      'failing',
      'stopped',
      'exhausted',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(effectRunnerMachine)).toEqual([
      'live + worker.exhausted → exhausted',
      'live + stop.requested → stopping',
      'live.reading + log.read → live.settling',
      'live.reading + work.failed [failuresAreLeft] → live.waiting',
      'live.reading + work.failed → failing',
      'live.settling + work.done → live.resting',
      'live.settling + work.obstructed → live.waiting',
      'live.settling + work.failed [failuresAreLeft] → live.waiting',
      'live.settling + work.failed → failing',
      'live.resting + work.arrived → live.reading',
      'live.waiting + delay.passed → live.reading',
      'stopping + worker.stopped → stopped',
      'failing + worker.stopped → exhausted',
    ]);
  });

  itIsWalkedWhole(coverage);
});

describe('a runner of effects', () => {
  it('gives up after one failure more than it takes', () => {
    const twice = ['work.failed', 'delay.passed', 'work.failed', 'delay.passed'] as const;
    expect(stateAfter(...twice).value).toEqual({ live: 'reading' });
    expect(stateAfter(...twice, 'work.failed').value).toBe('failing');
    expect(stateAfter(...twice, 'log.read', 'work.failed', 'worker.stopped').value).toBe(
      'exhausted',
    );
  });

  it('forgets failures when the work is done, and never gives up on what is in the way', () => {
    const failed = stateAfter('work.failed', 'delay.passed', 'log.read', 'work.done');
    expect(failed.context).toMatchObject({ failures: 0, obstructions: 0 });
    const again = ['log.read', 'work.obstructed', 'delay.passed'] as const;
    const obstructed = stateAfter(...again, ...again, ...again, ...again);
    expect(obstructed.value).toEqual({ live: 'reading' });
    expect(obstructed.context).toMatchObject({ failures: 0, obstructions: 4 });
  });

  it('reads on before it settles what has arrived', () => {
    expect(stateAfter('log.read', 'work.done', 'work.arrived').value).toEqual({ live: 'reading' });
  });
});
