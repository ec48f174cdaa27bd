import { type AnyStateMachine, assign, createMachine, raise, stateIn } from 'xstate';

/** What the SCXML specification says of interpreters, shown on a machine. */
export interface ScxmlCase {
  /** The statement, in our words. */
  readonly states: string;
  readonly machine: AnyStateMachine;
  readonly events: readonly string[];
  /** Where the machine is afterwards. */
  readonly value: unknown;
  /** What was done on the way, the start included. */
  readonly log: readonly string[];
}

interface Logged {
  readonly log: readonly string[];
  readonly n: number;
}

/** Notes that something was done. */
const did = (text: string) =>
  assign({ log: ({ context }: { context: Logged }) => [...context.log, text] } as never);

/** Notes it, with the type of the event that is being handled. */
const told = (text: string) =>
  assign({
    log: ({ context, event }: { context: Logged; event: { type: string } }) => [
      ...context.log,
      `${text} on ${event.type}`,
    ],
  } as never);

const count = assign({ n: ({ context }: { context: Logged }) => context.n + 1 } as never);
const send = (type: string) => raise({ type } as never);
const fewer =
  (limit: number) =>
  ({ context }: { context: Logged }) =>
    context.n < limit;
const never = () => false;

/** A state that notes its entry and exit. */
function state(name: string, rest: object = {}): object {
  return { entry: did(`+${name}`), exit: did(`-${name}`), ...rest };
}

function scxml(
  states: string,
  config: object,
  events: string,
  value: unknown,
  log: string,
): ScxmlCase {
  const machine = createMachine({ context: () => ({ log: [], n: 0 }), ...config } as never);
  const split = (text: string, by: string) => (text === '' ? [] : text.split(by));
  return { states, machine, events: split(events, ' '), value, log: split(log, ', ') };
}

const regions = (rest: object = {}) =>
  state('P', {
    type: 'parallel',
    states: {
      l: state('l', { initial: 'l1', states: { l1: state('l1'), l2: state('l2') } }),
      r: state('r', { initial: 'r1', states: { r1: state('r1'), r2: state('r2') } }),
    },
    ...rest,
  });

const entryAndExit: readonly ScxmlCase[] = [
  scxml(
    'states are entered in document order, parents before children',
    { initial: 'P', states: { P: regions() } },
    '',
    { P: { l: 'l1', r: 'r1' } },
    '+P, +l, +l1, +r, +r1',
  ),
  scxml(
    'states are exited in the reverse of document order, children before parents',
    { initial: 'P', states: { P: regions({ on: { e: 'q' } }), q: state('q') } },
    'e',
    'q',
    '+P, +l, +l1, +r, +r1, -r1, -r, -l1, -l, -P, +q',
  ),
  scxml(
    'content of a transition runs behind the exits and before the entries',
    {
      initial: 'a',
      states: { a: state('a', { on: { e: { target: 'b', actions: did('t') } } }), b: state('b') },
    },
    'e',
    'b',
    '+a, -a, t, +b',
  ),
  scxml(
    'content of the initial transition runs behind the entry of its parent, before that of the child',
    {
      initial: 'a',
      states: {
        a: state('a', {
          initial: { target: 'b', actions: did('init') },
          states: { b: state('b') },
        }),
      },
    },
    '',
    { a: 'b' },
    '+a, init, +b',
  ),
  scxml(
    'content of the initial transition does not run when a child is the target',
    {
      initial: 'z',
      states: {
        z: { on: { e: '#c' } },
        a: state('a', {
          initial: { target: 'b', actions: did('init') },
          states: { b: state('b'), c: state('c', { id: 'c' }) },
        }),
      },
    },
    'e',
    { a: 'c' },
    '+a, +c',
  ),
  scxml(
    'entry actions run in document order',
    { initial: 'a', states: { a: { entry: [did('one'), did('two'), did('three')] } } },
    '',
    'a',
    'one, two, three',
  ),
  scxml(
    'exit actions run in document order',
    { initial: 'a', states: { a: { exit: [did('one'), did('two')], on: { e: 'b' } }, b: {} } },
    'e',
    'b',
    'one, two',
  ),
  scxml(
    'the target of a transition to an ancestor enters its initial state',
    {
      initial: 'a',
      states: {
        a: state('a', {
          initial: 'b',
          states: { b: state('b', { on: { e: 'c' } }), c: state('c', { on: { e: '#a' } }) },
          id: 'a',
        }),
      },
    },
    'e e',
    { a: 'b' },
    '+a, +b, -b, +c, -c, -a, +a, +b',
  ),
  scxml(
    'only the states below the common ancestor are exited',
    {
      initial: 'a',
      states: {
        a: state('a', {
          initial: 'b',
          states: { b: state('b', { on: { e: 'c' } }), c: state('c') },
        }),
      },
    },
    'e',
    { a: 'c' },
    '+a, +b, -b, +c',
  ),
  scxml(
    'entering one region enters the others by default',
    {
      initial: 'z',
      states: { z: { on: { e: { target: ['P.l.l2'] } } }, P: regions() },
    },
    'e',
    { P: { l: 'l2', r: 'r1' } },
    '+P, +l, +l2, +r, +r1',
  ),
  scxml(
    'more than one target enters each of them',
    {
      initial: 'z',
      states: { z: { on: { e: { target: ['P.l.l2', 'P.r.r2'] } } }, P: regions() },
    },
    'e',
    { P: { l: 'l2', r: 'r2' } },
    '+P, +l, +l2, +r, +r2',
  ),
];

const inner = { initial: 'b', states: { b: state('b'), c: state('c') } };

const kindsOfTransition: readonly ScxmlCase[] = [
  scxml(
    'an internal transition to a descendant does not exit its source',
    { initial: 'a', states: { a: state('a', { ...inner, on: { e: '.c' } }) } },
    'e',
    { a: 'c' },
    '+a, +b, -b, +c',
  ),
  scxml(
    'an external transition to a descendant exits and enters its source',
    {
      initial: 'a',
      states: { a: state('a', { ...inner, on: { e: { target: '.c', reenter: true } } }) },
    },
    'e',
    { a: 'c' },
    '+a, +b, -b, -a, +a, +c',
  ),
  scxml(
    'a transition without a target exits and enters nothing',
    { initial: 'a', states: { a: state('a', { ...inner, on: { e: { actions: did('t') } } }) } },
    'e',
    { a: 'b' },
    '+a, +b, t',
  ),
  scxml(
    'a transition to itself without reenter keeps a leaf in',
    { initial: 'a', states: { a: state('a', { on: { e: { target: 'a', actions: did('t') } } }) } },
    'e',
    'a',
    '+a, t',
  ),
  scxml(
    'a transition to itself that is external exits and enters it',
    {
      initial: 'a',
      states: { a: state('a', { on: { e: { target: 'a', reenter: true, actions: did('t') } } }) },
    },
    'e',
    'a',
    '+a, -a, t, +a',
  ),
  scxml(
    'an internal transition of a region leaves the other region alone',
    {
      initial: 'P',
      states: { P: regions({ on: { e: '.l.l2' } }) },
    },
    'e',
    { P: { l: 'l2', r: 'r1' } },
    '+P, +l, +l1, +r, +r1, -r1, -r, -l1, -l, +l, +l2, +r, +r1',
  ),
  scxml(
    'an external transition from a parallel state enters all regions anew',
    {
      initial: 'P',
      states: { P: regions({ on: { e: { target: 'P', reenter: true } } }) },
    },
    'e',
    { P: { l: 'l1', r: 'r1' } },
    '+P, +l, +l1, +r, +r1, -r1, -r, -l1, -l, -P, +P, +l, +l1, +r, +r1',
  ),
  scxml(
    'a transition of the machine to a state of it does not exit the machine',
    {
      entry: did('+m'),
      exit: did('-m'),
      initial: 'a',
      on: { e: '.b' },
      states: { a: state('a'), b: state('b') },
    },
    'e',
    'b',
    '+m, +a, -a, +b',
  ),
];

const selection: readonly ScxmlCase[] = [
  scxml(
    'the first transition whose guard says yes is taken, in document order',
    {
      initial: 'a',
      states: {
        a: {
          on: {
            e: [
              { guard: never, target: 'b' },
              { target: 'c', actions: did('first') },
              { target: 'd' },
            ],
          },
        },
        ...{ b: {}, c: {}, d: {} },
      },
    },
    'e',
    'c',
    'first',
  ),
  scxml(
    'a descendant is asked before its ancestors',
    {
      on: { e: { actions: did('outer') } },
      initial: 'a',
      states: { a: { on: { e: { actions: did('inner') } } } },
    },
    'e',
    'a',
    'inner',
  ),
  scxml(
    'an ancestor is asked when the guards of its descendants say no',
    {
      on: { e: { actions: did('outer') } },
      initial: 'a',
      states: { a: { on: { e: { guard: never, actions: did('inner') } } } },
    },
    'e',
    'a',
    'outer',
  ),
  scxml(
    'an event that nobody lists changes nothing',
    { initial: 'a', states: { a: state('a', { on: { e: 'a' } }) } },
    'f',
    'a',
    '+a',
  ),
  scxml(
    'a star matches any event',
    { initial: 'a', states: { a: { on: { '*': { actions: told('star') } } } } },
    'foo foo.bar',
    'a',
    'star on foo, star on foo.bar',
  ),
  scxml(
    'a prefix matches its tokens, and not words that only begin so',
    { initial: 'a', states: { a: { on: { 'foo.*': { actions: told('foo') } } } } },
    'foo foo.bar foo.bar.zoo foobar fo',
    'a',
    'foo on foo, foo on foo.bar, foo on foo.bar.zoo',
  ),
  scxml(
    'XState prefers the descriptor that says more to the one that stands first',
    {
      initial: 'a',
      states: {
        a: {
          on: {
            '*': { actions: did('any') },
            'x.*': { actions: did('prefix') },
            'x.y': { actions: did('exact') },
          },
        },
      },
    },
    'x.y x.z y',
    'a',
    'exact, prefix, any',
  ),
  scxml(
    'a wildcard is asked when the guard of the exact descriptor says no',
    {
      initial: 'a',
      states: {
        a: { on: { e: { guard: never, actions: did('exact') }, '*': { actions: did('any') } } },
      },
    },
    'e',
    'a',
    'any',
  ),
  scxml(
    'a transition that is forbidden keeps ancestors from theirs',
    {
      on: { e: { actions: did('outer') } },
      initial: 'a',
      states: { a: { on: { e: {} } } },
    },
    'e',
    'a',
    '',
  ),
  scxml(
    'a wildcard of a descendant goes before the exact descriptor of an ancestor',
    {
      on: { e: { actions: did('outer') } },
      initial: 'a',
      states: { a: { on: { '*': { actions: did('inner') } } } },
    },
    'e',
    'a',
    'inner',
  ),
  scxml(
    'the predicate In says whether a state is active',
    {
      type: 'parallel',
      states: {
        l: { initial: 'l1', states: { l1: { on: { go: 'l2' } }, l2: { id: 'l2' } } },
        r: {
          initial: 'r1',
          states: {
            r1: { on: { e: { guard: stateIn('#l2' as never), target: 'r2' } } },
            r2: { entry: did('in') },
          },
        },
      },
    },
    'e go e',
    { l: 'l2', r: 'r2' },
    'in',
  ),
];

function pair(l: object, r: object, rest: object = {}): object {
  return {
    type: 'parallel',
    states: {
      l: { initial: 'l1', states: { l1: state('l1', l), l2: state('l2') } },
      r: { initial: 'r1', states: { r1: state('r1', r), r2: state('r2') } },
    },
    ...rest,
  };
}

const parallelStates: readonly ScxmlCase[] = [
  scxml(
    'each region takes a transition for the same event',
    pair({ on: { e: 'l2' } }, { on: { e: 'r2' } }),
    'e',
    { l: 'l2', r: 'r2' },
    '+l1, +r1, -r1, -l1, +l2, +r2',
  ),
  scxml(
    'content of transitions runs in document order of their regions',
    pair(
      { on: { e: { target: 'l2', actions: did('tl') } } },
      { on: { e: { target: 'r2', actions: did('tr') } } },
    ),
    'e',
    { l: 'l2', r: 'r2' },
    '+l1, +r1, -r1, -l1, tl, tr, +l2, +r2',
  ),
  scxml(
    'a transition of an ancestor is not taken when a region takes one',
    pair({ on: { e: 'l2' } }, {}, { on: { e: { actions: did('outer') } } }),
    'e',
    { l: 'l2', r: 'r1' },
    '+l1, +r1, -l1, +l2',
  ),
  scxml(
    'a transition of an ancestor is taken when no region takes one',
    pair({ on: { f: 'l2' } }, {}, { on: { e: { actions: did('outer') } } }),
    'e',
    { l: 'l1', r: 'r1' },
    '+l1, +r1, outer',
  ),
  scxml(
    'of two transitions that exit the same states the first in document order is taken',
    {
      initial: 'P',
      states: {
        P: pair({ on: { e: '#x' } }, { on: { e: '#y' } }),
        x: { id: 'x', entry: did('x') },
        y: { id: 'y', entry: did('y') },
      },
    },
    'e',
    'x',
    '+l1, +r1, -r1, -l1, x',
  ),
  scxml(
    'a transition that leaves the parallel state is preempted by an earlier one that stays',
    {
      initial: 'P',
      states: { P: pair({ on: { e: 'l2' } }, { on: { e: '#x' } }), x: { id: 'x' } },
    },
    'e',
    { P: { l: 'l2', r: 'r1' } },
    '+l1, +r1, -l1, +l2',
  ),
  scxml(
    'a transition that leaves the parallel state preempts a later one that stays',
    {
      initial: 'P',
      states: { P: pair({ on: { e: '#x' } }, { on: { e: 'r2' } }), x: { id: 'x' } },
    },
    'e',
    'x',
    '+l1, +r1, -r1, -l1',
  ),
  scxml(
    'transitions without targets never preempt each other',
    pair({ on: { e: { actions: did('tl') } } }, { on: { e: { actions: did('tr') } } }),
    'e',
    { l: 'l1', r: 'r1' },
    '+l1, +r1, tl, tr',
  ),
  scxml(
    'a transition without a target goes with one that leaves',
    {
      initial: 'P',
      states: {
        P: pair({ on: { e: { actions: did('tl') } } }, { on: { e: '#x' } }),
        x: { id: 'x' },
      },
    },
    'e',
    'x',
    '+l1, +r1, -r1, -l1, tl',
  ),
  scxml(
    'a region stays where it is when another takes a transition',
    pair({ on: { e: 'l2' } }, { on: { f: 'r2' } }),
    'f e',
    { l: 'l2', r: 'r2' },
    '+l1, +r1, -r1, +r2, -l1, +l2',
  ),
];

const leaving = (rest: object) => ({
  initial: 'a',
  states: { a: state('a', rest), z: state('z', { on: { back: '#h' } }) },
});

const history: readonly ScxmlCase[] = [
  scxml(
    'shallow history enters the child that was active last',
    leaving({
      initial: 'b',
      on: { out: 'z' },
      states: {
        b: state('b', { on: { e: 'c' } }),
        c: state('c'),
        h: { type: 'history', id: 'h' },
      },
    }),
    'e out back',
    { a: 'c' },
    '+a, +b, -b, +c, -c, -a, +z, -z, +a, +c',
  ),
  scxml(
    'shallow history enters the default below the child it remembers',
    leaving({
      initial: 'b',
      on: { out: 'z' },
      states: {
        b: { on: { e: 'c' } },
        c: { initial: 'd', states: { d: { on: { e: 'f' } }, f: {} } },
        h: { type: 'history', id: 'h' },
      },
    }),
    'e e out back',
    { a: { c: 'd' } },
    '+a, -a, +z, -z, +a',
  ),
  scxml(
    'deep history enters the leaves that were active last',
    leaving({
      initial: 'b',
      on: { out: 'z' },
      states: {
        b: { on: { e: 'c' } },
        c: { initial: 'd', states: { d: { on: { e: 'f' } }, f: state('f') } },
        h: { type: 'history', history: 'deep', id: 'h' },
      },
    }),
    'e e out back',
    { a: { c: 'f' } },
    '+a, +f, -f, -a, +z, -z, +a, +f',
  ),
  scxml(
    'history takes its default before the state was ever left',
    {
      initial: 'z',
      states: {
        z: { on: { e: '#h' } },
        a: state('a', {
          initial: 'b',
          states: { b: state('b'), c: state('c'), h: { type: 'history', id: 'h', target: 'c' } },
        }),
      },
    },
    'e',
    { a: 'c' },
    '+a, +c',
  ),
  scxml(
    'history without a default enters the initial state',
    {
      initial: 'z',
      states: {
        z: { on: { e: '#h' } },
        a: state('a', {
          initial: { target: 'b', actions: did('init') },
          states: { b: state('b'), c: {}, h: { type: 'history', id: 'h' } },
        }),
      },
    },
    'e',
    { a: 'b' },
    '+a, init, +b',
  ),
  scxml(
    'deep history remembers all regions',
    {
      initial: 'a',
      states: {
        a: {
          initial: 'P',
          on: { out: 'z' },
          states: {
            P: pair({ on: { e: 'l2' } }, { on: { f: 'r2' } }),
            h: { type: 'history', history: 'deep', id: 'h' },
          },
        },
        z: { on: { back: '#h' } },
      },
    },
    'e f out back',
    { a: { P: { l: 'l2', r: 'r2' } } },
    '+l1, +r1, -l1, +l2, -r1, +r2, -r2, -l2, +l2, +r2',
  ),
  scxml(
    'history is that of the last exit, not of an earlier one',
    leaving({
      initial: 'b',
      on: { out: 'z' },
      states: {
        b: { on: { e: 'c' } },
        c: { on: { e: 'b' } },
        h: { type: 'history', id: 'h' },
      },
    }),
    'e out back e out back',
    { a: 'b' },
    '+a, -a, +z, -z, +a, -a, +z, -z, +a',
  ),
  scxml(
    'exit of a state is remembered before its exit actions run',
    {
      initial: 'a',
      states: {
        a: {
          initial: 'b',
          exit: send('again'),
          on: { out: 'z' },
          states: { b: { on: { e: 'c' } }, c: state('c'), h: { type: 'history', id: 'h' } },
        },
        z: { on: { again: '#h' } },
      },
    },
    'e out',
    { a: 'c' },
    '+c, -c, +c',
  ),
];

const doneEvents: readonly ScxmlCase[] = [
  scxml(
    'entering a final child raises the done event of its parent',
    {
      initial: 'a',
      states: {
        a: {
          initial: 'b',
          states: { b: { on: { e: 'f' } }, f: { type: 'final', entry: did('+f') } },
          onDone: { target: 'z', actions: told('done') },
        },
        z: {},
      },
    },
    'e',
    'z',
    '+f, done on xstate.done.state.(machine).a',
  ),
  scxml(
    'a parallel state is done when all its regions are',
    {
      initial: 'P',
      states: {
        P: {
          type: 'parallel',
          onDone: { target: 'z', actions: did('all done') },
          states: {
            l: {
              initial: 'l1',
              states: { l1: { on: { e: 'l2' } }, l2: { type: 'final' } },
              onDone: { actions: did('l done') },
            },
            r: { initial: 'r1', states: { r1: { on: { f: 'r2' } }, r2: { type: 'final' } } },
          },
        },
        z: {},
      },
    },
    'e f',
    'z',
    'l done, all done',
  ),
  scxml(
    'done events of regions come before that of the parallel state, in document order',
    {
      initial: 'P',
      states: {
        P: {
          type: 'parallel',
          onDone: { actions: did('P done') },
          states: {
            l: {
              initial: 'l1',
              states: { l1: { on: { e: 'l2' } }, l2: { type: 'final' } },
              onDone: { actions: did('l done') },
            },
            r: {
              initial: 'r1',
              states: { r1: { on: { e: 'r2' } }, r2: { type: 'final' } },
              onDone: { actions: did('r done') },
            },
          },
        },
      },
    },
    'e',
    { P: { l: 'l2', r: 'r2' } },
    'l done, r done, P done',
  ),
  scxml(
    'the done event comes behind what the entry of the final state raised',
    {
      initial: 'a',
      on: { raised: { actions: did('raised') } },
      states: {
        a: {
          initial: 'b',
          states: { b: { on: { e: 'f' } }, f: { type: 'final', entry: send('raised') } },
          onDone: { actions: did('done') },
        },
      },
    },
    'e',
    { a: 'f' },
    'raised, done',
  ),
  scxml(
    'a machine that is done exits all its states, children first',
    {
      exit: did('-m'),
      initial: 'a',
      states: { a: { on: { e: 'f' } }, f: { type: 'final', entry: did('+f'), exit: did('-f') } },
    },
    'e',
    'f',
    '+f, -f, -m',
  ),
  scxml(
    'a machine that is done takes nothing that was raised',
    {
      on: { raised: { actions: did('raised') } },
      initial: 'a',
      states: {
        a: { on: { e: { target: 'f', actions: send('raised') } } },
        f: { type: 'final' },
      },
    },
    'e',
    'f',
    '',
  ),
  scxml(
    'a final state in a region does not end the machine',
    pair({ on: { e: 'l2' } }, { on: { f: 'r2' } }, {}),
    'e f',
    { l: 'l2', r: 'r2' },
    '+l1, +r1, -l1, +l2, -r1, +r2',
  ),
  scxml(
    'a done event is taken by ancestors, too, as any event is',
    {
      on: { 'xstate.done.state.(machine).a': { actions: did('outer') } },
      initial: 'a',
      states: { a: { initial: 'b', states: { b: { on: { e: 'f' } }, f: { type: 'final' } } } },
    },
    'e',
    { a: 'f' },
    'outer',
  ),
];

const internalEvents: readonly ScxmlCase[] = [
  scxml(
    'an event that was raised is taken before the next one that is sent',
    {
      initial: 'a',
      states: {
        a: { on: { e: { target: 'b', actions: send('i') } } },
        b: { on: { i: 'c', e: { actions: did('too early') } } },
        c: { on: { e: { actions: did('later') } } },
      },
    },
    'e e',
    'c',
    'later',
  ),
  scxml(
    'events are raised and taken in order',
    {
      initial: 'a',
      on: { i: { actions: did('i') }, j: { actions: did('j') } },
      states: { a: { on: { e: { actions: [send('i'), send('j'), did('t')] } } } },
    },
    'e',
    'a',
    't, i, j',
  ),
  scxml(
    'an event raised on exit comes before one raised by the transition, and that before entry',
    {
      initial: 'a',
      on: { x: { actions: did('x') }, t: { actions: did('t') }, n: { actions: did('n') } },
      states: {
        a: { exit: send('x'), on: { e: { target: 'b', actions: send('t') } } },
        b: { entry: send('n') },
      },
    },
    'e',
    'b',
    'x, t, n',
  ),
  scxml(
    'a raised event that nobody takes is dropped',
    {
      initial: 'a',
      states: {
        a: { on: { e: { actions: send('i') }, f: 'b' } },
        b: { on: { i: { actions: did('late') } } },
      },
    },
    'e f',
    'b',
    '',
  ),
  scxml(
    'eventless transitions are taken before raised events',
    {
      initial: 'a',
      states: {
        a: { on: { e: { target: 'b', actions: send('i') } } },
        b: { always: 'c', on: { i: { actions: did('wrong') } } },
        c: { on: { i: { actions: did('right') } } },
      },
    },
    'e',
    'c',
    'right',
  ),
  scxml(
    'an event raised on the way is taken with the states that are active then',
    {
      initial: 'a',
      states: {
        a: { on: { e: { target: 'b', actions: send('e') } } },
        b: { on: { e: 'c' } },
        c: { entry: told('c') },
      },
    },
    'e',
    'c',
    'c on e',
  ),
  scxml(
    'actions see what the ones before them assigned',
    {
      initial: 'a',
      states: {
        a: {
          on: { e: { target: 'b', actions: count } },
        },
        b: { always: { guard: fewer(1), target: 'a' }, entry: told('b') },
      },
    },
    'e',
    'b',
    'b on e',
  ),
];

const eventless: readonly ScxmlCase[] = [
  scxml(
    'eventless transitions are taken until none is left',
    {
      initial: 'a',
      states: { a: state('a', { always: 'b' }), b: state('b', { always: 'c' }), c: state('c') },
    },
    '',
    'c',
    '+a, -a, +b, -b, +c',
  ),
  scxml(
    'an eventless transition whose guard says no waits for the next event, whatever it is',
    {
      initial: 'a',
      states: {
        a: { always: { guard: ({ context }: { context: Logged }) => context.n > 0, target: 'b' } },
        b: { entry: told('b') },
      },
      on: { e: { actions: count } },
    },
    'other e',
    'b',
    'b on e',
  ),
  scxml(
    'a descendant is asked for eventless transitions before its ancestors',
    {
      initial: 'a',
      states: {
        a: {
          initial: 'b',
          always: { guard: fewer(1), actions: [count, did('outer')] },
          states: { b: { always: { target: 'c', actions: did('inner') } }, c: {} },
        },
      },
    },
    '',
    { a: 'c' },
    'inner, outer',
  ),
  scxml(
    'each region takes its eventless transition in the same microstep',
    pair({ always: 'l2' }, { always: 'r2' }),
    '',
    { l: 'l2', r: 'r2' },
    '+l1, +r1, -r1, -l1, +l2, +r2',
  ),
  scxml(
    'an eventless transition is taken again as long as its guard says yes',
    {
      initial: 'a',
      states: { a: { always: { guard: fewer(3), actions: [count, did('again')] } } },
    },
    '',
    'a',
    'again, again, again',
  ),
  scxml(
    'an eventless transition sees the event that led to it',
    {
      initial: 'a',
      states: { a: { on: { e: 'b' } }, b: { always: { target: 'c' } }, c: { entry: told('c') } },
    },
    'e',
    'c',
    'c on e',
  ),
];

/** Statements of the SCXML specification about the selection and the order of what is done. */
export const scxmlCases: Readonly<Record<string, readonly ScxmlCase[]>> = {
  'entry and exit': entryAndExit,
  'kinds of transition': kindsOfTransition,
  selection,
  'parallel states': parallelStates,
  history,
  'done events': doneEvents,
  'internal events': internalEvents,
  'eventless transitions': eventless,
};
