import { stateIn } from 'xstate';
import { did, never, pair, type ScxmlCase, scxml, state, told } from './scxml-case.ts';

/** Which transition an event selects. */
export const selection: readonly ScxmlCase[] = [
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

/** How regions take transitions together. */
export const parallelStates: readonly ScxmlCase[] = [
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
