import { describe, expect, it } from 'vitest';
import type { LockHolder } from '../../../src/model/errors/lifecycle-errors.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import {
  formatNonce,
  parseLockHolder,
  readLockFile,
  writeLockFile,
} from '../../../src/platform/lock-file.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { codeOf, writeText } from '../../support/files-under-test.ts';

const holder: LockHolder = {
  pid: 7,
  startTime: '700',
  bootId: 'boot-1',
  pidNamespace: 'pid:[1]',
  hostname: 'höst',
  nonce: '0123456789abcdef0123456789abcdef',
};

describe('a lock file', () => {
  it('gives back the holder it was written with', () => {
    const files = new MemoryFiles();
    writeLockFile(files, '/LOCK', holder);
    expect(readLockFile(files, '/LOCK')).toEqual(holder);
  });

  it('is whole however short the writes are', () => {
    const plan = new FaultPlan(new MemoryFiles()).shortWrite({ bytes: 5, andLater: true });
    writeLockFile(plan, '/LOCK', holder);
    expect(readLockFile(plan, '/LOCK')).toEqual(holder);
  });

  it('is synced before anything else is done with it', () => {
    const files = new MemoryFiles();
    writeLockFile(files, '/LOCK', holder);
    files.syncDirectory('/');
    expect(readLockFile(files.afterPowerLoss(), '/LOCK')).toEqual(holder);
  });

  it('is never written over', () => {
    const files = new MemoryFiles();
    writeLockFile(files, '/LOCK', holder);
    expect(codeOf(() => writeLockFile(files, '/LOCK', { ...holder, pid: 8 }))).toBe('EEXIST');
    expect(readLockFile(files, '/LOCK')).toEqual(holder);
  });

  it('is missing when it is not there, or goes away before it is opened', () => {
    const files = new MemoryFiles();
    expect(readLockFile(files, '/LOCK')).toBe('missing');
    writeLockFile(files, '/LOCK', holder);
    const plan = new FaultPlan(files);
    plan.before({ operation: 'open' }, () => files.remove('/LOCK'));
    expect(readLockFile(plan, '/LOCK')).toBe('missing');
  });

  it('is unreadable when it is empty, something else, or too long', () => {
    const texts = [
      '',
      'x',
      'null',
      '[]',
      '{}',
      '7',
      `${JSON.stringify(holder)}}`,
      ' '.repeat(5000),
    ];
    for (const text of texts) {
      const files = new MemoryFiles();
      writeText(files.open('/LOCK', 'create'), text, 0);
      expect(readLockFile(files, '/LOCK'), text).toBe('unreadable');
    }
  });

  it('is unreadable when it is a directory or a symbolic link', () => {
    const files = new MemoryFiles();
    writeLockFile(files, '/elsewhere', holder);
    files.symlink('elsewhere', '/link');
    files.makeDirectory('/directory');
    expect(readLockFile(files, '/link')).toBe('unreadable');
    expect(readLockFile(files, '/directory')).toBe('unreadable');
  });

  it('is unreadable when nobody may read it, but a failing disk is a failure', () => {
    for (const [code, content] of [
      ['EACCES', 'unreadable'],
      ['EPERM', 'unreadable'],
    ] as const) {
      const plan = new FaultPlan(new MemoryFiles());
      writeLockFile(plan, '/LOCK', holder);
      plan.fail({ operation: 'open', code });
      expect(readLockFile(plan, '/LOCK')).toBe(content);
    }
    const plan = new FaultPlan(new MemoryFiles());
    writeLockFile(plan, '/LOCK', holder);
    plan.fail({ operation: 'read', code: 'EIO' });
    expect(codeOf(() => readLockFile(plan, '/LOCK'))).toBe('EIO');
  });
});

describe('parseLockHolder', () => {
  it('takes a holder with all of its fields, and leaves out what else is there', () => {
    expect(parseLockHolder(JSON.stringify({ ...holder, more: 1 }))).toEqual(holder);
  });

  it('refuses a field that is missing or of another type', () => {
    for (const field of Object.keys(holder)) {
      expect(parseLockHolder(JSON.stringify({ ...holder, [field]: undefined })), field).toBe(
        undefined,
      );
      expect(parseLockHolder(JSON.stringify({ ...holder, [field]: [] })), field).toBe(undefined);
    }
    for (const pid of [0, -1, 1.5, 2 ** 53, '7']) {
      expect(parseLockHolder(JSON.stringify({ ...holder, pid }))).toBeUndefined();
    }
  });

  it('refuses a nonce that could lead a path elsewhere', () => {
    for (const nonce of ['', '..', '../../etc', 'A'.repeat(32), '0'.repeat(31), '0'.repeat(33)]) {
      expect(parseLockHolder(JSON.stringify({ ...holder, nonce }))).toBeUndefined();
    }
  });
});

describe('formatNonce', () => {
  it('is the bytes in hexadecimal', () => {
    expect(formatNonce(Uint8Array.of(0, 1, 15, 16, 255))).toBe('00010f10ff');
  });
});
