import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { beginTwice, judgeTwice } from '../../../../src/aggregates/stepping/pure-step.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { doorMachine } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('judgeTwice', () => {
  it('is what one step is, when both are the same', () => {
    const stepper = new MachineStepper(doorMachine);
    const { snapshot } = beginTwice(stepper, undefined, 'door:1');
    const opened = judgeTwice(stepper, snapshot, { type: 'opened', by: 'kim' }, 'door:1');
    expect(opened).toMatchObject({ accepted: true, emitted: [{ type: 'creaked' }] });
    expect(judgeTwice(stepper, snapshot, { type: 'rang', times: 0 }, 'door:1')).toMatchObject({
      accepted: false,
      reason: 'guard',
    });
  });

  it('is a defect when they differ, in the state or only in its context', () => {
    let calls = 0;
    const machine = setup({
      types: {} as { context: { n: number }; events: { type: 'go' } | { type: 'move' } },
      guards: { odd: () => (calls += 1) % 2 === 1 },
      actions: { count: assign(() => ({ n: (calls += 1) })) },
    }).createMachine({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { on: { go: { actions: 'count' }, move: { guard: 'odd', target: 'b' } } },
        b: {},
      },
    });
    const stepper = new MachineStepper(machine);
    const { snapshot } = beginTwice(stepper, undefined, 'm:1');
    for (const type of ['go', 'move']) {
      expect(thrownBy(() => judgeTwice(stepper, snapshot, { type }, 'm:1'))).toMatchObject({
        code: 'BATPAK_MACHINE_DEFECT',
        entity: 'm:1',
        eventType: type,
      });
    }
  });
});
