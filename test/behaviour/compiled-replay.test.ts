import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { guardedCycle, guardedMachine } from '../../bench/replay-guarded.ts';
import {
  fallbackMachine,
  flatCycle,
  flatMachine,
  nestedCycle,
  nestedMachine,
} from '../../bench/replay-machines.ts';
import { parallelCycle, parallelMachine } from '../../bench/replay-parallel.ts';
import { ticketMachine } from '../../examples/helpdesk/ticket-machine.ts';
import { explainMachine } from '../../src/aggregates/compile/explain.ts';
import { letterMachines } from '../support/aggregate-machines.ts';
import { doorMachine } from '../support/aggregates.ts';
import { compareEffects } from '../support/effect-comparison.ts';
import {
  externalOfSpec,
  generatedEvent,
  generatedExternal,
  machineOfSpec,
  machineSpec,
} from '../support/generated-machine.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { compareSteps } from '../support/step-comparison.ts';

const anyEvent = fc.oneof(
  { weight: 3, arbitrary: generatedEvent },
  { weight: 1, arbitrary: generatedExternal },
);
const manyEvents = fc.array(anyEvent, { minLength: 8, maxLength: 20 });

describe('a compiled machine', () => {
  it('steps as XState does, whatever the machine and the events', () => {
    let compared = 0;
    let compiled = 0;
    fc.assert(
      fc.property(machineSpec, manyEvents, (spec, events) => {
        const machine = machineOfSpec(spec);
        if (explainMachine(machine).compiled) compiled += 1;
        const told = events.map((event) => ('what' in event ? externalOfSpec(spec, event) : event));
        compared += compareSteps(machine, told);
      }),
      propertyRuns(200),
    );
    // A generator of machines that end at once, or that all fall back, would prove nothing.
    expect(compiled).toBeGreaterThanOrEqual(200);
    expect(compared).toBeGreaterThan(500);
  }, 120_000);
});

const machines: Readonly<Record<string, { machine: AnyStateMachine; types: readonly string[] }>> = {
  ticket: { machine: ticketMachine, types: typesOf(ticketMachine) },
  door: { machine: doorMachine, types: typesOf(doorMachine) },
  flat: { machine: flatMachine, types: flatCycle },
  nested: { machine: nestedMachine, types: nestedCycle },
  guarded: { machine: guardedMachine, types: guardedCycle },
  parallel: { machine: parallelMachine, types: parallelCycle },
  'not compiled': { machine: fallbackMachine, types: flatCycle },
  ...Object.fromEntries(
    Object.entries(letterMachines).map(([name, machine]) => [
      `of letters, ${name}`,
      { machine, types: [...'abcdef'] },
    ]),
  ),
};

describe('the machine that is stepped in the place of one with actors', () => {
  it('goes where XState takes that, and asks for the same', () => {
    let compared = 0;
    fc.assert(
      fc.property(machineSpec, manyEvents, (spec, events) => {
        const told = events.map((event) => ('what' in event ? externalOfSpec(spec, event) : event));
        compared += compareEffects(machineOfSpec(spec), told);
      }),
      propertyRuns(200),
    );
    expect(compared).toBeGreaterThan(500);
  }, 120_000);
});

describe.each(Object.entries(machines))('the machine %s', (_, { machine, types }) => {
  it('is stepped as XState steps it', () => {
    const event = fc.record({
      type: fc.constantFrom(...types),
      n: fc.integer({ min: 0, max: 3 }),
      amount: fc.integer({ min: 0, max: 90 }),
      by: fc.constantFrom('kim', 'lee'),
      times: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        compareSteps(machine, events);
      }),
      propertyRuns(25),
    );
  });
});

/** Every type of event that a machine lists, wildcards aside. */
function typesOf(machine: AnyStateMachine): string[] {
  return machine.events.map(String).filter((type) => !type.includes('*'));
}
