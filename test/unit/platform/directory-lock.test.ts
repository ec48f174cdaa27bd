import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { DiskFullError, StorageError } from '../../../src/model/errors/disk-errors.ts';
import { StoreLockedError } from '../../../src/model/errors/lifecycle-errors.ts';
import type { DirectoryLock } from '../../../src/platform/directory-lock.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { failureOf, readText, writeText } from '../../support/files-under-test.ts';
import { LockHost } from '../../support/lock-host.ts';

describe('acquireDirectoryLock', () => {
  it('leaves one file that names the holder', () => {
    const host = new LockHost();
    const lock = host.start().acquire();
    expect(host.names()).toEqual(['LOCK']);
    expect(JSON.parse(lockText(host))).toEqual({
      pid: 1,
      startTime: 'start-1',
      bootId: 'boot-1',
      pidNamespace: 'pid:[1]',
      hostname: 'memory',
      nonce: lock.holder.nonce,
    });
    expect(lock.holder.nonce).toMatch(/^[0-9a-f]{32}$/);
    lock.verify();
  });

  it('refuses a directory that a living process holds, and names it', () => {
    const host = new LockHost();
    const { holder } = host.start().acquire();
    const other = host.start();
    for (let round = 0; round < 3; round += 1) {
      expect(lockedError(() => other.acquire())).toMatchObject({
        code: 'BATPAK_STORE_LOCKED',
        retryable: true,
        path: '/store',
        holder,
        message: '/store is held by process 1 on memory: it still runs.',
      });
      expect(host.names()).toEqual(['LOCK']);
    }
  });

  it('refuses a second time to the process that holds it', () => {
    const host = new LockHost();
    const process = host.start();
    const lock = process.acquire();
    const error = lockedError(() => process.acquire());
    expect(error.holder).toEqual(lock.holder);
    expect(error.message).toContain('this process has it open');
    lock.verify();
  });

  it('gives the directory on once it is released', () => {
    const host = new LockHost();
    host.start().acquire().release();
    expect(host.names()).toEqual([]);
    host.start().acquire().verify();
  });

  it('takes over from a process that has ended', () => {
    const host = new LockHost();
    const stale = host.leaveStaleLock();
    const lock = host.start().acquire();
    lock.verify();
    expect(host.names()).toEqual(['LOCK']);
    expect(lockedError(() => stale.verify()).holder).toEqual(lock.holder);
  });

  it('takes over from a process whose pid another one bears', () => {
    const host = new LockHost();
    const stale = host.leaveStaleLock();
    const again = host.start({ pid: stale.holder.pid, startTime: 'later' });
    again.acquire().verify();
  });

  it('takes over from before the last boot of the host', () => {
    const host = new LockHost();
    host.start().acquire();
    host.start({ bootId: 'boot-2' }).acquire().verify();
  });

  it('refuses what it can not judge, unless it is forced', () => {
    const strangers = [
      { hostname: 'other' },
      { pidNamespace: 'pid:[2]' },
      { bootId: '' },
      { hostname: 'other', bootId: 'boot-2' },
    ];
    for (const stranger of strangers) {
      const host = new LockHost();
      const stale = host.leaveStaleLock();
      const process = host.start(stranger);
      const error = lockedError(() => process.acquire());
      expect(error.holder).toEqual(stale.holder);
      expect(error.message).toContain("lock: 'force'");
      process.acquire({ force: true }).verify();
      expect(host.names()).toEqual(['LOCK']);
    }
  });

  it('takes over from a living process when it is forced, which then finds its lock gone', () => {
    const host = new LockHost();
    const first = host.start().acquire();
    const second = host.start().acquire({ force: true });
    second.verify();
    expect(lockedError(() => first.verify())).toMatchObject({ holder: second.holder });
    first.release();
    second.verify();
  });

  it('is refused when another forces the lock before it could read it back', () => {
    const host = new LockHost();
    const locks: DirectoryLock[] = [];
    const plan = new FaultPlan(host.files).before({ operation: 'stat', path: '/LOCK' }, () =>
      locks.push(host.start().acquire({ force: true })),
    );
    const error = lockedError(() => host.start().acquire({}, plan));
    expect(error.holder).toEqual(locks[0]?.holder);
    locks[0]?.verify();
    expect(host.names()).toEqual(['LOCK']);
  });

  it('refuses a lock that it can not read, unless it is forced', () => {
    for (const text of ['', 'locked', '{"pid":1}', '{}']) {
      const host = new LockHost();
      writeText(host.files.open('/store/LOCK', 'create'), text, 0);
      const process = host.start();
      const error = lockedError(() => process.acquire());
      expect(error.holder).toBeUndefined();
      expect(error.message).toContain("/store/LOCK can't be read as a lock");
      expect(host.names()).toEqual(['LOCK']);
      process.acquire({ force: true }).verify();
      expect(host.names()).toEqual(['LOCK']);
    }
  });

  it('replaces a symbolic link only when it is forced, and leaves alone what it leads to', () => {
    const host = new LockHost();
    writeText(host.files.open('/elsewhere', 'create'), 'kept', 0);
    host.files.symlink('/elsewhere', '/store/LOCK');
    const process = host.start();
    expect(lockedError(() => process.acquire()).holder).toBeUndefined();
    process.acquire({ force: true }).verify();
    expect(readText(host.files.open('/elsewhere', 'read'))).toBe('kept');
    expect(host.files.stat('/store/LOCK')?.type).toBe('file');
  });

  it('says what is wrong with a directory that it can not write', () => {
    const host = new LockHost();
    host.files.setReadOnly('/store', true);
    const failure = failureOf(() => host.start().acquire());
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ systemCode: 'EACCES', operation: 'write' });
    expect(failure).toMatchObject({ path: expect.stringMatching(/^\/store\/LOCK\./) });
  });

  it('says that the directory is missing', () => {
    const emptyDisk = new MemoryFiles();
    const failure = failureOf(() => new LockHost().start().acquire({}, emptyDisk));
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ systemCode: 'ENOENT' });
  });

  it('leaves nothing on a disk that is full', () => {
    const host = new LockHost();
    host.files.capacityBytes = 20;
    const process = host.start();
    const failure = failureOf(() => process.acquire());
    expect(failure).toBeInstanceOf(DiskFullError);
    expect(host.names()).toEqual([]);
    host.files.capacityBytes = 1000;
    process.acquire().verify();
  });

  it('removes the claims that dead processes left, and no others', () => {
    const host = new LockHost();
    const dead = host.start();
    const killed = new FaultPlan(host.files).fail({
      operation: 'link',
      andLater: true,
      code: 'EIO',
    });
    killed.fail({ operation: 'remove', andLater: true, code: 'EIO' });
    expect(failureOf(() => dead.acquire({}, killed))).toBeInstanceOf(StorageError);
    const living = host.start();
    expect(failureOf(() => living.acquire({}, killed))).toBeInstanceOf(StorageError);
    expect(host.names()).toHaveLength(2);
    dead.process.end();
    writeText(host.files.open('/store/LOCK.notes', 'create'), 'of somebody', 0);
    host.start().acquire().verify();
    expect(host.names()).toHaveLength(3);
    expect(host.names()).toEqual(expect.arrayContaining(['LOCK', 'LOCK.notes']));
  });
});

describe('DirectoryLock', () => {
  it('is found lost when an operator removed its file', () => {
    const host = new LockHost();
    const lock = host.start().acquire();
    host.files.remove('/store/LOCK');
    const error = lockedError(() => lock.verify());
    expect(error.holder).toBeUndefined();
    expect(error.message).toContain('its lock file was removed');
    lock.release();
  });

  it('is released twice in silence, and leaves alone who holds it then', () => {
    const host = new LockHost();
    const first = host.start().acquire();
    first.release();
    const second = host.start().acquire();
    first.release();
    second.verify();
  });

  it('can be released again when that failed', () => {
    const host = new LockHost();
    const plan = new FaultPlan(host.files);
    const lock = host.start().acquire({}, plan);
    plan.fail({ operation: 'remove', path: '/LOCK', code: 'EIO' });
    expect(failureOf(() => lock.release())).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EIO',
      operation: 'remove',
      path: '/store/LOCK',
    });
    lock.verify();
    lock.release();
    expect(host.names()).toEqual([]);
  });

  it('does not take a failing disk for a lost lock', () => {
    const host = new LockHost();
    const plan = new FaultPlan(host.files);
    const lock = host.start().acquire({}, plan);
    plan.fail({ operation: 'read', code: 'EIO' });
    expect(failureOf(() => lock.verify())).toBeInstanceOf(StorageError);
    lock.verify();
  });

  it('asserts that it is not verified after its release', () => {
    const lock = new LockHost().start().acquire();
    lock.release();
    expect(() => lock.verify()).toThrow(AssertionFailure);
  });
});

function lockedError(call: () => unknown): StoreLockedError {
  const failure = failureOf(call);
  if (failure instanceof StoreLockedError) return failure;
  throw new Error(`expected StoreLockedError, got ${failure}`);
}

function lockText(host: LockHost): string {
  return readText(host.files.open('/store/LOCK', 'read'));
}
