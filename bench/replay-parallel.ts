import { assign, setup } from 'xstate';
import type { ReplayEvent, ReplayState } from './replay-machines.ts';

const letters = ['p', 'q', 'r'] as const;

/** Three states in a ring; `reset` leads back to the first from anywhere. */
function ring(letter: string) {
  return {
    initial: 'one',
    on: { reset: '.one' },
    states: {
      one: { on: { [letter]: 'two' } },
      two: { on: { [letter]: 'three' } },
      three: { on: { [letter]: 'one' } },
    },
  };
}

/** Three regions of three states each: an event for each region, and two for all of them. */
export const parallelMachine = setup({
  types: { context: {} as { total: number }, events: {} as ReplayEvent },
  actions: { add: assign({ total: ({ context, event }) => context.total + event.amount }) },
}).createMachine({
  id: 'rings',
  version: '1',
  type: 'parallel',
  context: () => ({ total: 0 }),
  on: { counted: { actions: 'add' } },
  states: Object.fromEntries(letters.map((letter) => [letter, ring(letter)])),
});

/** The types of events that are sent to the rings, again and again. */
export const parallelCycle = ['p', 'q', 'counted', 'r', 'p', 'q', 'reset', 'r', 'counted', 'q'];

const next: Readonly<Record<string, string>> = { one: 'two', two: 'three', three: 'one' };

/** The rings as someone would write them by hand. */
export function reduceParallel(state: ReplayState, event: ReplayEvent): ReplayState {
  const { value, total } = state;
  const { type, amount } = event;
  if (type === 'counted') return { value, total: total + amount };
  if (type === 'reset') return { value: 'p.one|q.one|r.one', total };
  const regions = value.split('|').map((region) => {
    const [letter = '', where = ''] = region.split('.');
    return letter === type ? `${letter}.${next[where]}` : region;
  });
  return { value: regions.join('|'), total };
}
