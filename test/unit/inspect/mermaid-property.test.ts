import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { toMermaid } from '../../../src/inspect/mermaid.ts';
import { type DrawnScope, readMermaid } from '../../support/mermaid-reader.ts';
import { propertyRuns } from '../../support/property-runs.ts';

type Config = NonNullable<Parameters<typeof createMachine>[0]>;
type StateConfig = NonNullable<NonNullable<Config['states']>[string]>;

/** A state of a machine to be made. Its name is made unique among its siblings. */
interface Plan {
  readonly name: string;
  readonly parallel: boolean;
  readonly children: readonly Plan[];
}

/** From one state to another, by their place in document order; the machine itself is 0. */
interface Jump {
  readonly from: number;
  readonly to: number | undefined;
}

const names = [
  'idle',
  'default',
  'x_start',
  'start1',
  'a "b": c;',
  'é',
  '[*]',
  '1. go',
  'toString',
];

const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.record({
    name: fc.constantFrom(...names),
    parallel: fc.boolean(),
    children: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('plan'), { minLength: 1, maxLength: 3 }),
    ),
  }),
}));

const jumps = fc.array(fc.record({ from: fc.nat(), to: fc.option(fc.nat(), { nil: undefined }) }), {
  maxLength: 12,
});

/** Makes the machine; every transition has an event of its own, `e0` and on. */
function build(children: readonly Plan[], parallel: boolean, wanted: readonly Jump[]) {
  const configs: StateConfig[] = [];
  const make = (plans: readonly Plan[], isParallel: boolean, id: string): StateConfig => {
    const config: StateConfig = { id, on: {} };
    configs.push(config);
    if (plans.length === 0) return config;
    const states: Record<string, StateConfig> = {};
    for (const each of plans) {
      const key = each.name in states ? `${each.name}${configs.length}` : each.name;
      states[key] = make(each.children, each.parallel, `n${configs.length}`);
    }
    const [initial = ''] = Object.keys(states);
    return Object.assign(config, isParallel ? { type: 'parallel' } : { initial }, { states });
  };
  const root = make(children, parallel, 'n0');
  wanted.forEach(({ from, to }, index) => {
    const config = configs[from % configs.length];
    const transition =
      to === undefined ? { actions: 'act' } : { target: `#n${to % configs.length}` };
    Object.assign(config?.on ?? {}, { [`e${index}`]: transition });
  });
  return { machine: createMachine(root as Config), count: configs.length };
}

function labels(scope: DrawnScope): unknown[] {
  return scope.states
    .filter(({ label }) => !label.startsWith('('))
    .map(({ label, scopes }) => [label, ...scopes.flatMap(labels)]);
}

function keys(states: Record<string, { states: object }>): unknown[] {
  return Object.entries(states).map(([key, node]) => [
    key.replace(/\s+/g, ' '),
    ...keys(node.states as Record<string, { states: object }>),
  ]);
}

describe('any machine', () => {
  it('gives a picture that can be read, with every state in its place and every event', () => {
    fc.assert(
      fc.property(
        fc.array(plan, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        jumps,
        (children, parallel, wanted) => {
          const { machine } = build(children, parallel, wanted);
          const chart = readMermaid(toMermaid(machine));
          const drawn = labels(chart.whole);
          const expected = keys(machine.root.states);
          expect(drawn).toEqual(parallel ? [['n0', ...expected]] : expected);
          const events = new Set(chart.edges.map(({ label }) => label.split(' ')[0]));
          expect([...events].sort()).toEqual(wanted.map((_, index) => `e${index}`).sort());
        },
      ),
      propertyRuns(300),
    );
  });
});
