import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { Branch, Place, placeKey } from '../../../../src/aggregates/compile/place.ts';
import { activeNodes, MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';

const machine = createMachine({
  type: 'parallel',
  on: { e: { actions: 'outer' } },
  states: {
    l: { initial: 'x', states: { x: { tags: ['at x'], on: { e: [{ guard: 'g' }, {}] } } } },
    r: { initial: 'y', states: { y: { on: { e: {} } } } },
  },
});
const { snapshot } = new MachineStepper(machine).start(undefined);
const nodes = activeNodes(snapshot);
const candidates = nodes
  .toReversed()
  .flatMap((node) => node.transitions.get('e') ?? [])
  .map((transition, leaf) => ({ transition, guard: undefined, leaf }));

describe('a place', () => {
  it('holds the value, frozen, its canonical JSON and the tags', () => {
    const place = new Place(nodes, {}, snapshot, true);
    expect(place.value).toEqual({ l: 'x', r: 'y' });
    expect(Object.isFrozen(place.value)).toBe(true);
    expect(new TextDecoder().decode(place.valueBytes)).toBe('{"l":"x","r":"y"}');
    expect(place.tags).toEqual(['at x']);
  });

  it('is named by status, states in order and what history states remember', () => {
    const [root, ...others] = nodes;
    const key = placeKey('active', nodes, {});
    expect(placeKey('active', nodes, {})).toBe(key);
    expect(placeKey('done', nodes, {})).not.toBe(key);
    expect(placeKey('active', [...others, ...(root ? [root] : [])], {})).not.toBe(key);
    expect(placeKey('active', nodes, { h: others })).not.toBe(key);
  });
});

describe('a branch', () => {
  it('asks a state only when nothing was chosen inside it', () => {
    // In order: y of the right region, both of x in the left one, and the machine's own.
    expect(candidates.map(({ transition }) => transition.source.key)).toHaveLength(4);
    const start = new Branch([], candidates, false);
    const left = start.choose(1);
    const sources = (branch: Branch) =>
      branch.candidates.map(({ transition }) => transition.source.key);
    expect(sources(left)).toEqual(
      sources(start)
        .filter((key) => key === 'y')
        .slice(1),
    );
    expect(start.choose(0).candidates.map(({ transition }) => transition.source.key)).not.toContain(
      machine.root.key,
    );
  });

  it('asks for each leaf, whatever was chosen, and takes a transition once', () => {
    const first = candidates[0];
    const again = first === undefined ? [] : [first, { ...first, leaf: 1 }];
    const start = new Branch([], again, true);
    const chosen = start.choose(0);
    expect(chosen.candidates).toHaveLength(1);
    expect(chosen.choose(0).taken).toHaveLength(1);
  });

  it('has no branch behind a candidate that is not there', () => {
    expect(() => new Branch([], [], false).choose(0)).toThrow(RangeError);
  });
});
