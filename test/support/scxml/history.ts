import { did, pair, type ScxmlCase, scxml, send, state, told } from './scxml-case.ts';

const leaving = (rest: object) => ({
  initial: 'a',
  states: { a: state('a', rest), z: state('z', { on: { back: '#h' } }) },
});

/** What history states remember. */
export const history: readonly ScxmlCase[] = [
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

/** What final states lead to. */
export const doneEvents: readonly ScxmlCase[] = [
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
