import { describe, expect, it } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  not,
  raise,
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
    ['an invoke', { invoke: { src: 'work' } }, 'invoked actor'],
    ['a delay', { after: { 10: { target: '#m' } } }, 'a delay is not kept'],
    ['an inline action', { entry: () => undefined }, 'inline action'],
    ['a named action that is custom', { exit: 'custom' }, "action 'custom'"],
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
    ['stopChild', { entry: stopChild('other') }, 'no children'],
    ['cancel', { entry: cancel('timer') }, 'no timers'],
    ['a delayed raise', { entry: raise({ type: 'go' }, { delay: 10 }) }, 'delayed raise'],
    [
      'a delayed raise by name',
      { entry: raise({ type: 'go' }, { delay: 'soon' as never }) },
      'delayed raise',
    ],
    ['a named delayed raise', { entry: 'raiseLater' }, 'delayed raise'],
    ['an action of a transition', { on: { go: { actions: 'custom' } } }, "action 'custom'"],
    ['an action of a wildcard', { on: { '*': { actions: 'custom' } } }, "action 'custom'"],
    ['an action of an always', { always: { actions: 'custom' } }, "action 'custom'"],
  ])('refuses %s with the place, at the root and inside', (_name, state, problem) => {
    const implementations = {
      actors: { work },
      delays: { soon: 10 },
      actions: {
        custom: () => undefined,
        raiseLater: raise({ type: 'go' }, { delay: 10 }),
      },
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
