import { describe, expect, it } from 'vitest';
import { writerFailure } from '../../../src/log/writer-failure.ts';
import { SyncFailedError } from '../../../src/model/errors/disk-errors.ts';
import { StoreLockedError } from '../../../src/model/errors/lifecycle-errors.ts';
import { systemCallFailure } from '../../../src/platform/system-call-failure.ts';
import { translateSystemError } from '../../../src/platform/system-error.ts';

describe('writerFailure', () => {
  const raw = systemCallFailure('EIO', 'fsync');
  const full = translateSystemError('write', '/a', systemCallFailure('ENOSPC', 'write'));

  it('names the operation, the time and the code of the system', () => {
    expect(writerFailure('sync', raw, 7)).toEqual({
      operation: 'sync',
      systemCode: 'EIO',
      atMs: 7,
    });
  });

  it('finds the code in errors of the library, and in their cause', () => {
    const storage = translateSystemError('sync', '/a', raw);
    const codes = [
      storage,
      full,
      new SyncFailedError('/a', storage),
      new SyncFailedError('/a', full),
    ];
    expect(codes.map((error) => writerFailure('sync', error, 0).systemCode)).toEqual([
      'EIO',
      'ENOSPC',
      'EIO',
      'ENOSPC',
    ]);
  });

  it('says that there is none where no call of the system failed', () => {
    const locked = new StoreLockedError('/a/LOCK', undefined, 'it was removed.');
    expect([locked, undefined].map((error) => writerFailure('sync', error, 0).systemCode)).toEqual([
      'none',
      'none',
    ]);
  });
});
