import { and, assign, not, setup } from 'xstate';
import type { ReplayEvent, ReplayState } from './replay-machines.ts';

/** A till whose every event is judged: by names, by parameters, by guards that are combined. */
export const guardedMachine = setup({
  types: { context: {} as { total: number }, events: {} as ReplayEvent },
  actions: {
    add: assign({ total: ({ context, event }) => context.total + event.amount }),
    take: assign({ total: ({ context, event }) => context.total - event.amount }),
    empty: assign({ total: 0 }),
  },
  guards: {
    covered: ({ context, event }) => context.total >= event.amount,
    atLeast: ({ context }, { least }: { least: number }) => context.total >= least,
  },
}).createMachine({
  id: 'till',
  version: '1',
  context: () => ({ total: 0 }),
  initial: 'open',
  states: {
    open: {
      on: {
        paid: [
          { guard: { type: 'atLeast', params: { least: 100 } }, target: 'full', actions: 'add' },
          { actions: 'add' },
        ],
        refunded: {
          guard: and(['covered', not({ type: 'atLeast', params: { least: 1000 } })]),
          actions: 'take',
        },
      },
    },
    full: { on: { collected: { target: 'open', actions: 'empty' }, '*': { actions: 'add' } } },
  },
});

/** The types of events that are sent to the till, again and again. */
export const guardedCycle = [...'prprppprpp'].map((each) => (each === 'p' ? 'paid' : 'refunded'));

/** The till as someone would write it by hand. */
export function reduceGuarded(state: ReplayState, event: ReplayEvent): ReplayState {
  const { value, total } = state;
  if (value === 'full') {
    if (event.type === 'collected') return { value: 'open', total: 0 };
    return { value, total: total + event.amount };
  }
  switch (event.type) {
    case 'paid':
      return { value: total >= 100 ? 'full' : value, total: total + event.amount };
    case 'refunded':
      return total >= event.amount && total < 1000 ? { value, total: total - event.amount } : state;
    default:
      return state;
  }
}
