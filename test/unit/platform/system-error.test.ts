import { openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { DiskFullError, StorageError } from '../../../src/model/errors/disk-errors.ts';
import { systemCallFailure } from '../../../src/platform/system-call-failure.ts';
import { systemCodeOf, translateSystemError } from '../../../src/platform/system-error.ts';
import { failureOf } from '../../support/files-under-test.ts';

describe('translateSystemError', () => {
  it('takes a full disk, quota or file for a refusal that can be tried again', () => {
    for (const systemCode of ['ENOSPC', 'EDQUOT', 'EFBIG']) {
      const cause = systemCallFailure(systemCode, 'write');
      const error = translateSystemError('write', '/store/a', cause);
      expect(error).toBeInstanceOf(DiskFullError);
      const facts = { systemCode, operation: 'write', path: '/store/a', retryable: true, cause };
      expect(error).toMatchObject(facts);
    }
  });

  it('takes any other code for a failure of the storage', () => {
    const cause = failureOf(() => openSync('/none/a', 'r'));
    const error = translateSystemError('open', '/none/a', cause);
    expect(error).toBeInstanceOf(StorageError);
    const facts = { systemCode: 'ENOENT', operation: 'open', path: '/none/a', retryable: false };
    expect(error).toMatchObject({ ...facts, cause });
  });

  it('throws again what no system call threw', () => {
    const causes = [
      new AssertionFailure('something', {}),
      new StorageError({ systemCode: 'EIO', operation: 'read', path: '/a' }, undefined),
      Object.assign(new RangeError('out of range'), { code: 'ERR_OUT_OF_RANGE' }),
      'text',
      undefined,
    ];
    for (const cause of causes) {
      expect(failureOf(() => translateSystemError('write', '/a', cause))).toBe(cause);
    }
  });
});

describe('systemCodeOf', () => {
  it('is the code of a failed system call and of nothing else', () => {
    expect(systemCodeOf(failureOf(() => openSync('/none/a', 'r')))).toBe('ENOENT');
    expect(systemCodeOf(systemCallFailure('EDQUOT', 'write'))).toBe('EDQUOT');
    expect(systemCodeOf(new Error('EIO'))).toBeUndefined();
    expect(systemCodeOf({ code: 'EIO', syscall: 'write' })).toBeUndefined();
    expect(systemCodeOf(Object.assign(new Error('x'), { code: 5, syscall: 'write' }))).toBe(
      undefined,
    );
  });
});
