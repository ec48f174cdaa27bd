import { type AnyStateMachine, assign, createMachine, raise } from 'xstate';

/** What the SCXML specification says of interpreters, shown on a machine. */
export interface ScxmlCase {
  /** The statement, in our words. */
  readonly states: string;
  readonly machine: AnyStateMachine;
  readonly events: readonly string[];
  /** Where the machine is afterwards. */
  readonly value: unknown;
  /** What was done on the way, the start included. */
  readonly log: readonly string[];
}

/** Context of every machine here. */
export interface Logged {
  readonly log: readonly string[];
  readonly n: number;
}

/** Notes that something was done. */
export const did = (text: string) =>
  assign({ log: ({ context }: { context: Logged }) => [...context.log, text] } as never);

/** Notes it, with the type of the event that is being handled. */
export const told = (text: string) =>
  assign({
    log: ({ context, event }: { context: Logged; event: { type: string } }) => [
      ...context.log,
      `${text} on ${event.type}`,
    ],
  } as never);

/** Counts. */
export const count = assign({ n: ({ context }: { context: Logged }) => context.n + 1 } as never);
/** Raises an event. */
export const send = (type: string) => raise({ type } as never);
/** Says yes until so many were counted. */
export const fewer =
  (limit: number) =>
  ({ context }: { context: Logged }) =>
    context.n < limit;
/** Says no. */
export const never = () => false;

/** A state that notes its entry and exit. */
export function state(name: string, rest: object = {}): object {
  return { entry: did(`+${name}`), exit: did(`-${name}`), ...rest };
}

/** A case: types of events and log are parted by spaces and commas. */
export function scxml(
  states: string,
  config: object,
  events: string,
  value: unknown,
  log: string,
): ScxmlCase {
  const machine = createMachine({ context: () => ({ log: [], n: 0 }), ...config } as never);
  const split = (text: string, by: string) => (text === '' ? [] : text.split(by));
  return { states, machine, events: split(events, ' '), value, log: split(log, ', ') };
}

/** A parallel state of two regions that note what happens. */
export const regions = (rest: object = {}) =>
  state('P', {
    type: 'parallel',
    states: {
      l: state('l', { initial: 'l1', states: { l1: state('l1'), l2: state('l2') } }),
      r: state('r', { initial: 'r1', states: { r1: state('r1'), r2: state('r2') } }),
    },
    ...rest,
  });

/** Two regions; the first state of each is given. */
export function pair(l: object, r: object, rest: object = {}): object {
  return {
    type: 'parallel',
    states: {
      l: { initial: 'l1', states: { l1: state('l1', l), l2: state('l2') } },
      r: { initial: 'r1', states: { r1: state('r1', r), r2: state('r2') } },
    },
    ...rest,
  };
}
