import { describe, expect, it } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { nothingPending } from '../../../../src/aggregates/effects/pending.ts';
import { plainReport } from '../../../../src/aggregates/fold/fold-report.ts';
import { stateOf } from '../../../../src/aggregates/repository/state.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { doorMachine } from '../../../support/aggregates.ts';

const stepper = new MachineStepper(doorMachine);
const { snapshot: closed } = stepper.start(undefined);
const { snapshot: open } = stepper.step(closed, { type: 'opened', by: 'kim' });
const { snapshot: removed } = stepper.step(open, { type: 'removed' });

const at = (snapshot: AnyMachineSnapshot) => ({
  snapshot,
  clock: 3,
  report: plainReport,
  pending: nothingPending,
});

describe('a state', () => {
  it('tells value, context, tags, and what the machine could do', () => {
    const state = stateOf<typeof doorMachine>(at(open));
    expect(state).toMatchObject({
      status: 'active',
      value: 'open',
      context: { openings: 1, by: ['kim'] },
      tags: ['passable'],
      clock: 3,
      report: { foreign: { count: 0, firstSequence: undefined } },
    });
    expect(state.matches('open')).toBe(true);
    expect(state.hasTag('passable')).toBe(true);
    expect(state.can({ type: 'closed' })).toBe(true);
    expect(state.can({ type: 'touched' })).toBe(false);
    expect(Object.isFrozen(state)).toBe(true);
    expect(state).not.toHaveProperty('output');
    expect(state).not.toHaveProperty('error');
  });

  it('has output when it is done', () => {
    expect(stateOf(at(removed))).toMatchObject({ status: 'done', output: { openings: 1 } });
  });

  it('can take nothing more when it is done, as send would refuse it', () => {
    const state = stateOf<typeof doorMachine>(at(removed));
    expect(state.can({ type: 'rang', times: 1 })).toBe(false);
  });

  it('has an error when the machine has failed', () => {
    const { snapshot } = stepper.step(open, { type: 'xstate.error.actor.x', error: 'lost' });
    expect(stateOf(at(snapshot))).toMatchObject({ status: 'error', error: 'lost' });
  });
});
