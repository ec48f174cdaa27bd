import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { Shadow } from '../../../../src/aggregates/compile/shadow.ts';
import { activeNodes, MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';

const machine = createMachine({
  id: 'm',
  initial: 'a',
  states: {
    a: {
      exit: 'leave',
      on: {
        '*': { target: 'b' },
        'x.*': { guard: 'partial', target: 'b' },
        'x.y': { guard: 'exact', target: 'c', actions: 'go' },
      },
    },
    b: {
      initial: 'one',
      states: { one: { type: 'final', entry: 'end' }, h: { type: 'history' } },
      onDone: 'c',
      on: { out: 'a' },
    },
    c: { type: 'final', output: 1 },
  },
});
const { snapshot } = new MachineStepper(machine).start(undefined);

/** The shadow's microstep for the first candidate of an event. */
function stepOf(shadow: Shadow, from: typeof snapshot, type: string) {
  const chosen = shadow.candidates(from, type).slice(0, 1);
  return shadow.microstep(from, chosen, false);
}

describe('a shadow', () => {
  it('tells candidates in the order in which XState asks them', () => {
    const shadow = new Shadow(machine);
    const at = shadow.shadowOf(snapshot);
    const eventTypes = (type: string) => shadow.candidates(at, type).map((each) => each.eventType);
    expect(eventTypes('x.y')).toEqual(['x.y', 'x.*', '*']);
    expect(eventTypes('x.z')).toEqual(['x.*', '*']);
    expect(eventTypes('other')).toEqual(['*']);
  });

  it('tells what a microstep does, in order, and where it leads', () => {
    const shadow = new Shadow(machine);
    const { after, moved, entries } = stepOf(shadow, shadow.shadowOf(snapshot), 'other');
    expect(shadow.nodesIn(after).map(({ id }) => id)).toEqual(['m', 'm.b', 'm.b.one']);
    expect(moved).toBe(true);
    const told = entries.map((entry) =>
      entry.kind === 'action'
        ? shadow.actions[entry.action]
        : [entry.kind, 'of' in entry ? entry.of.id : '', entry.final?.id],
    );
    expect(told).toEqual(['leave', 'end', ['done', 'm.b', 'm.b.one']]);
  });

  it('tells when the machine is done, by which state', () => {
    const shadow = new Shadow(machine);
    const { after, entries } = stepOf(shadow, shadow.shadowOf(snapshot), 'x.y');
    expect(after.status).toBe('done');
    expect(entries.at(-1)).toMatchObject({
      kind: 'finish',
      of: { id: 'm.c' },
      final: { id: 'm.c' },
    });
  });

  it('keeps what history states remember, by the ids of the machine', () => {
    const shadow = new Shadow(machine);
    const { after } = stepOf(shadow, shadow.shadowOf(snapshot), 'other');
    const left = stepOf(shadow, after, 'out');
    const history = Object.entries(shadow.historyIn(left.after));
    expect(history.map(([id, nodes]) => [id, nodes.map((node) => node.id)])).toEqual([
      ['m.b.h', ['m.b.one']],
    ]);
    expect(activeNodes(left.after).map(({ id }) => id)).toEqual(['n0', 'n1']);
  });

  it('is none of a machine whose states have the same id', () => {
    const twins = createMachine({
      initial: 'a',
      states: { a: { id: 'same' }, b: { id: 'same' }, c: {} },
    });
    expect(() => new Shadow(twins)).toThrow(RangeError);
  });
});
