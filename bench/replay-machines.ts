import { assign, setup } from 'xstate';

/** An event of either machine. */
export interface ReplayEvent {
  readonly type: string;
  readonly amount: number;
}

/** What a replay ends in: the state's path and the one number in the context. */
export interface ReplayState {
  readonly value: string;
  readonly total: number;
}

const definitions = setup({
  types: {
    context: {} as { total: number },
    events: {} as ReplayEvent,
  },
  actions: {
    add: assign({ total: ({ context, event }) => context.total + event.amount }),
    take: assign({ total: ({ context, event }) => context.total - event.amount }),
  },
  guards: {
    covered: ({ context, event }) => context.total >= event.amount,
  },
});

const flatStates = {
  ordered: { on: { paid: { target: 'packing', actions: 'add' } } },
  packing: { on: { packed: { target: 'waiting' } } },
  waiting: { on: { collected: { target: 'travelling' } } },
  travelling: { on: { delivered: { target: 'arrived' } } },
  arrived: { on: { reordered: { target: 'ordered' } } },
} as const;

/** Five states side by side, one of whose five transitions changes the context; no guards. */
export const flatMachine = definitions.createMachine({
  id: 'parcel',
  version: '1',
  context: () => ({ total: 0 }),
  initial: 'ordered',
  states: flatStates,
});

/** The flat machine with a limit of microsteps, which keeps it from being compiled. */
export const fallbackMachine = definitions.createMachine({
  id: 'counted parcel',
  version: '1',
  context: () => ({ total: 0 }),
  options: { maxIterations: 1000 },
  initial: 'ordered',
  states: flatStates,
});

/** The types of events that take the flat machine round once. */
export const flatCycle = ['paid', 'packed', 'collected', 'delivered', 'reordered'] as const;

/** An account whose withdrawals are guarded and whose open state has states of its own. */
export const nestedMachine = definitions.createMachine({
  id: 'account',
  version: '1',
  context: () => ({ total: 0 }),
  initial: 'open',
  states: {
    open: {
      initial: 'active',
      on: {
        deposited: { actions: 'add' },
        withdrawn: { guard: 'covered', actions: 'take' },
        frozen: { target: 'frozen' },
      },
      states: {
        active: {
          initial: 'unseen',
          on: { rested: { target: 'resting' } },
          states: {
            unseen: { on: { viewed: { target: 'seen' } } },
            seen: { on: { viewed: { target: 'unseen' } } },
          },
        },
        resting: { on: { woken: { target: 'active' } } },
      },
    },
    frozen: { on: { thawed: { target: 'open' } } },
  },
});

/** The types of events that take the nested machine round once. */
export const nestedCycle = [
  'deposited',
  'withdrawn',
  'viewed',
  'rested',
  'woken',
  'deposited',
  'withdrawn',
  'frozen',
  'thawed',
] as const;

/**
 * Every event of a history: the cycle again and again. No more is ever withdrawn than was paid in,
 * so that every event is accepted; a withdrawal still has to be judged.
 */
export function historyOf(cycle: readonly string[], count: number): ReplayEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const type = cycle[i % cycle.length] ?? '';
    return { type, amount: type === 'withdrawn' ? 1 : 1 + (i % 7) };
  });
}

/** The flat machine as someone would write it by hand. */
export function reduceFlat(state: ReplayState, event: ReplayEvent): ReplayState {
  const { value, total } = state;
  switch (event.type) {
    case 'paid':
      return value === 'ordered' ? { value: 'packing', total: total + event.amount } : state;
    case 'packed':
      return value === 'packing' ? { value: 'waiting', total } : state;
    case 'collected':
      return value === 'waiting' ? { value: 'travelling', total } : state;
    case 'delivered':
      return value === 'travelling' ? { value: 'arrived', total } : state;
    case 'reordered':
      return value === 'arrived' ? { value: 'ordered', total } : state;
    default:
      return state;
  }
}

/** The nested machine as someone would write it by hand. */
export function reduceNested(state: ReplayState, event: ReplayEvent): ReplayState {
  const { value, total } = state;
  if (value === 'frozen') {
    return event.type === 'thawed' ? { value: 'open.active.unseen', total } : state;
  }
  switch (event.type) {
    case 'deposited':
      return { value, total: total + event.amount };
    case 'withdrawn':
      return total >= event.amount ? { value, total: total - event.amount } : state;
    case 'frozen':
      return { value: 'frozen', total };
    case 'viewed':
      if (value === 'open.active.unseen') return { value: 'open.active.seen', total };
      return value === 'open.active.seen' ? { value: 'open.active.unseen', total } : state;
    case 'rested':
      return value === 'open.resting' ? state : { value: 'open.resting', total };
    case 'woken':
      return value === 'open.resting' ? { value: 'open.active.unseen', total } : state;
    default:
      return state;
  }
}
