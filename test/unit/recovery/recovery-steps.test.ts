import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { wrapInspection } from '../../../src/inspect/inspection.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { ManualClock } from '../../../src/platform/clock.ts';
import { RecoverySteps } from '../../../src/recovery/recovery-steps.ts';

describe('RecoverySteps', () => {
  it('takes the steps that the machine allows, and no other', () => {
    const steps = new RecoverySteps();
    expect(steps.state).toBe('image');
    steps.step('image.absent');
    expect(() => steps.step('segment.scanned')).toThrow(AssertionFailure);
    steps.step('segments.finished');
    expect(steps.state).toBe('ready');
  });

  it('measures how long each source took', () => {
    const clock = new ManualClock(0);
    const steps = new RecoverySteps(clock);
    clock.advance(5000);
    steps.step('image.refused');
    clock.advance(1000);
    steps.step('footer.absent');
    clock.advance(2000);
    steps.step('segment.scanned');
    clock.advance(500);
    steps.step('footer.absent');
    clock.advance(3000);
    steps.step('segment.scanned');
    expect(steps.times).toEqual({ image: 5, footers: 1.5, scanning: 5 });
  });

  it('forgets what it counted when a salvage begins anew', () => {
    const steps = new RecoverySteps();
    steps.step('image.joined');
    expect(steps.imageJoined).toBe(true);
    steps.sources.image = 9;
    steps.refuse('/store/index.image', 'bad chunk');
    steps.step('salvage.begun');
    steps.step('salvage.finished');
    expect([steps.state, steps.imageJoined]).toEqual(['image', false]);
    expect(steps.sources).toEqual({ image: 0, footers: 0, scanned: 0 });
    expect(steps.refused).toEqual([{ path: '/store/index.image', reason: 'bad chunk' }]);
  });

  it('shows its steps to an inspector', () => {
    const seen: InspectionEvent[] = [];
    const inspect = wrapInspection(
      (event) => seen.push(event),
      () => undefined,
    );
    new RecoverySteps(undefined, inspect).step('image.absent');
    const types = seen.flatMap((one) => (one.type === '@xstate.event' ? [one.event.type] : []));
    expect(types).toEqual(['xstate.init', 'image.absent']);
  });
});
