import { describe, expect, it } from 'vitest';
import * as diskErrors from '../../../../src/model/errors/disk-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const cause = new Error('the disk is gone');
const failure = { systemCode: 'EIO', operation: 'write', path: '/data/000001.fbat' };

const samples: ErrorSample[] = [
  {
    error: new diskErrors.DiskFullError({ ...failure, systemCode: 'ENOSPC' }, cause),
    code: 'BATPAK_DISK_FULL',
    facts: { ...failure, systemCode: 'ENOSPC' },
    says: [failure.path, 'ENOSPC', 'free space and try again'],
    retryable: true,
    cause,
  },
  {
    error: new diskErrors.StorageError(failure, cause),
    code: 'BATPAK_STORAGE',
    facts: failure,
    says: ['write', failure.path, 'EIO'],
    cause,
  },
  {
    error: new diskErrors.SyncFailedError(failure.path, cause),
    code: 'BATPAK_SYNC_FAILED',
    facts: { outcome: 'unknown', path: failure.path },
    says: [failure.path, 'power loss may or may not undo it'],
    cause,
  },
  {
    error: new diskErrors.WriteFailedError('not stored', failure.path, cause),
    code: 'BATPAK_WRITE_FAILED',
    facts: { outcome: 'not stored', path: failure.path },
    says: [failure.path, 'not stored', 'try again'],
    retryable: true,
    cause,
  },
  {
    error: new diskErrors.WriterDeadError(cause),
    code: 'BATPAK_WRITER_DEAD',
    facts: {},
    says: ['Reads go on', 'open the store again'],
    cause,
  },
];

describe('disk errors', () => {
  checkFamily(diskErrors, samples);
});

describe('WriteFailedError', () => {
  it('tells what is known of the events, and can be retried only when they are not stored', () => {
    const error = new diskErrors.WriteFailedError('unknown', '/data/000001.fbat', cause);
    expect([error.outcome, error.retryable]).toEqual(['unknown', false]);
    expect(error.message).toContain('Nobody knows whether the events are stored');
  });
});
