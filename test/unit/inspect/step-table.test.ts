import { describe, expect, expectTypeOf, it } from 'vitest';
import { type AnyStateMachine, createMachine, transition } from 'xstate';
import { batchMachine } from '../../../machines/batch.ts';
import { gateMachine } from '../../../machines/gate.ts';
import { restartMachine } from '../../../machines/restart.ts';
import { writerMachine } from '../../../machines/writer.ts';
import { type StepMirror, Stepper, stepTable } from '../../../src/inspect/step-table.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';

type RootConfig = NonNullable<Parameters<typeof createMachine>[0]>;
type StatesConfig = NonNullable<RootConfig['states']>;

/** The error that the call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Every type of event that some state of the machine lists. */
function eventTypesOf(machine: AnyStateMachine): string[] {
  const types = Object.values(machine.states).flatMap((node) => [...node.transitions.keys()]);
  return [...new Set(types)];
}

describe.each([
  { name: 'batch', machine: batchMachine as AnyStateMachine, states: 11, events: 12 },
  { name: 'gate', machine: gateMachine as AnyStateMachine, states: 8, events: 7 },
])('the step table of the $name machine', ({ machine, states, events }) => {
  const table = stepTable(machine);

  it('has every state, in document order, and starts where the machine starts', () => {
    expect([...table.states.keys()]).toEqual(Object.keys(machine.states));
    expect(table.states.size).toBe(states);
    expect(table.initial.name).toBe(machine.root.initial.target[0]?.key);
    expect(table.machine).toBe(machine.id);
  });

  it('steps as XState does, for every state and event', () => {
    expect(eventTypesOf(machine)).toHaveLength(events);
    const differing = [...table.states.values()].flatMap((state) =>
      eventTypesOf(machine).filter((type) => {
        const snapshot = machine.resolveState({ value: state.name, context: {} });
        const [next] = transition(machine, snapshot, { type });
        return next.value !== (state.next.get(type)?.name ?? state.name);
      }),
    );
    expect(differing).toEqual([]);
  });

  it('knows which states are final', () => {
    for (const state of table.states.values()) {
      expect(state.final).toBe(machine.states[state.name]?.type === 'final');
      if (state.final) expect(state.next.size).toBe(0);
    }
  });
});

describe('a stepper', () => {
  const table = stepTable(batchMachine);

  it('walks from state to state', () => {
    const stepper = new Stepper(table);
    expect(stepper.state).toBe('validating');
    expect(stepper.step('items.valid')).toBe('beginning');
    expect(stepper.step('io.failed')).toBe('aborting');
    expect(stepper.state).toBe('aborting');
    expect(stepper.done).toBe(false);
    expect(stepper.step('truncate.finished')).toBe('aborted');
    expect(stepper.done).toBe(true);
  });

  it('shares nothing with another stepper of the same table', () => {
    const first = new Stepper(table);
    const second = new Stepper(table);
    first.step('items.invalid');
    expect(second.state).toBe('validating');
  });

  it('asserts that the machine allows the event, and stays where it is when not', () => {
    const stepper = new Stepper(table);
    stepper.step('items.valid');
    const failure = thrownBy(() => stepper.step('sync.started'));
    expect(failure).toBeInstanceOf(AssertionFailure);
    expect(failure).toMatchObject({
      code: 'BATPAK_ASSERTION',
      facts: { machine: 'batch', state: 'beginning', event: 'sync.started' },
    });
    expect(stepper.state).toBe('beginning');
  });

  it('allows no event in a final state', () => {
    const stepper = new Stepper(table);
    stepper.step('items.invalid');
    expect(thrownBy(() => stepper.step('items.valid'))).toMatchObject({
      facts: { machine: 'batch', state: 'aborted', event: 'items.valid' },
    });
  });

  it('is typed by the names of the machine', () => {
    const stepper = new Stepper(table);
    type State =
      | 'validating'
      | 'beginning'
      | 'writing'
      | 'committing'
      | 'publishing'
      | 'published'
      | 'syncing'
      | 'aborting'
      | 'durable'
      | 'aborted'
      | 'unknown';
    expectTypeOf(stepper.state).toEqualTypeOf<State>();
    expectTypeOf(stepper.step).toBeCallableWith('items.valid');
    // @ts-expect-error: the machine has no such event
    expect(() => stepper.step('items.sold')).toThrow(AssertionFailure);
  });
});

describe('a mirror', () => {
  const table = stepTable(gateMachine);

  it('is told every step that is taken, and none that is not', () => {
    const told: string[] = [];
    const states = new Map([
      ['evaluation.started', 'evaluating'],
      ['gate.denied', 'denied'],
    ]);
    const mirror: StepMirror = {
      step(eventType) {
        told.push(eventType);
        return states.get(eventType) ?? 'elsewhere';
      },
    };
    const stepper = new Stepper(table, mirror);
    stepper.step('evaluation.started');
    expect(() => stepper.step('commit.started')).toThrow(AssertionFailure);
    stepper.step('gate.denied');
    expect(told).toEqual(['evaluation.started', 'gate.denied']);
  });

  it('must be where the table is', () => {
    const stepper = new Stepper(table, { step: () => 'elsewhere' });
    expect(thrownBy(() => stepper.step('evaluation.started'))).toMatchObject({
      code: 'BATPAK_ASSERTION',
      facts: { machine: 'gate', state: 'evaluating', mirrored: 'elsewhere' },
    });
  });
});

describe('a table', () => {
  const on = { go: { target: 'b' } };
  const b = { type: 'final' } as const;

  it('keeps a self-target', () => {
    const table = stepTable(
      createMachine({ id: 'm', initial: 'a', states: { a: { on: { again: { target: 'a' } } } } }),
    );
    expect(new Stepper(table).step('again')).toBe('a');
  });

  it.each<[broken: string, machine: AnyStateMachine]>([
    ['the machine has no context', restartMachine],
    ['the machine has no context', writerMachine],
    ['the machine has no context', createMachine({ context: {}, initial: 'b', states: { b } })],
    ['the machine is in one state at a time', parallel()],
    ['no transition belongs to the whole machine', flat({ b }, { on: { go: { target: '.b' } } })],
    ['a state has no states inside', flat({ b: { initial: 'c', states: { c: {} } } })],
    ['a state has no actions', flat({ b }, { entry: 'beep' })],
    ['a state has no actions', flat({ a: { entry: 'beep', on }, b })],
    ['a state has no actions', flat({ a: { exit: 'beep', on }, b })],
    ['a state has no `always`', flat({ a: { always: { target: 'b' } }, b })],
    ['a state has no `after`', flat({ a: { after: { 10: { target: 'b' } } }, b })],
    ['a state has no `invoke`', flat({ a: { invoke: { src: 'work' }, on }, b })],
    ['a transition has no guard', flat({ a: { on: { go: { target: 'b', guard: 'may' } } }, b })],
    ['a transition has no actions', flat({ a: { on: { go: { target: 'b', actions: 'x' } } }, b })],
    ['an event has one transition', flat({ b: { on: { go: [{ target: 'b' }, {}] } } })],
    ['a transition has one target', flat({ b: { on: { go: {} } } })],
    ['a transition stays in the machine', flat({ b: { on: { go: { target: '#flat' } } } })],
    ['an event type is no wildcard', flat({ a: { on: { '*': { target: 'b' } } }, b })],
    ['an event type is no wildcard', flat({ a: { on: { 'go.*': { target: 'b' } } }, b })],
  ])('asserts that %s', (broken, machine) => {
    expect(thrownBy(() => stepTable(machine))).toMatchObject({
      code: 'BATPAK_ASSERTION',
      message: expect.stringMatching(`^${broken} does not hold`),
    });
  });
});

/** A machine that starts in state b. */
function flat(states: StatesConfig, root: RootConfig = {}): AnyStateMachine {
  return createMachine({ id: 'flat', initial: 'b', states, ...root });
}

function parallel(): AnyStateMachine {
  return createMachine({ type: 'parallel', states: { a: {}, b: {} } });
}
