import { describe, expect, it } from 'vitest';
import { and, createMachine, fromPromise, not, or, type StateNode, setup, stateIn } from 'xstate';
import { escapeMermaid, MermaidIds, transitionLabel } from '../../../src/inspect/mermaid-text.ts';

/** Ids of the states of a flat machine with these keys. */
function idsOf(...keys: string[]): (string | undefined)[] {
  const states = Object.fromEntries(keys.map((key) => [key, {}]));
  const { root } = createMachine({ type: 'parallel', states });
  const nodes = Object.values(root.states);
  const ids = new MermaidIds(nodes);
  return nodes.map((node) => ids.of(node));
}

/** Labels of all transitions of state `a`, or of the machine itself. */
function labelsOf(node: StateNode | undefined): string[] {
  return [...(node?.transitions.values() ?? []), node?.always ?? []].flat().map(transitionLabel);
}

describe('an id', () => {
  it('is the key where that is an identifier', () => {
    expect(idsOf('idle', 'awaitingPayment', 'LOUD_2')).toEqual([
      'idle',
      'awaitingPayment',
      'LOUD_2',
    ]);
  });

  it.each(['state', 'State', 'note', 'default', 'direction', 'as', 'root', 'class', 'style'])(
    'is never the keyword %s',
    (keyword) => {
      expect(idsOf(keyword)).toEqual([`state_${keyword}`]);
    },
  );

  it.each(['start1', 'end2', 'constructor', '__proto__x', '1', '_a'])(
    'is never %s, which Mermaid or JavaScript could take for its own',
    (key) => {
      expect(idsOf(key)).toEqual([`state_${key}`]);
    },
  );

  it.each(['wizard_start', 'wizard_end'])('is not %s, which is the [*] of a state', (key) => {
    expect(idsOf(key)).toEqual([`${key}_`]);
  });

  it('has underscores for other characters, and a number where that makes two alike', () => {
    expect(idsOf('a b', 'a-b', 'a_b', 'é', '')).toEqual([
      'a_b',
      'a_b_2',
      'a_b_3',
      'state__',
      'state_',
    ]);
  });

  it('is undefined for a state that has none', () => {
    const { root } = createMachine({ type: 'parallel', states: { a: {} } });
    expect(new MermaidIds([]).of(root)).toBeUndefined();
  });

  it('can be taken besides those of the states', () => {
    const { root } = createMachine({ type: 'parallel', states: { a: {} } });
    const ids = new MermaidIds(Object.values(root.states));
    expect([ids.take('a'), ids.take('a'), ids.take('b')]).toEqual(['a_2', 'a_3', 'b']);
  });
});

describe('an escaped text', () => {
  it('keeps letters of any script, digits, spaces and a few marks', () => {
    const text = 'order.confirmed (by Kim), über_3/4 注文 x-y';
    expect(escapeMermaid(text)).toBe(text);
  });

  it.each([
    ['a:b', 'a#58;b'],
    ['a;b', 'a#59;b'],
    ['#1', '#35;1'],
    ['"q"', '#34;q#34;'],
    ['*', '#42;'],
    ['order.*', 'order.#42;'],
    ['<b>', '#60;b#62;'],
    ['%%', '#37;#37;'],
    ['{}', '#123;#125;'],
    ['[[fork]]', '#91;#91;fork#93;#93;'],
    ['🚀', '#128640;'],
    ['`x`', '#96;x#96;'],
  ])('writes %s as entity codes', (text, escaped) => {
    expect(escapeMermaid(text)).toBe(escaped);
  });

  it.each([
    ['- x', '#45; x'],
    ['_x_', '#95;x_'],
    ['1. x', '1#46; x'],
    ['12) x', '12#41; x'],
    ['1.5', '1.5'],
  ])('writes %s so that it is no Markdown', (text, escaped) => {
    expect(escapeMermaid(text)).toBe(escaped);
  });

  it('has no `direction LR`, which would turn the picture', () => {
    expect(escapeMermaid('Direction  LR')).toBe('Direction#32;LR');
  });

  it('is one line, and never empty', () => {
    expect(escapeMermaid(' a\n\tb ')).toBe('a b');
    expect(escapeMermaid('')).toBe('#160;');
    expect(escapeMermaid(' \n ')).toBe('#160;');
  });
});

describe('the label of a transition', () => {
  it('has the names of the guards that a guard is made of', () => {
    const machine = setup({
      guards: { one: () => true, two: () => true },
      actions: { x: () => undefined },
    }).createMachine({
      on: {
        a: { guard: and(['one', not('two')]), actions: 'x' },
        b: { guard: or(['one', stateIn('here')]), actions: 'x' },
      },
    });
    expect(labelsOf(machine.root)).toEqual(['a [and(one, not(two))]', 'b [or(one, stateIn)]']);
  });

  it('has the name of an inline guard, or says that there is one', () => {
    const [anonymous] = [() => true];
    const machine = createMachine({
      on: {
        a: {
          guard: function isReady() {
            return true;
          },
          actions: 'x',
        },
        b: { guard: anonymous, actions: 'x' },
      },
    });
    expect(labelsOf(machine.root)).toEqual(['a [isReady]', 'b [guard]']);
  });

  it('leaves out the made-up name of an inline actor', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          invoke: [
            { src: fromPromise(async () => 1), onDone: { target: 'b' } },
            { id: 'mine', src: 'load', onSnapshot: { actions: 'x' } },
          ],
        },
        b: {},
      },
    });
    expect(labelsOf(machine.root.states['a'])).toEqual(['done', 'snapshot load']);
  });

  it('escapes event and guard, but not the brackets between them', () => {
    const machine = createMachine({ on: { 'a:b': { guard: 'is[x]', actions: 'x' } } });
    expect(labelsOf(machine.root)).toEqual(['a#58;b [is#91;x#93;]']);
  });
});
