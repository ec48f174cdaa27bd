import { describe, expect, it } from 'vitest';
import { createActor, type InspectionEvent } from 'xstate';
import { gateMachine } from '../../../machines/gate.ts';
import {
  mirrorMachine,
  type WrappedInspector,
  wrapInspection,
} from '../../../src/inspect/inspection.ts';
import { Stepper, stepTable } from '../../../src/inspect/step-table.ts';

interface Warning {
  readonly message: string;
  readonly cause: unknown;
}

/** Collects warnings. */
function warnings(): { readonly all: Warning[]; warn(message: string, cause: unknown): void } {
  const all: Warning[] = [];
  return { all, warn: (message, cause) => all.push({ message, cause }) };
}

/** What an actor of the gate machine tells the inspector while it is sent two events. */
function inspectTwoSteps(inspect: WrappedInspector): string {
  const actor = createActor(gateMachine, { inspect });
  actor.start();
  actor.send({ type: 'evaluation.started' });
  actor.send({ type: 'gates.passed' });
  return actor.getSnapshot().value;
}

describe('a wrapped inspector', () => {
  it('passes every event on, to a function and to an observer alike', () => {
    const toFunction: string[] = [];
    const toObserver: string[] = [];
    const { all, warn } = warnings();
    inspectTwoSteps(wrapInspection((event) => toFunction.push(event.type), warn));
    inspectTwoSteps(wrapInspection({ next: (event) => toObserver.push(event.type) }, warn));
    expect(toFunction.filter((type) => type === '@xstate.microstep')).toHaveLength(2);
    expect(toObserver).toEqual(toFunction);
    expect(all).toEqual([]);
  });

  it('calls an observer as its method', () => {
    const observer = {
      seen: 0,
      next(_: InspectionEvent) {
        this.seen += 1;
      },
    };
    inspectTwoSteps(wrapInspection(observer, warnings().warn));
    expect(observer.seen).toBeGreaterThan(0);
  });

  it('takes an observer without next', () => {
    const { all, warn } = warnings();
    expect(inspectTwoSteps(wrapInspection({}, warn))).toBe('approved');
    expect(all).toEqual([]);
  });

  it.each(['@xstate.actor', '@xstate.event', '@xstate.microstep', '@xstate.snapshot'] as const)(
    'is detached by its first throw, on %s, with one warning, and the machine goes on',
    (type) => {
      const cause = new Error('inspector is broken');
      const { all, warn } = warnings();
      let calls = 0;
      let callsAtThrow = 0;
      const inspect = wrapInspection((event) => {
        calls += 1;
        if (event.type !== type) return;
        callsAtThrow = calls;
        throw cause;
      }, warn);
      expect(inspectTwoSteps(inspect)).toBe('approved');
      expect(callsAtThrow).toBeGreaterThan(0);
      expect(calls).toBe(callsAtThrow);
      expect(all).toHaveLength(1);
      expect(all[0]?.cause).toBe(cause);
      expect(all[0]?.message).toContain('detached');
    },
  );

  it('stays detached for the next actor', () => {
    const { all, warn } = warnings();
    let calls = 0;
    const inspect = wrapInspection(() => {
      calls += 1;
      throw new Error('broken');
    }, warn);
    inspectTwoSteps(inspect);
    inspectTwoSteps(inspect);
    expect(calls).toBe(1);
    expect(all).toHaveLength(1);
  });

  it('warns once when it throws inside a call that it caused itself', () => {
    const { all, warn } = warnings();
    let depth = 0;
    const inspect = wrapInspection((event) => {
      depth += 1;
      if (depth === 1) inspect(event);
      throw new Error(`broken at depth ${depth}`);
    }, warn);
    inspectTwoSteps(inspect);
    expect(all).toHaveLength(1);
    expect(all[0]?.cause).toMatchObject({ message: 'broken at depth 2' });
  });
});

describe('a mirror of a stepper', () => {
  const table = stepTable(gateMachine);

  it('shows the inspector the same events as an actor that is sent the same', () => {
    const ofActor: InspectionEvent[] = [];
    const ofMirror: InspectionEvent[] = [];
    inspectTwoSteps((event) => ofActor.push(event));
    const stepper = new Stepper(
      table,
      mirrorMachine(gateMachine, (event) => ofMirror.push(event)),
    );
    stepper.step('evaluation.started');
    stepper.step('gates.passed');
    expect(ofMirror.map(summary)).toEqual(ofActor.map(summary));
    expect(ofMirror.map(summary)).toContain('@xstate.snapshot gates.passed "approved"');
  });

  it('goes on to the end after the inspector was detached', () => {
    const { all, warn } = warnings();
    const throwing = wrapInspection(() => {
      throw new Error('broken');
    }, warn);
    const stepper = new Stepper(table, mirrorMachine(gateMachine, throwing));
    stepper.step('bypass.requested');
    stepper.step('commit.started');
    expect(stepper.step('commit.failed')).toBe('failed');
    expect(all).toHaveLength(1);
  });

  it('is an actor of its own for each stepper', () => {
    const roots = new Set<string>();
    const watch: WrappedInspector = (event) => roots.add(event.rootId);
    new Stepper(table, mirrorMachine(gateMachine, watch)).step('bypass.requested');
    new Stepper(table, mirrorMachine(gateMachine, watch)).step('evaluation.started');
    expect(roots.size).toBe(2);
  });
});

/** Type, event and state of an inspection event: what doesn't differ between two actors. */
function summary(inspected: InspectionEvent): string {
  const event = 'event' in inspected ? inspected.event.type : '';
  const value =
    'snapshot' in inspected && 'value' in inspected.snapshot ? inspected.snapshot.value : undefined;
  return `${inspected.type} ${event} ${JSON.stringify(value) ?? ''}`;
}
