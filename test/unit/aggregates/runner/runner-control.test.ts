import { describe, expect, it } from 'vitest';
import { RunnerControl } from '../../../../src/aggregates/runner/runner-control.ts';
import { AssertionFailure } from '../../../../src/model/assert.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('the control of a runner', () => {
  it('names what the machine is in', () => {
    const control = new RunnerControl({ maxFailures: 1 }, undefined);
    expect([control.state, control.live, control.ended]).toEqual(['reading', true, false]);
    for (const [type, state] of [
      ['log.read', 'settling'],
      ['work.obstructed', 'waiting'],
      ['delay.passed', 'reading'],
      ['log.read', 'settling'],
      ['work.done', 'resting'],
      ['stop.requested', 'stopping'],
      ['worker.stopped', 'stopped'],
    ] as const) {
      control.send({ type });
      expect(control.state).toBe(state);
    }
    expect([control.live, control.ended]).toEqual([false, true]);
    expect(control.can({ type: 'stop.requested' })).toBe(false);
    expect(control.context).toEqual({ maxFailures: 1, failures: 0, obstructions: 0 });
  });

  it('asserts that the machine takes what it is sent', () => {
    const control = new RunnerControl({ maxFailures: 1 }, undefined);
    expect(thrownBy(() => control.send({ type: 'work.done' }))).toBeInstanceOf(AssertionFailure);
  });
});
