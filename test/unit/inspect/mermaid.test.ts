import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import * as machines from '../../../machines/index.ts';
import { toMermaid } from '../../../src/inspect/mermaid.ts';
import { type DrawnScope, readMermaid } from '../../support/mermaid-reader.ts';

type Config = NonNullable<Parameters<typeof createMachine>[0]>;

/** The picture of a machine, read back, and its edges as `from → to: label`. */
function draw(config: Config): { text: string; edges: string[] } {
  const text = toMermaid(createMachine({ id: 'm', ...config }));
  const { edges } = readMermaid(text);
  return { text, edges: edges.map(({ from, to, label }) => `${from} → ${to}: ${label}`) };
}

/** Labels of the states, nested as drawn. */
function tree(scope: DrawnScope): unknown[] {
  return scope.states.map(({ label, scopes }) =>
    scopes.length === 0 ? label : [label, ...scopes.map(tree)],
  );
}

describe('a picture', () => {
  it('shows a flat machine, states first, in document order', () => {
    const door = createMachine({
      id: 'door',
      initial: 'closed',
      states: {
        closed: { on: { open: { target: 'opened' }, burn: { target: 'ashes' } } },
        opened: { on: { close: { target: 'closed' } } },
        ashes: { type: 'final' },
      },
    });
    expect(toMermaid(door)).toBe(`stateDiagram-v2
  [*] --> closed
  closed
  opened
  ashes
  closed --> opened : open
  closed --> ashes : burn
  opened --> closed : close
  ashes --> [*]`);
  });

  it('shows compound and parallel states inside each other, regions apart', () => {
    const { text } = draw({
      initial: 'off',
      states: {
        off: { on: { start: { target: 'on' } } },
        on: {
          type: 'parallel',
          on: { stop: { target: 'off' } },
          states: {
            light: {
              initial: 'dim',
              states: { dim: { on: { up: { target: 'bright' } } }, bright: { type: 'final' } },
            },
            fan: { initial: 'slow', states: { slow: {} } },
          },
        },
      },
    });
    expect(text).toBe(`stateDiagram-v2
  [*] --> off
  off
  state on {
    state light {
      [*] --> dim
      dim
      bright
      dim --> bright : up
      bright --> [*]
    }
    --
    state fan {
      [*] --> slow
      slow
    }
  }
  off --> on : start
  on --> off : stop`);
  });

  it.each(
    Object.values<unknown>(machines).filter(
      (each): each is AnyStateMachine => typeof each === 'object',
    ),
  )('of the $id machine of this package can be read, and has all its states', (machine) => {
    const chart = readMermaid(toMermaid(machine));
    const keys = allKeys(machine.root.states);
    const boxes = [...chart.states.values()].filter(({ label }) => label.startsWith('('));
    expect(chart.states.size - boxes.length).toBe(keys.length);
    // Where two states bear one key, their parents' keys stand before it.
    const shown = [...chart.states.keys()];
    for (const key of keys) {
      expect(shown.filter((id) => id === key || id.endsWith(`_${key}`))).not.toEqual([]);
    }
  });

  it('is the same for the same machine', () => {
    const make = () => toMermaid(machines.writerMachine);
    expect(make()).toBe(make());
  });
});

describe('an edge', () => {
  it('names its event, and its guards in brackets', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: {
          on: {
            go: [
              { target: 'b', guard: 'ready' },
              { target: 'c', guard: { type: 'allowed', params: { by: 1 } } },
              { target: 'a' },
            ],
          },
        },
        b: {},
        c: {},
      },
    });
    expect(edges).toEqual(['a → b: go [ready]', 'a → c: go [allowed]', 'a → a: go']);
  });

  it('shows `always`, `after`, done and wildcards', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: { always: [{ target: 'b', guard: 'now' }, { target: 'c' }] },
        b: { after: { 1000: { target: 'c' }, patience: { target: 'a' } } },
        c: {
          initial: 'd',
          onDone: { target: 'a' },
          states: { d: { type: 'final' } },
          on: { '*': { target: 'b' }, 'order.*': { target: 'a' } },
        },
      },
    });
    expect(edges).toEqual([
      'a → b: always [now]',
      'a → c: always',
      'b → c: after 1000 ms',
      'b → a: after patience',
      'c → b: *',
      'c → a: order.*',
      'c → a: done',
    ]);
  });

  it('shows what becomes of an invoked actor, by its source', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: {
          invoke: { src: 'fetchUser', onDone: { target: 'b' }, onError: { target: 'c' } },
        },
        b: {},
        c: {},
      },
    });
    expect(edges).toEqual(['a → b: done fetchUser', 'a → c: error fetchUser']);
  });

  it('is drawn for a self-target and for mere actions, not for a forbidden event', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: { on: { again: { target: 'a' }, count: { actions: 'count' }, never: {} } },
      },
    });
    expect(edges).toEqual(['a → a: again', 'a → a: count']);
  });

  it('is drawn once when two transitions look alike', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: {
          on: {
            go: [
              { target: 'b', actions: 'x' },
              { target: 'b', actions: 'y' },
            ],
          },
        },
        b: {},
      },
    });
    expect(edges).toEqual(['a → b: go']);
  });

  it('goes to each of several targets', () => {
    const { edges } = draw({
      initial: 'a',
      states: {
        a: { on: { go: { target: ['#m.p.x.x2', '#m.p.y.y2'] } } },
        p: {
          type: 'parallel',
          states: {
            x: { initial: 'x1', states: { x1: {}, x2: {} } },
            y: { initial: 'y1', states: { y1: {}, y2: {} } },
          },
        },
      },
    });
    expect(edges).toEqual(['a → p: go to x2', 'a → p: go to y2']);
  });
});

describe('an edge that Mermaid cannot draw', () => {
  it('starts at a box for the whole machine', () => {
    const { text, edges } = draw({
      initial: 'a',
      on: { reset: { target: '.a' }, tick: { actions: 'count' } },
      states: { a: {}, b: {} },
    });
    expect(text).toContain('\n  state "(m)" as m_itself\n');
    expect(edges).toEqual(['m_itself → a: reset', 'm_itself → m_itself: tick']);
  });

  it('starts and ends at a box inside a state that is left for itself or its inside', () => {
    const { text, edges } = draw({
      initial: 'a',
      states: {
        a: {
          initial: 'b',
          on: { again: { target: 'a', reenter: true }, inside: { target: '.c' } },
          states: { b: { on: { back: { target: '#m.a' } } }, c: {} },
        },
      },
    });
    expect(text).toContain('\n    state "(a)" as a_itself\n');
    expect(edges).toEqual([
      'a_itself → a_itself: again',
      'a_itself → c: inside',
      'b → a_itself: back',
    ]);
  });

  it('is drawn at the border of a parallel state, saying which state inside is meant', () => {
    const { edges } = draw({
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          states: {
            x: {
              initial: 'x1',
              states: { x1: { on: { leave: { target: '#m.out' } } }, x2: {} },
            },
            y: { initial: 'y1', states: { y1: { on: { cross: { target: '#m.p.x.x2' } } } } },
          },
        },
        out: { on: { enter: { target: '#m.p.x.x2' } } },
      },
    });
    expect(edges).toEqual([
      'p → out: leave from x1',
      'y1 → p_itself: cross to x2',
      'out → p: enter to x2',
    ]);
  });

  it('has a box in each region of the parallel state that it starts from', () => {
    const { edges } = draw({
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          on: { one: { target: '.x.x2' }, two: { target: '.y.y1' } },
          states: {
            x: { initial: 'x1', states: { x1: {}, x2: {} } },
            y: { initial: 'y1', states: { y1: {} } },
          },
        },
      },
    });
    expect(edges).toEqual(['p_itself → x2: one', 'p_itself_2 → y1: two']);
  });

  it('ends at a box inside a compound state in a region', () => {
    const { edges } = draw({
      type: 'parallel',
      states: {
        x: {
          initial: 'a',
          states: {
            a: { on: { go: { target: 'b' } } },
            b: { initial: 'c', states: { c: {} }, on: { back: { target: 'a' } } },
          },
        },
        y: {},
      },
    });
    expect(edges).toEqual(['a → b_itself: go', 'b_itself → a: back']);
  });

  it('ends at a box beside a parallel state in a region', () => {
    const { text, edges } = draw({
      type: 'parallel',
      states: {
        x: {
          initial: 'a',
          states: {
            a: { on: { go: { target: 'b' } } },
            b: { type: 'parallel', states: { c: {} }, on: { back: { target: 'a' } } },
          },
        },
        y: {},
      },
    });
    expect(text).toContain('\n      state "(b)" as b_itself\n');
    expect(edges).toEqual(['a → b_itself: go', 'b_itself → a: back']);
  });
});

describe('a state', () => {
  it('is inside the machine itself when that is parallel', () => {
    const machine = createMachine({ id: 'both', type: 'parallel', states: { x: {}, y: {} } });
    expect(tree(readMermaid(toMermaid(machine)).whole)).toEqual([['both', ['x'], ['y']]]);
  });

  it('of the same name elsewhere is told apart by its path', () => {
    const { text, edges } = draw({
      initial: 'x',
      states: {
        x: { initial: 'idle', states: { idle: {} } },
        y: { initial: 'idle', states: { idle: { on: { go: { target: '#m.x.idle' } } } } },
      },
    });
    expect(text).toContain('state "idle" as x_idle');
    expect(text).toContain('state "idle" as y_idle');
    expect(edges).toEqual(['y_idle → x_idle: go']);
  });

  it('that is a history state is an H, with a star when it is deep', () => {
    const { text, edges } = draw({
      initial: 'a',
      states: {
        a: { on: { back: { target: '#m.b.last' }, deep: { target: '#m.b.all' } } },
        b: {
          initial: 'c',
          states: {
            c: {},
            last: { type: 'history' },
            all: { type: 'history', history: 'deep' },
          },
        },
      },
    });
    expect(text).toContain('state "H" as last');
    expect(text).toContain('state "H#42;" as all');
    expect(edges).toEqual(['a → last: back', 'a → all: deep']);
  });

  it('that is a history state of a parallel state is drawn in its first region', () => {
    const { text } = draw({
      initial: 'p',
      states: { p: { type: 'parallel', states: { h: { type: 'history' }, x: {}, y: {} } } },
    });
    expect(tree(readMermaid(text).whole)).toEqual([['p', ['H', 'x'], ['y']]]);
  });

  it('keeps any name as its label', () => {
    const name = 'a "b"; %% c: {d} --> [*] <<fork>> #5; end note direction LR';
    const { text } = draw({ initial: name, states: { [name]: {} } });
    expect(tree(readMermaid(text).whole)).toEqual([name]);
  });
});

/** Keys of all states, nested ones included. */
function allKeys(states: AnyStateMachine['states']): string[] {
  return Object.entries(states).flatMap(([key, node]) => [key, ...allKeys(node.states)]);
}
