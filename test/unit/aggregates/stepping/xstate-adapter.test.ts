import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  candidatesFor,
  historyOf,
  MachineStepper,
  probeXState,
  xstateVersion,
} from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { letterMachines } from '../../../support/aggregate-machines.ts';
import { doorMachine } from '../../../support/aggregates.ts';

describe('the XState that is installed', () => {
  it('tells taken transitions as this library reads them', () => {
    expect(xstateVersion).toMatch(/^5\.\d+\.\d+$/);
    expect(() => probeXState()).not.toThrow();
  });
});

describe('a stepper', () => {
  it('starts anew each time, and steps from any state of its machine', () => {
    const stepper = new MachineStepper(doorMachine);
    const first = stepper.start(undefined);
    const opened = stepper.step(first.snapshot, { type: 'opened', by: 'kim' });
    expect(opened).toMatchObject({
      snapshot: { value: 'open', context: { openings: 1, by: ['kim'] } },
      actions: [{ type: 'xstate.emit' }],
    });
    expect(opened.taken).toHaveLength(1);
    expect(stepper.step(first.snapshot, { type: 'unknown' })).toMatchObject({
      taken: [],
      actions: [],
    });
    expect(stepper.start(undefined).snapshot).toMatchObject({
      value: 'closed',
      context: { by: [] },
    });
  });

  it('leaves a snapshot that knows what it can do', () => {
    const { snapshot } = new MachineStepper(doorMachine).start(undefined);
    expect(snapshot.can({ type: 'opened', by: 'kim' })).toBe(true);
    expect(snapshot.can({ type: 'locked' })).toBe(false);
    expect(snapshot.matches('closed')).toBe(true);
    expect(snapshot.hasTag('passable')).toBe(false);
  });
});

describe('candidatesFor', () => {
  const machine = createMachine({
    on: { 'a.*': { guard: 'partial' }, '*': { guard: { type: 'any', params: { n: 1 } } } },
    initial: 'x',
    states: { x: { on: { 'a.b': [{ guard: 'one' }, { guard: 'one' }, {}] } } },
  });
  const { snapshot } = new MachineStepper(machine).start(undefined);

  it.each([
    ['a.b', ['any', 'one', 'partial']],
    ['a.b.c', ['any', 'partial']],
    ['a', ['any', 'partial']],
    ['ab', ['any']],
    ['b', ['any']],
  ])('of %s has the guards of names and wildcards, each once', (type, guards) => {
    const candidates = candidatesFor(snapshot, type);
    expect(candidates.listed).toBe(true);
    expect([...candidates.guards].sort()).toEqual(guards);
  });

  it('is unlisted when no state has it', () => {
    const { snapshot: closed } = new MachineStepper(doorMachine).start(undefined);
    expect(candidatesFor(closed, 'closed')).toEqual({ listed: false, guards: [] });
  });
});

describe('historyOf', () => {
  it('is nothing, or the ids that history states remember', () => {
    const { remembering } = letterMachines;
    const stepper = new MachineStepper(remembering ?? doorMachine);
    const { snapshot } = stepper.start(undefined);
    expect(historyOf(snapshot)).toBeUndefined();
    const { snapshot: two } = stepper.step(snapshot, { type: 'a', n: 0 });
    const { snapshot: away } = stepper.step(two, { type: 'f', n: 0 });
    const history = historyOf(away) ?? {};
    expect(Object.values(history).flat().sort()).toEqual([
      '(machine).work.two',
      '(machine).work.two.left',
    ]);
  });
});
