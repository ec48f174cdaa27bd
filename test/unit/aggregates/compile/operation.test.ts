import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, emit, enqueueActions, raise } from 'xstate';
import {
  ComputeOutput,
  Finish,
  type OperationSubject,
  operationOf,
  QueueDone,
  resolvedByXState,
} from '../../../../src/aggregates/compile/operation.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';

const machine: AnyStateMachine = createMachine(
  {
    context: { n: 1 },
    initial: 'a',
    output: ({ event }) => ['all', event],
    states: { a: {}, f: { type: 'final', output: ({ context }) => context.n } },
  },
  {
    actions: {
      set: assign((_, params) => ({ n: (params as unknown as { n: number }).n })),
      many: enqueueActions(({ enqueue }) => {
        enqueue.assign({ n: 5 });
        enqueue.raise({ type: 'raised' });
      }),
    },
  },
);

function subject(): OperationSubject & { requested: unknown[] } {
  const stepper = new MachineStepper(machine);
  const { snapshot } = stepper.start(undefined);
  const requested: unknown[] = [];
  return {
    machine,
    scope: stepper.scope,
    context: snapshot.context,
    status: 'active',
    output: undefined,
    children: {},
    changed: false,
    queue: [],
    spawn: () => {
      throw new Error('spawned');
    },
    snapshot: () => snapshot,
    request: (action) => requested.push(action),
    requested,
  };
}

const event = { type: 'e', n: 7 };

function performed(reference: unknown) {
  const amid = subject();
  operationOf(machine, reference).perform(amid, event);
  return amid;
}

describe('an operation', () => {
  it('assigns what a function or a record computes, from the context before', () => {
    const byFunction = assign(({ context, event: { n } }) => ({ n: context.n + n }));
    expect(performed(byFunction)).toMatchObject({ context: { n: 8 }, changed: true });
    const record = assign({ n: ({ context }) => context.n + 1, m: ({ context }) => context.n });
    expect(performed(record)).toMatchObject({ context: { n: 2, m: 1 }, changed: true });
  });

  it('gives actions their parameters', () => {
    expect(performed({ type: 'set', params: { n: 4 } }).context).toEqual({ n: 4 });
    const params = ({ event: { n } }: { event: { n: number } }) => ({ n });
    expect(performed({ type: 'set', params }).context).toEqual({ n: 7 });
  });

  it('tells what is emitted and what the machine would run', () => {
    expect(performed(emit(({ context }) => ({ type: 'told', n: context.n }))).requested).toEqual([
      { type: 'xstate.emit', params: { event: { type: 'told', n: 1 } } },
    ]);
    expect(performed({ type: 'effect', params: { n: 1 } })).toMatchObject({
      requested: [{ type: 'effect', params: { n: 1 } }],
      changed: false,
    });
  });

  it('queues what is raised', () => {
    expect(performed(raise(({ context }) => ({ type: 'r', n: context.n }))).queue).toEqual([
      { type: 'r', n: 1 },
    ]);
  });

  it('asks XState for what is only known when it is due', () => {
    expect(performed('many')).toMatchObject({
      context: { n: 5 },
      changed: true,
      queue: [{ type: 'raised' }],
    });
    expect(resolvedByXState(machine, 'many')).toBe('xstate.enqueueActions');
    expect(resolvedByXState(machine, 'set')).toBeUndefined();
  });

  it('queues done events, and ends a machine, with their outputs', () => {
    const final = machine.getStateNodeById('(machine).f');
    const amid = subject();
    new QueueDone('done', final).perform(amid, event);
    expect(amid.queue).toEqual([{ type: 'done', output: 1 }]);
    new Finish(machine.root, 'end', final).perform(amid, event);
    expect(amid).toMatchObject({ status: 'done', output: ['all', { type: 'end', output: 1 }] });
  });

  it('computes an output that nobody asks for, and throws what it throws', () => {
    const broken = createMachine({
      initial: 'f',
      states: {
        f: {
          type: 'final',
          output: () => {
            throw new RangeError('broken');
          },
        },
      },
    });
    const final = broken.getStateNodeById('(machine).f');
    expect(() => new ComputeOutput(final).perform(subject(), event)).toThrow(RangeError);
  });
});
