import { describe, expect, it } from 'vitest';
import { CompiledMachine } from '../../../../src/aggregates/compile/compiled-machine.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { doorMachine } from '../../../support/aggregates.ts';

const { machine, ...stepper } = (() => {
  const made = new MachineStepper(doorMachine);
  return { machine: made.machine, closed: made.start(undefined).snapshot };
})();

describe('a compiled machine', () => {
  it('has one place for equal snapshots, and one branch for a type of event', () => {
    const compiled = new CompiledMachine(machine);
    const place = compiled.placeOf(stepper.closed);
    expect(place?.valueText).toBe('"closed"');
    expect(compiled.placeOf({ ...stepper.closed })).toBe(place);
    if (place === undefined) return;
    const branch = compiled.branchFor(place, 'opened');
    expect(compiled.branchFor(place, 'opened')).toBe(branch);
    const chosen = compiled.choose(branch, 0);
    const plan = compiled.planOf(place, chosen);
    expect(plan).toMatchObject({ moves: true, acts: true, next: { valueText: '"open"' } });
    expect(compiled.planOf(place, chosen)).toBe(plan);
    expect(compiled.planOf(place, branch)).toBeUndefined();
  });

  it('remembers no more than it may, and is right all the same', () => {
    const compiled = new CompiledMachine(machine, 1);
    const place = compiled.placeOf(stepper.closed);
    expect(place?.kept).toBe(true);
    if (place === undefined) return;
    const branch = compiled.branchFor(place, 'opened');
    expect(compiled.branchFor(place, 'opened')).not.toBe(branch);
    const plan = compiled.planOf(place, compiled.choose(branch, 0));
    expect(plan).toMatchObject({ next: { valueText: '"open"', kept: false } });
    expect(new CompiledMachine(machine, 0).placeOf(stepper.closed)).toBeUndefined();
  });
});
