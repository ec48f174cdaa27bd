import { describe, expect, it } from 'vitest';
import { WorkerControl } from '../../../../src/delivery/worker/worker-control.ts';
import { AssertionFailure } from '../../../../src/model/assert.ts';
import { thrownBy } from '../../../support/store-host.ts';

const input = { maxTries: 3, maxParked: 1 };

describe('the control of a worker', () => {
  it('names what the machine is in', () => {
    const control = new WorkerControl(input, undefined);
    expect([control.state, control.ended]).toEqual(['polling', false]);
    for (const [type, state] of [
      ['events.exhausted', 'idle'],
      ['events.arrived', 'polling'],
      ['batch.read', 'handling'],
      ['work.obstructed', 'backing off'],
      ['delay.passed', 'polling'],
      ['work.failed', 'restarting'],
      ['restart.allowed', 'backing off'],
      ['delay.passed', 'polling'],
      ['events.passed', 'checkpointing'],
      ['stop.requested', 'checkpointing'],
      ['checkpoint.written', 'stopped'],
    ] as const) {
      control.send({ type });
      expect(control.state).toBe(state);
    }
    expect(control.ended).toBe(true);
    expect(control.can({ type: 'stop.requested' })).toBe(false);
  });

  it('asserts that the machine takes what it is sent, and that sends never nest', () => {
    const control = new WorkerControl(input, undefined);
    const wrong = () => control.send({ type: 'delay.passed' });
    expect(thrownBy(wrong)).toBeInstanceOf(AssertionFailure);
    let nested: unknown;
    const watched: WorkerControl = new WorkerControl(input, (event) => {
      if (event.type !== '@xstate.event' || event.event.type !== 'batch.read') return;
      nested ??= thrownBy(() => watched.send({ type: 'stop.requested' }));
    });
    watched.send({ type: 'batch.read' });
    expect(nested).toBeInstanceOf(AssertionFailure);
    expect(watched.state).toBe('handling');
  });
});
