import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { type GateEvent, gateMachine } from '../../machines/gate.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';

const events: readonly GateEvent[] = [
  { type: 'evaluation.started' },
  { type: 'bypass.requested' },
  { type: 'gates.passed' },
  { type: 'gate.denied' },
  { type: 'commit.started' },
  { type: 'commit.succeeded' },
  { type: 'commit.failed' },
];

/** The state after the events. */
function stateAfter(...types: GateEvent['type'][]): string {
  let [snapshot] = initialTransition(gateMachine);
  for (const type of types) [snapshot] = transition(gateMachine, snapshot, { type });
  return snapshot.value;
}

describe('the gate machine, walked', () => {
  const coverage = new CoverageOfMachine(gateMachine, { events });

  it('has these states', () => {
    expect(statesOf(gateMachine)).toEqual([
      'proposed',
      'evaluating',
      'approved',
      'bypassed',
      'committing',
      'committed',
      'denied',
      'failed',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(gateMachine)).toEqual([
      'proposed + evaluation.started → evaluating',
      'proposed + bypass.requested → bypassed',
      'evaluating + gates.passed → approved',
      'evaluating + gate.denied → denied',
      'approved + commit.started → committing',
      'bypassed + commit.started → committing',
      'committing + commit.succeeded → committed',
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
    expect(coverage.probes).toHaveLength(8 * 7);
  });

  it('changes nothing on an event that its state does not list', () => {
    expect(coverage.disobedient()).toEqual([]);
  });
});

describe('a proposal', () => {
  it('is not committed before its gates passed', () => {
    expect(stateAfter('commit.started')).toBe('proposed');
    expect(stateAfter('evaluation.started', 'commit.started')).toBe('evaluating');
  });

  it('is committed after its gates passed', () => {
    const committing = ['evaluation.started', 'gates.passed', 'commit.started'] as const;
    expect(stateAfter(...committing, 'commit.succeeded')).toBe('committed');
    expect(stateAfter(...committing, 'commit.failed')).toBe('failed');
  });

  it('is committed without its gates only when that was asked for', () => {
    expect(stateAfter('bypass.requested')).toBe('bypassed');
    expect(stateAfter('bypass.requested', 'commit.started', 'commit.succeeded')).toBe('committed');
  });

  it('is not bypassed once its evaluation started', () => {
    expect(stateAfter('evaluation.started', 'bypass.requested')).toBe('evaluating');
  });

  it('stays denied', () => {
    const denied = ['evaluation.started', 'gate.denied'] as const;
    expect(stateAfter(...denied, 'gates.passed', 'bypass.requested', 'commit.started')).toBe(
      'denied',
    );
  });

  it('is committed at most once', () => {
    const once = ['bypass.requested', 'commit.started'] as const;
    expect(stateAfter(...once, 'commit.started')).toBe('committing');
    expect(stateAfter(...once, 'commit.succeeded', 'commit.started')).toBe('committed');
    expect(stateAfter(...once, 'commit.failed', 'commit.started')).toBe('failed');
  });
});
