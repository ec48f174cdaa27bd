import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { type RecoveryEvent, recoveryMachine } from '../../machines/recovery.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';

const events: readonly RecoveryEvent[] = [
  { type: 'image.joined' },
  { type: 'image.absent' },
  { type: 'image.refused' },
  { type: 'footer.joined' },
  { type: 'footer.absent' },
  { type: 'footer.refused' },
  { type: 'segment.scanned' },
  { type: 'segments.finished' },
  { type: 'damage.found' },
  { type: 'salvage.begun' },
  { type: 'salvage.finished' },
  { type: 'salvage.failed' },
];

/** The state after the events. */
function stateAfter(...types: RecoveryEvent['type'][]): string {
  let [snapshot] = initialTransition(recoveryMachine);
  for (const type of types) [snapshot] = transition(recoveryMachine, snapshot, { type });
  return snapshot.value;
}

describe('the recovery machine, walked', () => {
  const coverage = new CoverageOfMachine(recoveryMachine, { events });

  it('has these states', () => {
    expect(statesOf(recoveryMachine)).toEqual([
      'image',
      'footers',
      'scanning',
      'salvaging',
      'ready',
      'refused',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(recoveryMachine)).toEqual([
      'image + image.joined → footers',
      'image + image.absent → footers',
      'image + image.refused → footers',
      'image + damage.found → refused',
      'image + salvage.begun → salvaging',
      'footers + footer.joined → footers',
      'footers + footer.absent → scanning',
      'footers + footer.refused → scanning',
      'footers + segments.finished → ready',
      'footers + damage.found → refused',
      'footers + salvage.begun → salvaging',
      'scanning + segment.scanned → footers',
      'scanning + damage.found → refused',
      'scanning + salvage.begun → salvaging',
      'salvaging + salvage.finished → image',
      'salvaging + salvage.failed → refused',
    ]);
  });

  it('reaches every state', () => {
    expect(coverage.missingStates()).toEqual([]);
  });

  it('takes every edge to where it says', () => {
    expect(coverage.missingEdges()).toEqual([]);
  });

  it('tries every event in every state', () => {
    expect(coverage.probes).toHaveLength(6 * 12);
  });

  it('changes nothing on an event that its state does not list', () => {
    expect(coverage.disobedient()).toEqual([]);
  });
});

describe('a cold start', () => {
  it.each(['image.joined', 'image.absent', 'image.refused'] as const)(
    'goes on with the segments after %s',
    (image) => {
      expect(stateAfter(image)).toBe('footers');
      expect(stateAfter(image, 'segments.finished')).toBe('ready');
    },
  );

  it('reads a segment whose footer is missing or refused, and looks at the next one', () => {
    expect(stateAfter('image.absent', 'footer.refused')).toBe('scanning');
    expect(stateAfter('image.absent', 'footer.absent', 'segment.scanned')).toBe('footers');
  });

  it('is not ready in the middle of a segment', () => {
    expect(stateAfter('image.absent', 'footer.absent', 'segments.finished')).toBe('scanning');
  });

  it('begins anew after a salvage, and ends when that fails', () => {
    const salvaging = ['image.absent', 'footer.absent', 'salvage.begun'] as const;
    expect(stateAfter(...salvaging, 'salvage.finished')).toBe('image');
    expect(stateAfter(...salvaging, 'salvage.failed')).toBe('refused');
  });
});
