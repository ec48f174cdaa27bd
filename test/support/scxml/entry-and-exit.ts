import { did, regions, type ScxmlCase, scxml, state } from './scxml-case.ts';

/** In which order states are left and entered. */
export const entryAndExit: readonly ScxmlCase[] = [
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
    'content of the initial transition runs between the entries of parent and child',
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

/** What internal, external and targetless transitions leave. */
export const kindsOfTransition: readonly ScxmlCase[] = [
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
