import { describe, expect, it } from 'vitest';
import { assign, createMachine, setup } from 'xstate';
import { CompiledMachine } from '../../../../src/aggregates/compile/compiled-machine.ts';
import { MachineRun } from '../../../../src/aggregates/compile/machine-run.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { doorMachine } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

function runOf(machine: ConstructorParameters<typeof MachineStepper>[0], entriesMax?: number) {
  const stepper = new MachineStepper(machine);
  const { snapshot } = stepper.start(undefined);
  return new MachineRun(stepper, new CompiledMachine(stepper.machine, entriesMax), snapshot);
}

describe('a run', () => {
  it('goes from event to event and tells what each did', () => {
    const run = runOf(doorMachine);
    run.step({ type: 'opened', by: 'kim' });
    expect(run).toMatchObject({ acted: true, microsteps: 1, ended: undefined });
    expect(run.actions).toEqual([{ type: 'xstate.emit', params: { event: { type: 'creaked' } } }]);
    expect(run.snapshot()).toMatchObject({ value: 'open', context: { openings: 1, by: ['kim'] } });
    expect(run.snapshot().tags).toEqual(new Set(['passable']));
    expect(new TextDecoder().decode(run.valueBytes)).toBe('"open"');
    run.step({ type: 'unknown' });
    expect(run).toMatchObject({ acted: false, taken: [], actions: [] });
  });

  it('has one snapshot as long as nothing changes', () => {
    const run = runOf(doorMachine);
    const before = run.snapshot();
    run.step({ type: 'unknown' });
    expect(run.snapshot()).toBe(before);
  });

  it('steps by XState what is not remembered, and events that XState treats by type', () => {
    const run = runOf(doorMachine, 0);
    for (const type of ['opened', 'closed', 'removed']) run.step({ type, by: 'kim' });
    expect(run.snapshot()).toMatchObject({ status: 'done', output: { openings: 1 } });
    expect(run.ended).toBe('done');
    const failing = runOf(doorMachine);
    failing.step({ type: 'xstate.error.actor.x', error: 'lost' });
    expect(failing.ended).toBe('failed');
  });

  it('throws what XState throws for a guard, with the state and the event', () => {
    const machine = setup({
      guards: {
        broken: (): boolean => {
          throw new RangeError('too big');
        },
      },
    }).createMachine({ id: 'm', on: { e: { guard: 'broken' } } });
    const thrown = thrownBy(() => runOf(machine).step({ type: 'e' }));
    expect(String(thrown)).toContain("'broken'");
    expect(String(thrown)).toContain('too big');
  });

  it.each([undefined, 0])('can undo its last step, with %s entries remembered', (entriesMax) => {
    const run = runOf(doorMachine, entriesMax);
    run.step({ type: 'opened', by: 'kim' });
    const before = run.snapshot();
    run.step({ type: 'removed' });
    expect(run.ended).toBe('done');
    run.undo();
    expect(run.ended).toBeUndefined();
    expect(run.snapshot()).toMatchObject({ value: 'open', status: 'active', output: undefined });
    expect(run.snapshot().context).toBe(before.context);
  });

  it('gives an assign a spawn that throws', () => {
    const child = createMachine({});
    const machine = createMachine({
      on: { e: { actions: assign(({ spawn }) => ({ child: spawn(child) })) } },
    });
    expect(() => runOf(machine).step({ type: 'e' })).toThrow('it spawned an actor');
  });
});
