import { expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import type { CoverageOfMachine } from './coverage-of-machine.ts';

/** States what holds for every machine that was walked; in its `describe`. */
export function itIsWalkedWhole(coverage: CoverageOfMachine<AnyStateMachine>): void {
  it('reaches every state', () => {
    expect(coverage.missingStates()).toEqual([]);
  });

  it('takes every edge to where it says', () => {
    expect(coverage.missingEdges()).toEqual([]);
  });

  it('changes nothing on an event that its state does not list', () => {
    expect(coverage.disobedient()).toEqual([]);
  });

  it('keeps its context plain JSON', () => {
    for (const { after } of coverage.probes) {
      expect(JSON.parse(JSON.stringify(after.context))).toStrictEqual(after.context);
    }
  });
}
