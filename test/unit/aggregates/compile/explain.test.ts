import { ArgumentTypeError, explain } from 'batpak';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { explainMachine } from '../../../../src/aggregates/compile/explain.ts';
import { letterMachines } from '../../../support/aggregate-machines.ts';
import { door, doorMachine } from '../../../support/aggregates.ts';
import { payment } from '../../../support/effects.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('explain', () => {
  it('lists every transition of a definition, with the state and where it leads', () => {
    const { compiled, obstacles, states, transitions } = explain(door);
    expect({ compiled, obstacles, states }).toEqual({ compiled: true, obstacles: [], states: [] });
    expect(transitions).toContainEqual({
      state: 'door.closed',
      event: 'opened',
      targets: ['door.open'],
      by: 'tables',
      reasons: [],
    });
    expect(transitions).toHaveLength(6);
  });

  it('tells where XState has a part', () => {
    const { transitions } = explainMachine(letterMachines['raising'] ?? doorMachine);
    expect(transitions.filter(({ by }) => by !== 'tables')).toEqual([
      {
        state: '(machine).two',
        event: 'd',
        targets: [],
        by: 'tables and XState',
        reasons: ['XState resolves xstate.enqueueActions when it is due'],
      },
    ]);
    expect(transitions).toContainEqual(expect.objectContaining({ event: 'always', by: 'tables' }));
  });

  it('lists the events of timers and actors, which the tables take too', () => {
    const { compiled, transitions } = explain(payment);
    expect(compiled).toBe(true);
    expect(transitions.filter(({ by }) => by !== 'tables')).toEqual([]);
    expect(transitions.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'xstate.done.actor.charge',
        'xstate.error.actor.charge',
        'xstate.after.patience.payment.charging',
      ]),
    );
  });

  it('tells why a machine is not compiled', () => {
    const machine = createMachine({ id: 'm', options: { maxIterations: 5 }, on: { e: {} } });
    expect(explainMachine(machine)).toMatchObject({
      compiled: false,
      obstacles: [{ state: 'm' }],
      transitions: [{ by: 'XState', reasons: ['the machine is not compiled'] }],
    });
  });

  it('takes what defineAggregate returned, and nothing else', () => {
    expect(thrownBy(() => explain({ machine: doorMachine }))).toBeInstanceOf(ArgumentTypeError);
  });
});
