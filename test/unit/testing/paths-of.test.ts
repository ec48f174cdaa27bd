import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { defineAggregate } from '../../../src/aggregates/definition/definition.ts';
import { defineEvent } from '../../../src/model/event-definition.ts';
import { pathsOf } from '../../../src/testing/paths-of.ts';
import { thrownBy } from '../../support/store-host.ts';

const machine = setup({
  types: {} as {
    input: { n: number };
    context: { n: number; at: number };
    events: { type: 'add'; n: number; at?: number } | { type: 'stray' };
  },
  guards: { isStray: ({ event }) => event.type === 'stray' },
  actions: {
    add: assign(({ context, event }) => ({
      n: context.n + ('n' in event ? event.n : 0),
      at: 'at' in event ? event.at : 0,
    })),
  },
}).createMachine({
  context: ({ input }) => ({ n: input.n, at: 0 }),
  initial: 'low',
  states: {
    low: {
      on: { add: { target: 'high', actions: 'add' } },
      always: { guard: 'isStray', target: 'lost' },
    },
    high: { on: { add: 'low' } },
    lost: {},
  },
});
const options = {
  name: 'sum',
  version: 1,
  machine,
  events: {
    add: defineEvent<{ n: number; at?: number }>({ name: 'added' }),
    stray: defineEvent({ name: 'strayed' }),
  },
} as const;

describe('pathsOf', () => {
  it('takes input, and an admit hook that gives each run another time', () => {
    const definition = defineAggregate({
      ...options,
      admit: (event, { nowUs }) => (event.type === 'add' ? { ...event, at: nowUs } : event),
    });
    const paths = pathsOf(definition, [{ type: 'add', n: 2 }], { input: { n: 1 } });
    expect(paths.map(({ description, value }) => [description, value])).toEqual([
      ['start → "low"', 'low'],
      ['add → "high"', 'high'],
    ]);
    for (const path of paths) path.run();
  });

  it('fails where the machine moves on an event that it does not list', () => {
    const paths = pathsOf(defineAggregate(options), [{ type: 'stray' }], { input: { n: 1 } });
    const lost = paths.find(({ value }) => value === 'lost');
    expect(String(thrownBy(() => lost?.run()))).toContain("refuses as 'unhandled'");
  });
});
