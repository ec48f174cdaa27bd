import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import type { FileHandle } from '../../../src/model/files.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { systemCodeOf } from '../../../src/platform/system-error.ts';
import { bytesOf, codeOf, failureOf, readText, writeText } from '../../support/files-under-test.ts';

describe('FaultPlan', () => {
  it('changes nothing without a rule', () => {
    const plan = planned();
    const handle = create(plan, 'a', 'text');
    handle.truncate(3);
    handle.sync();
    handle.dataSync();
    handle.close();
    plan.link('/store/a', '/store/b');
    plan.rename('/store/b', '/store/c');
    plan.remove('/store/a');
    plan.syncDirectory('/store');
    expect(plan.list('/store')).toEqual(['c']);
    expect(plan.stat('/store/c')).toMatchObject({ type: 'file', sizeBytes: 3 });
    expect(readText(plan.open('/store/c', 'read'))).toBe('tex');
  });

  it('fails the nth call of an operation and only that one', () => {
    const plan = planned().fail({ operation: 'write', nth: 2, code: 'EIO' });
    const handle = create(plan, 'a');
    writeText(handle, 'one', 0);
    expect(failureOf(() => writeText(handle, 'TWO', 0))).toMatchObject({
      code: 'EIO',
      syscall: 'write',
    });
    expect(readText(handle)).toBe('one');
    writeText(handle, 'three', 0);
    expect(readText(handle)).toBe('three');
  });

  it('fails the nth call and all later ones, until it is healed', () => {
    const plan = planned();
    const handle = create(plan, 'a', 'kept');
    plan.fail({ operation: 'write', nth: 2, andLater: true, code: 'ENOSPC' });
    writeText(handle, 'KEPT', 0);
    for (let round = 0; round < 3; round += 1) {
      expect(codeOf(() => writeText(handle, 'lost', 0))).toBe('ENOSPC');
    }
    plan.heal();
    writeText(handle, 'well', 0);
    expect(readText(handle)).toBe('well');
  });

  it('fails every operation there is, and then has done nothing', () => {
    const calls: Record<string, (plan: FaultPlan, handle: FileHandle) => unknown> = {
      makeDirectory: (plan) => plan.makeDirectory('/store/d'),
      list: (plan) => plan.list('/store'),
      stat: (plan) => plan.stat('/store'),
      open: (plan) => plan.open('/store/new', 'create'),
      rename: (plan) => plan.rename('/store/a', '/store/b'),
      link: (plan) => plan.link('/store/a', '/store/b'),
      remove: (plan) => plan.remove('/store/a'),
      syncDirectory: (plan) => plan.syncDirectory('/store'),
      write: (_, handle) => handle.write(bytesOf('XY'), 0, 2, 0),
      read: (_, handle) => handle.read(bytesOf('XY'), 0, 2, 0),
      truncate: (_, handle) => handle.truncate(0),
      size: (_, handle) => handle.size(),
      sync: (_, handle) => handle.sync(),
      dataSync: (_, handle) => handle.dataSync(),
    };
    for (const [operation, call] of Object.entries(calls)) {
      const plan = planned();
      const handle = create(plan, 'a', 'text');
      plan.fail({ code: 'EIO' });
      expect(
        codeOf(() => call(plan, handle)),
        operation,
      ).toBe('EIO');
      expect(plan.operations.at(-1)).toMatchObject({ operation });
      expect(plan.list('/store')).toEqual(['a']);
      expect(readText(handle)).toBe('text');
    }
  });

  it('closes a file even when closing it fails', () => {
    const plan = planned();
    const handle = create(plan, 'a');
    plan.fail({ operation: 'close', code: 'EIO' });
    expect(codeOf(() => handle.close())).toBe('EIO');
    expect(codeOf(() => handle.size())).toBe('EBADF');
  });

  it('looks only at paths that end as the rule says, both paths of a rename', () => {
    const plan = planned().fail({ path: '.fbat', nth: 2, code: 'EIO' });
    create(plan, 'a', 'one');
    create(plan, '1.fbat');
    plan.stat('/store/b');
    expect(codeOf(() => plan.rename('/store/a', '/store/2.fbat'))).toBe('EIO');
    expect(plan.list('/store').sort()).toEqual(['1.fbat', 'a']);
  });

  it('counts from the moment the rule is added', () => {
    const plan = planned();
    const handle = create(plan, 'a', 'before');
    plan.fail({ operation: 'write', code: 'EIO' });
    expect(codeOf(() => writeText(handle, 'after', 0))).toBe('EIO');
  });

  it('tears a write: its first bytes are in the file, and it fails', () => {
    const plan = planned();
    const handle = create(plan, 'a', '------');
    plan.tear({ code: 'EIO', keepBytes: 2 });
    expect(codeOf(() => writeText(handle, 'abcd', 1))).toBe('EIO');
    expect(readText(handle)).toBe('-ab---');
  });

  it('writes short without an error', () => {
    const plan = planned();
    const handle = create(plan, 'a');
    plan.shortWrite({ bytes: 3, nth: 1 }).shortWrite({ bytes: 0, nth: 2 });
    expect(handle.write(bytesOf('abcdef'), 0, 6, 0)).toBe(3);
    expect(handle.write(bytesOf('def'), 0, 3, 3)).toBe(0);
    expect(handle.write(bytesOf('def'), 0, 3, 3)).toBe(3);
    expect(readText(handle)).toBe('abcdef');
  });

  it('reads short without an error', () => {
    const plan = planned();
    const handle = create(plan, 'a', 'abcdef');
    plan.shortRead({ bytes: 2 });
    const bytes = bytesOf('______');
    expect(handle.read(bytes, 0, 6, 0)).toBe(2);
    expect(handle.read(bytes, 2, 4, 2)).toBe(4);
    expect(bytes).toEqual(bytesOf('abcdef'));
  });

  it('lets a failed sync on memory lose for good what it covered, as on Linux', () => {
    for (const operation of ['sync', 'dataSync'] as const) {
      const files = new MemoryFiles();
      files.makeDirectory('/store');
      const plan = new FaultPlan(files);
      const handle = create(plan, 'a', 'lost');
      plan.syncDirectory('/store');
      plan.syncDirectory('/');
      plan.fail({ operation, code: 'EIO' });
      expect(codeOf(() => handle[operation]())).toBe('EIO');
      handle[operation]();
      expect(readText(handle)).toBe('lost');
      expect(readText(files.afterPowerLoss().open('/store/a', 'read'))).toBe('\0\0\0\0');
    }
  });

  it('runs something before a call, which may itself make calls', () => {
    const plan = planned();
    plan.before({ operation: 'rename' }, () => plan.remove('/store/a'));
    create(plan, 'a');
    expect(codeOf(() => plan.rename('/store/a', '/store/b'))).toBe('ENOENT');
    expect(plan.operations.map(({ operation }) => operation)).toEqual(['open', 'rename', 'remove']);
  });

  it('applies the first of several rules that a call meets', () => {
    const plan = planned().fail({ code: 'EIO' }).fail({ code: 'ENOSPC', andLater: true });
    expect(codeOf(() => plan.list('/store'))).toBe('EIO');
    expect(codeOf(() => plan.list('/store'))).toBe('ENOSPC');
  });

  it('logs and counts the calls', () => {
    const plan = planned();
    const handle = create(plan, 'a', 'abc');
    handle.truncate(1);
    plan.rename('/store/a', '/store/b');
    expect(plan.operations).toEqual([
      { operation: 'open', path: '/store/a' },
      { operation: 'write', path: '/store/a', bytes: 3 },
      { operation: 'truncate', path: '/store/a', bytes: 1 },
      { operation: 'rename', path: '/store/a', to: '/store/b' },
    ]);
    expect(plan.count()).toBe(4);
    expect(plan.count('write')).toBe(1);
    expect(plan.count('any', '/b')).toBe(1);
  });

  it('holds the answers of syncs that are not waited for, and gives them in order', async () => {
    const plan = planned().holdSyncs().fail({ operation: 'beginSync', nth: 2, code: 'EIO' });
    const handle = create(plan, 'a', 'abc');
    const told: unknown[] = [];
    for (const place of [1, 2]) {
      handle.beginSync('all', (failure) => told.push([place, systemCodeOf(failure)]));
    }
    await Promise.resolve();
    await Promise.resolve();
    expect(told).toEqual([]);
    plan.releaseSyncs();
    expect(told).toEqual([
      [1, undefined],
      [2, 'EIO'],
    ]);
    handle.beginSync('all', () => told.push('not held'));
    await Promise.resolve();
    expect(told[2]).toBe('not held');
  });

  it('asserts that calls are counted from 1', () => {
    expect(() => planned().fail({ nth: 0, code: 'EIO' })).toThrow(AssertionFailure);
  });
});

function planned(): FaultPlan {
  const files = new MemoryFiles();
  files.makeDirectory('/store');
  return new FaultPlan(files);
}

function create(plan: FaultPlan, name: string, text = ''): FileHandle {
  const handle = plan.open(`/store/${name}`, 'create');
  if (text !== '') writeText(handle, text, 0);
  return handle;
}
