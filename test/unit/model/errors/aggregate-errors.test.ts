import { describe, expect, it } from 'vitest';
import * as aggregateErrors from '../../../../src/model/errors/aggregate-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const cause = new Error('the disk is gone');

const samples: ErrorSample[] = [
  {
    error: new aggregateErrors.UnsupportedMachineError('ticket', 'state open', 'spawns an actor'),
    code: 'BATPAK_UNSUPPORTED_MACHINE',
    facts: { aggregate: 'ticket', place: 'state open', problem: 'spawns an actor' },
    says: ['ticket', 'state open', 'spawns an actor'],
  },
  {
    error: new aggregateErrors.UnsupportedXStateError('4.38.0'),
    code: 'BATPAK_UNSUPPORTED_XSTATE',
    facts: { version: '4.38.0', supported: '>=5.33.3 <6' },
    says: ['4.38.0', 'install >=5.33.3 <6'],
  },
  {
    error: new aggregateErrors.MachineDefectError('ticket:1', 'resolved', cause),
    code: 'BATPAK_MACHINE_DEFECT',
    facts: { entity: 'ticket:1', eventType: 'resolved' },
    says: ['ticket:1', 'resolved', 'the disk is gone', 'Nothing was written'],
    cause,
  },
  {
    error: new aggregateErrors.ReplayDivergedError('ticket:1', 9, 'open', 'closed'),
    code: 'BATPAK_REPLAY_DIVERGED',
    facts: { entity: 'ticket:1', sequence: 9, expected: 'open', actual: 'closed' },
    says: ['ticket:1', 'event 9', 'open', 'closed'],
  },
  {
    error: new aggregateErrors.HistoryRefusedError({
      entity: 'ticket:1',
      sequence: 9,
      eventType: 'resolved',
      fromVersion: 1,
      toVersion: 2,
    }),
    code: 'BATPAK_HISTORY_REFUSED',
    facts: {
      entity: 'ticket:1',
      sequence: 9,
      eventType: 'resolved',
      fromVersion: 1,
      toVersion: 2,
    },
    says: ['ticket:1', 'resolved', 'event 9', 'version 1', 'version 2'],
  },
  {
    error: new aggregateErrors.EffectsRunningError('ticket'),
    code: 'BATPAK_EFFECTS_RUNNING',
    retryable: true,
    facts: { aggregate: 'ticket' },
    says: ['ticket', 'Stop that runner'],
  },
];

describe('aggregate errors', () => {
  checkFamily(aggregateErrors, samples);
});

describe('MachineDefectError', () => {
  it('has no event type for a machine that threw when it was started', () => {
    const error = new aggregateErrors.MachineDefectError('ticket:1', undefined, 'a text');
    expect(error.eventType).toBeUndefined();
    expect(error.message).toContain('when it was started: a text');
  });
});
