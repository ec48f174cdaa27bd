import { describe, expect, it } from 'vitest';
import { assign, setup } from 'xstate';
import { machineHash } from '../../../../src/aggregates/snapshots/machine-hash.ts';
import { doorMachine, listMachine } from '../../../support/aggregates.ts';

function counter(by: (n: number) => number, initial = 'a') {
  return setup({
    types: {} as { context: { n: number } },
    actions: { add: assign({ n: by === plusOne ? ({ context }) => context.n + 1 : 2 }) },
  }).createMachine({ context: { n: 0 }, initial, states: { a: { entry: 'add' }, b: {} } });
}
const plusOne = (n: number): number => n + 1;

describe('machineHash', () => {
  it('is the same for the same machine, and differs by states and by the text of functions', () => {
    expect(machineHash(doorMachine)).toMatch(/^[0-9a-f]{32}$/);
    expect(machineHash(counter(plusOne))).toBe(machineHash(counter(plusOne)));
    const hashes = [
      doorMachine,
      listMachine,
      counter(plusOne),
      counter((n) => n),
      counter(plusOne, 'b'),
    ].map(machineHash);
    expect(new Set(hashes).size).toBe(5);
  });
});
