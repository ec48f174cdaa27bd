import { describe, expect, it } from 'vitest';
import { failureKindOf } from '../../../../src/delivery/worker/failure-kind.ts';
import { CursorVoidError } from '../../../../src/model/errors/delivery-errors.ts';
import {
  DiskFullError,
  StorageError,
  WriterDeadError,
} from '../../../../src/model/errors/disk-errors.ts';
import { VisibilityFenceActiveError } from '../../../../src/model/errors/fence-errors.ts';
import { StoreClosedError } from '../../../../src/model/errors/lifecycle-errors.ts';
import { BatchFailedError, UnknownCauseError } from '../../../../src/model/errors/write-errors.ts';

const failure = { systemCode: 'ENOSPC', operation: 'write', path: '/a' };
const full = new DiskFullError(failure, undefined);

describe('a failure of a worker', () => {
  it('is nobody’s where the same goes well later', () => {
    expect(failureKindOf(full)).toBe('obstructed');
    expect(failureKindOf(new VisibilityFenceActiveError('append'))).toBe('obstructed');
    expect(failureKindOf(new BatchFailedError('writing', undefined, full))).toBe('obstructed');
  });

  it('is the store’s where no event is to blame', () => {
    for (const cause of [
      new StorageError(failure, undefined),
      new WriterDeadError(undefined),
      new StoreClosedError('append'),
      new CursorVoidError(1),
    ]) {
      expect(failureKindOf(cause)).toBe('work');
      expect(failureKindOf(new BatchFailedError('writing', undefined, cause))).toBe('work');
    }
  });

  it('is the event’s otherwise', () => {
    const refused = new UnknownCauseError('01941f29-7c00-7000-8000-62a3a4a5a6a7');
    for (const cause of [new Error('x'), 'text', undefined, refused]) {
      expect(failureKindOf(cause)).toBe('event');
    }
    expect(failureKindOf(new BatchFailedError('validating', 0, refused))).toBe('event');
  });
});
