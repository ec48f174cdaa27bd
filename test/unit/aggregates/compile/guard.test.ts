import { describe, expect, it } from 'vitest';
import { and, createMachine, not, or, stateIn } from 'xstate';
import { guardOf } from '../../../../src/aggregates/compile/guard.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';

const machine = createMachine(
  { context: { n: 3 }, initial: 'a', states: { a: {} } },
  {
    guards: {
      isBig: ({ context }) => context.n > 2,
      above: ({ context }, params) => context.n > (params as unknown as { n: number }).n,
      alias: 'isBig' as never,
      loop: 'loop' as never,
    },
  },
);
const { snapshot } = new MachineStepper(machine).start(undefined);

/** What a guard says of the first state. */
function says(reference: unknown, event: { type: string; n?: number } = { type: 'e' }): unknown {
  const subject = { context: snapshot.context, snapshot: () => snapshot };
  return guardOf(machine, reference)?.(subject, event);
}

describe('a compiled guard', () => {
  it.each([
    ['a function', ({ context }: { context: { n: number } }) => context.n === 3, true],
    ['a name', 'isBig', true],
    ['another name for a guard', 'alias', true],
    ['parameters', { type: 'above', params: { n: 3 } }, false],
    ['and', and(['isBig' as never, () => false]), false],
    ['or', or([() => false, 'isBig' as never]), true],
    ['not', not('isBig' as never), false],
    ['not of and', not(and([() => true, not('isBig' as never)])), true],
    ['stateIn', stateIn('a'), true],
    ['stateIn elsewhere', not(stateIn({ a: 'b' })), true],
  ])('says the same as the guard: %s', (_, reference, answer) => {
    expect(Boolean(says(reference))).toBe(answer);
  });

  it('computes parameters from context and event', () => {
    const params = ({ event }: { event: { n: number } }) => ({ n: event.n });
    expect(says({ type: 'above', params }, { type: 'e', n: 2 })).toBe(true);
    expect(says({ type: 'above', params }, { type: 'e', n: 3 })).toBe(false);
  });

  it('is none when the transition has none, and refuses names that lead nowhere', () => {
    expect(guardOf(machine, undefined)).toBeUndefined();
    expect(() => guardOf(machine, 'unknown')).toThrow("guard 'unknown' has no implementation");
    expect(() => guardOf(machine, 'loop')).toThrow('its guards lead to each other');
  });
});
