import {
  count,
  did,
  fewer,
  type Logged,
  pair,
  type ScxmlCase,
  scxml,
  send,
  state,
  told,
} from './scxml-case.ts';

/** In which order raised events are taken. */
export const internalEvents: readonly ScxmlCase[] = [
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

/** When eventless transitions are taken. */
export const eventless: readonly ScxmlCase[] = [
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
    'XState takes an eventless transition that changes nothing once in a row',
    {
      initial: 'a',
      states: {
        a: {
          always: {
            guard: ({ event }: { event: { type: string } }) => event.type === 'e',
            actions: send('i'),
          },
          on: { i: { actions: did('i') } },
        },
      },
    },
    'e',
    'a',
    'i',
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
