import { describe, expect, it } from 'vitest';
import { createMachine, fromCallback, fromObservable, fromPromise, fromTransition } from 'xstate';
import {
  isPromiseLogic,
  promiseFunctionOf,
} from '../../../../src/aggregates/stepping/promise-logic.ts';

describe('promise logic', () => {
  it('is known by what fromPromise makes, and gives back its function', () => {
    const work = () => Promise.resolve(1);
    expect(promiseFunctionOf(fromPromise(work))).toBe(work);
    expect(isPromiseLogic(fromPromise(() => Promise.resolve()))).toBe(true);
  });

  it.each([
    ['a callback', fromCallback(() => undefined)],
    [
      'an observable',
      fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) })),
    ],
    ['a transition', fromTransition((state: object) => state, {})],
    ['a machine', createMachine({})],
    ['nothing', undefined],
    ['an object', {}],
  ])('is not %s', (_name, logic) => {
    expect(isPromiseLogic(logic)).toBe(false);
  });
});
