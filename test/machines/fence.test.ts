import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { type FenceEvent, fenceMachine } from '../../machines/fence.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';

const events: readonly FenceEvent[] = [
  { type: 'commit.requested' },
  { type: 'commit.written' },
  { type: 'commit.refused' },
  { type: 'commit.failed' },
  { type: 'cancel.requested' },
];

/** The state after the events. */
function stateAfter(...types: FenceEvent['type'][]): string {
  let [snapshot] = initialTransition(fenceMachine);
  for (const type of types) [snapshot] = transition(fenceMachine, snapshot, { type });
  return snapshot.value;
}

describe('the fence machine, walked', () => {
  const coverage = new CoverageOfMachine(fenceMachine, { events });

  it('has these states', () => {
    expect(statesOf(fenceMachine)).toEqual([
      'open',
      'committing',
      'committed',
      'cancelled',
      'failed',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(fenceMachine)).toEqual([
      'open + commit.requested → committing',
      'open + cancel.requested → cancelled',
      'committing + commit.written → committed',
      'committing + commit.refused → open',
      'committing + commit.failed → failed',
    ]);
  });

  it('reaches every state', () => {
    expect(coverage.missingStates()).toEqual([]);
  });

  it('takes every edge to where it says', () => {
    expect(coverage.missingEdges()).toEqual([]);
  });

  it('tries every event in every state', () => {
    expect(coverage.probes).toHaveLength(5 * 5);
  });

  it('changes nothing on an event that its state does not list', () => {
    expect(coverage.disobedient()).toEqual([]);
  });
});

describe('a fence', () => {
  it('is committed once, and never again', () => {
    expect(stateAfter('commit.requested', 'commit.written')).toBe('committed');
    expect(stateAfter('commit.requested', 'commit.written', 'commit.requested')).toBe('committed');
    expect(stateAfter('commit.requested', 'commit.written', 'cancel.requested')).toBe('committed');
  });

  it('can be tried again, or cancelled, when its commit was refused', () => {
    expect(stateAfter('commit.requested', 'commit.refused')).toBe('open');
    expect(stateAfter('commit.requested', 'commit.refused', 'cancel.requested')).toBe('cancelled');
  });

  it('can not be cancelled while it is written', () => {
    expect(stateAfter('commit.requested', 'cancel.requested')).toBe('committing');
  });

  it('is over when its commit failed or it was cancelled', () => {
    expect(stateAfter('commit.requested', 'commit.failed', 'commit.requested')).toBe('failed');
    expect(stateAfter('cancel.requested', 'commit.requested')).toBe('cancelled');
  });
});
