import { openSync, renameSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { systemCallFailure } from '../../../src/platform/system-call-failure.ts';
import { failureOf } from '../../support/files-under-test.ts';

describe('systemCallFailure', () => {
  it('is what Node throws: on a path, on two, on a descriptor', () => {
    const cases = [
      [() => openSync('/none/a', 'r'), systemCallFailure('ENOENT', 'open', '/none/a')],
      [
        () => renameSync('/none/a', '/none/b'),
        systemCallFailure('ENOENT', 'rename', '/none/a', '/none/b'),
      ],
      [() => writeSync(2 ** 30, 'x'), systemCallFailure('EBADF', 'write')],
    ] as const;
    for (const [call, made] of cases) {
      const thrown = failureOf(call);
      expect(made).toBeInstanceOf(Error);
      expect({ ...made }).toEqual({ ...(thrown instanceof Error ? thrown : {}) });
      expect(made.message).toBe(thrown instanceof Error ? thrown.message : '');
    }
  });

  it('shows a code without a name in Node as Node does', () => {
    const errno = -constants.errno.EDQUOT;
    expect(systemCallFailure('EDQUOT', 'write')).toMatchObject({
      code: `Unknown system error ${errno}`,
      errno,
      syscall: 'write',
    });
  });

  it('keeps a code that no system has', () => {
    expect(systemCallFailure('EODD', 'write')).toMatchObject({ code: 'EODD', errno: 0 });
  });
});
