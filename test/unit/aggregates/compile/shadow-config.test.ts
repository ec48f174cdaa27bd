import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { configOfShadow, planEventType } from '../../../../src/aggregates/compile/shadow-config.ts';

const machine = createMachine({
  id: 'm',
  initial: 'a',
  states: {
    a: { id: 'first', on: { go: [{ guard: 'may', target: 'b', reenter: true }, {}] } },
    b: {
      initial: 'c',
      states: { c: {}, h: { type: 'history', history: 'deep', target: '#first' } },
    },
  },
});

const marks = {
  numberAction: () => 0,
  considers: () => false,
  wants: () => false,
  sawOutput: () => 0,
  sawMachineOutput: () => undefined,
};

describe('the configuration of a shadow', () => {
  it('names states by their number, and keeps keys, types and targets', () => {
    const config = configOfShadow(machine, marks);
    expect(config).toMatchObject({
      id: 'n0',
      initial: { target: 'a' },
      states: {
        a: { id: 'n1', type: 'atomic' },
        b: { id: 'n2', type: 'compound', states: { h: { history: 'deep', target: ['#n1'] } } },
      },
    });
  });

  it('lists every transition under the event that takes them, targets or none', () => {
    const config = configOfShadow(machine, marks);
    const on = Reflect.get(Reflect.get(Reflect.get(config, 'states'), 'a'), 'on');
    expect(Object.keys(on)).toEqual(['go', planEventType]);
    expect(on[planEventType]).toMatchObject([
      { target: ['#n2'], reenter: true },
      { target: undefined, reenter: false },
    ]);
  });
});
