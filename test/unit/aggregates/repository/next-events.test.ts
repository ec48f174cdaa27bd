import { describe, expect, it } from 'vitest';
import { nextEventsOf } from '../../../../src/aggregates/repository/next-events.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { door, doorMachine } from '../../../support/aggregates.ts';

describe('nextEventsOf', () => {
  it('is in the order of the definition, and empty once the machine has ended', () => {
    const stepper = new MachineStepper(doorMachine);
    const { snapshot } = stepper.start(undefined);
    expect(nextEventsOf(door, snapshot)).toEqual(['opened', 'touched', 'rang', 'removed']);
    const removed = stepper.step(snapshot, { type: 'removed' }).snapshot;
    expect(nextEventsOf(door, removed)).toEqual([]);
  });
});
