import { describe, expect, it } from 'vitest';
import { CompiledMachine } from '../../src/aggregates/compile/compiled-machine.ts';
import { CompiledStepper, compile } from '../../src/aggregates/compile/compiled-stepper.ts';
import { scxmlCases } from '../support/scxml/scxml-cases.ts';
import { compareSteps } from '../support/step-comparison.ts';

describe.each(Object.entries(scxmlCases))('a compiled machine keeps to SCXML in %s', (_, cases) => {
  it.each(cases)('$states', ({ machine, events, value, log }) => {
    expect(compile(machine)).toBeInstanceOf(CompiledMachine);
    const stepper = new CompiledStepper(machine);
    const run = stepper.run(stepper.start(undefined).snapshot);
    for (const type of events) run.step({ type });
    const snapshot = run.snapshot();
    expect(snapshot.value).toEqual(value);
    expect(snapshot.context.log).toEqual(log);
    compareSteps(
      machine,
      events.map((type) => ({ type })),
    );
  });
});
