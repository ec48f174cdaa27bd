import { describe, expect, it } from 'vitest';
import { createMachine, fromPromise } from 'xstate';
import { CompiledMachine } from '../../../../src/aggregates/compile/compiled-machine.ts';
import { CompiledStepper, compile } from '../../../../src/aggregates/compile/compiled-stepper.ts';
import { doorMachine, listMachine } from '../../../support/aggregates.ts';

const invoking = createMachine({
  initial: 'a',
  states: {
    a: { on: { e: 'b' } },
    b: { on: { e: 'a' }, initial: 'c', states: { c: {} } },
    never: { invoke: { src: fromPromise(() => Promise.resolve(1)) } },
  },
});

describe('a compiled stepper', () => {
  it('steps from any snapshot, and leaves the snapshot as it was', () => {
    const stepper = new CompiledStepper(doorMachine);
    const { snapshot } = stepper.start(undefined);
    const opened = stepper.step(snapshot, { type: 'opened', by: 'kim' });
    expect(opened).toMatchObject({ snapshot: { value: 'open' }, microsteps: 1 });
    expect(opened.taken).toHaveLength(1);
    expect(opened.actions).toHaveLength(1);
    expect(stepper.step(snapshot, { type: 'touched' }).snapshot).toBe(snapshot);
    expect(snapshot).toMatchObject({ value: 'closed', context: { openings: 0 } });
  });

  it('can step again after a step that threw', () => {
    const stepper = new CompiledStepper(listMachine);
    const { snapshot } = stepper.start(undefined);
    expect(() => stepper.step(snapshot, { type: 'addAndThrow', item: 1 })).toThrow(RangeError);
    const { snapshot: after } = stepper.step(snapshot, { type: 'add', item: 2 });
    expect(after.value).toBe('used');
  });

  it('steps a machine by XState that can not be compiled', () => {
    expect(compile(invoking)).toEqual([
      { state: '(machine).never', reason: 'it invokes an actor' },
    ]);
    const stepper = new CompiledStepper(invoking);
    const run = stepper.run(stepper.start(undefined).snapshot);
    run.step({ type: 'e' });
    expect(run.snapshot().value).toEqual({ b: 'c' });
    expect(new TextDecoder().decode(run.valueBytes)).toBe('{"b":"c"}');
  });
});

describe('compile', () => {
  it('gives the tables of a machine, or why it has none', () => {
    expect(compile(doorMachine)).toBeInstanceOf(CompiledMachine);
    const twins = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { id: 'same' }, b: { id: 'same' }, c: {} },
    });
    expect(compile(twins)).toEqual([{ state: 'm', reason: 'two of its states have the same id' }]);
  });
});
