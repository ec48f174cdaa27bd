import { describe, expect, it } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  forwardTo,
  fromCallback,
  fromObservable,
  fromPromise,
  log,
  not,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import { checkMachine } from '../../../../src/aggregates/definition/machine-check.ts';
import { UnsupportedMachineError } from '../../../../src/model/errors/aggregate-errors.ts';
import { thrownBy } from '../../../support/store-host.ts';

/** A machine from a configuration that no types are known of. */
function loosely(config: unknown, implementations: unknown = {}): AnyStateMachine {
  return setup(implementations as object).createMachine(config as object);
}

const work = fromPromise(() => Promise.resolve(1));

describe('checkMachine', () => {
  it('takes assign, raise, emit, log and enqueueActions, named or inline, anywhere', () => {
    const inner = [
      assign({}),
      raise({ type: 'go' }),
      emit({ type: 'told' }),
      log('a word'),
      enqueueActions(() => undefined),
    ];
    const machine = loosely(
      {
        entry: inner,
        exit: [...inner, 'named', { type: 'named', params: { n: 1 } }],
        initial: 'one',
        on: {
          go: { actions: inner, guard: 'allowed' },
          '*': { guard: () => true, actions: 'named' },
        },
        states: {
          one: {
            initial: { target: 'deep', actions: inner },
            states: {
              deep: { always: { guard: { type: 'allowed' }, target: 'deeper' } },
              deeper: {},
            },
            onDone: { actions: 'named' },
          },
          two: { type: 'parallel', states: { left: {}, right: {} } },
          three: { type: 'history', history: 'deep' },
          four: { type: 'final' },
        },
      },
      { actions: { named: assign({}) }, guards: { allowed: () => true } },
    );
    expect(() => checkMachine('thing', machine)).not.toThrow();
  });

  it.each([
    ['an inline actor', { invoke: { src: work } }, 'an inline actor could not be found again'],
    ['an unknown actor', { invoke: { src: 'missing' } }, "actor 'missing' has no implementation"],
    ['a callback actor', { invoke: { src: 'listen' } }, "actor 'listen' is not made by"],
    ['an observable actor', { invoke: { src: 'watch' } }, "actor 'watch' is not made by"],
    ['a machine as actor', { invoke: { src: 'child' } }, "actor 'child' is not made by"],
    ['snapshots', { invoke: { src: 'work', onSnapshot: {} } }, 'has no snapshots'],
    [
      'a second actor that is inline',
      { invoke: [{ src: 'work' }, { src: work }] },
      'an inline actor could not be found again',
    ],
    ['an unknown delay', { after: { later: { target: '#m' } } }, "delay 'later'"],
    ['an inline action', { entry: () => undefined }, 'an inline action is an effect'],
    ['an action with a name of the library', { exit: 'batpak.start' }, 'a name of the library'],
    ['an unknown action', { entry: 'missing' }, "action 'missing' has no implementation"],
    ['an unknown action that objects have', { entry: 'toString' }, "action 'toString'"],
    ['an unknown guard', { on: { go: { guard: 'missing' } } }, "guard 'missing'"],
    [
      'an unknown guard that objects have',
      { on: { go: { guard: 'toString' } } },
      "guard 'toString'",
    ],
    ['an unknown guard of an always', { always: { guard: 'missing' } }, "guard 'missing'"],
    ['an unknown guard in and', { on: { go: { guard: and(['missing']) } } }, "guard 'missing'"],
    ['an unknown guard in not', { on: { go: { guard: not('missing') } } }, "guard 'missing'"],
    ['sendTo', { entry: sendTo('other', { type: 'go' }) }, 'sendTo'],
    ['spawnChild', { entry: spawnChild(work) }, 'spawned child'],
    ['stopChild', { entry: stopChild('other') }, 'leaving its state'],
    ['sendParent', { entry: sendParent({ type: 'go' }) }, 'sendTo'],
    ['forwardTo', { entry: forwardTo('other') }, 'sendTo'],
    [
      'a raise with an unknown delay',
      { entry: raise({ type: 'go' }, { delay: 'later' as never }) },
      "delay 'later'",
    ],
    ['an action of a transition', { on: { go: { actions: 'missing' } } }, "action 'missing'"],
    ['an action of a wildcard', { on: { '*': { actions: 'missing' } } }, "action 'missing'"],
    ['an action of an always', { always: { actions: 'missing' } }, "action 'missing'"],
  ])('refuses %s with the place, at the root and inside', (_name, state, problem) => {
    const implementations = {
      actors: {
        ...{ work, child: createMachine({}) },
        listen: fromCallback(() => undefined),
        watch: fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) })),
      },
      actions: { 'batpak.start': () => undefined },
    };
    const atRoot = loosely({ id: 'm', ...state }, implementations);
    const inside = loosely(
      { id: 'm', initial: 'a', states: { a: { initial: 'b', states: { b: state } } } },
      implementations,
    );
    for (const [machine, place] of [
      [atRoot, "state 'm'"],
      [inside, "state 'm.a.b'"],
    ] as const) {
      const thrown = thrownBy(() => checkMachine('thing', machine));
      expect(thrown).toBeInstanceOf(UnsupportedMachineError);
      expect(thrown).toMatchObject({
        code: 'BATPAK_UNSUPPORTED_MACHINE',
        aggregate: 'thing',
        place,
        problem: expect.stringContaining(problem),
      });
    }
  });

  it('takes what is asked for by name: actors, actions, delays, and cancelling', () => {
    const state = {
      invoke: [
        { src: 'work', onDone: { actions: 'custom' } },
        { src: 'work', id: 'second', onError: {} },
      ],
      after: { 10: { actions: 'custom' }, soon: { actions: 'raiseLater' } },
      entry: ['custom', { type: 'custom', params: { n: 1 } }],
      exit: [cancel('timer'), raise({ type: 'go' }, { delay: 'soon' as never, id: 'timer' })],
    };
    const machine = loosely(
      { id: 'm', initial: 'a', states: { a: state }, ...state },
      {
        actors: { work },
        delays: { soon: 10 },
        actions: {
          custom: () => undefined,
          raiseLater: raise({ type: 'go' }, { delay: () => 10 }),
        },
      },
    );
    expect(() => checkMachine('thing', machine)).not.toThrow();
  });

  it('refuses custom actions of an initial transition and of a done state', () => {
    for (const state of [
      { initial: { target: 'b', actions: () => undefined }, states: { b: {} } },
      { initial: 'b', states: { b: { type: 'final' } }, onDone: { actions: () => undefined } },
    ]) {
      const machine = createMachine({ id: 'm', initial: 'a', states: { a: state } } as object);
      expect(thrownBy(() => checkMachine('thing', machine))).toMatchObject({
        place: "state 'm.a'",
      });
    }
  });
});
