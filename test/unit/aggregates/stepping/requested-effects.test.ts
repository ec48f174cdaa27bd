import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { effectOf } from '../../../../src/aggregates/stepping/requested-effects.ts';
import { thrownBy } from '../../../support/store-host.ts';

const machine = setup({
  actions: { tell: () => undefined, keep: assign({}) },
}).createMachine({});

describe('the effect of an action', () => {
  it.each([
    [{ type: 'xstate.log', params: {} }, undefined],
    [{ type: 'xstate.emit', params: { event: { type: 'told' } } }, undefined],
    [{ type: 'xstate.raise', params: { event: { type: 'go' }, delay: undefined } }, undefined],
    [
      { type: 'tell', params: undefined },
      { do: 'run', action: 'tell' },
    ],
    [
      { type: 'tell', params: { n: 1 } },
      { do: 'run', action: 'tell', params: { n: 1 } },
    ],
    [
      { type: 'xstate.raise', params: { event: { type: 'go', n: 1 }, id: 'a', delay: 0 } },
      { do: 'set', timer: 'a', delayMs: 0, event: { type: 'go', n: 1 } },
    ],
    [
      { type: 'xstate.raise', params: { event: { type: 'go' }, id: undefined, delay: 5 } },
      { do: 'set', delayMs: 5, event: { type: 'go' } },
    ],
    [
      { type: 'xstate.cancel', params: { sendId: 'a' } },
      { do: 'cancel', timer: 'a' },
    ],
    [
      { type: 'batpak.start', params: { id: 'x', src: 'work', input: undefined } },
      { do: 'start', actor: 'x', src: 'work' },
    ],
    [
      { type: 'batpak.start', params: { id: 'x', src: 'work', input: { n: 1 } } },
      { do: 'start', actor: 'x', src: 'work', input: { n: 1 } },
    ],
    [
      { type: 'batpak.stop', params: { id: 'x' } },
      { do: 'stop', actor: 'x' },
    ],
  ])('%j is %j', (action, effect) => {
    expect(effectOf(machine, action)).toEqual(effect);
  });

  it.each([
    [{ type: 'xstate.emit', params: { event: 'a text' } }, "asked for 'xstate.emit'"],
    [{ type: 'xstate.sendTo', params: {} }, "asked for 'xstate.sendTo'"],
    [{ type: '(anonymous)', params: undefined }, "asked for '(anonymous)'"],
    [{ type: 'toString', params: undefined }, "asked for 'toString'"],
    [{ type: 'keep', params: undefined }, "asked for 'keep'"],
    [{ type: 'tell', params: { at: new Date(0) } }, "the params of action 'tell' can't be stored"],
    [{ type: 'batpak.start', params: { id: 'x', src: 'work', input: 1n } }, 'input of an actor'],
    [{ type: 'xstate.raise', params: { event: { type: 'go' }, delay: -1 } }, 'a delay of -1'],
    [
      { type: 'xstate.raise', params: { event: { type: 'go' }, delay: Number.NaN } },
      'a delay of NaN',
    ],
    [{ type: 'xstate.raise', params: { event: { type: 'go' }, delay: 1e13 } }, 'a delay of'],
    [{ type: 'xstate.raise', params: { event: 'go', delay: 1 } }, 'that is no event'],
    [{ type: 'xstate.raise', params: { event: { type: 'go', f: 1n }, delay: 1 } }, 'a delayed'],
  ])('%o is refused', (action, problem) => {
    expect(thrownBy(() => effectOf(machine, action))).toMatchObject({
      message: expect.stringContaining(problem),
    });
  });
});
