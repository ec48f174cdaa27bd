import { describe, expect, it } from 'vitest';
import { CursorFiles } from '../../../../src/delivery/cursor/cursor-files.ts';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { goldenCursor } from '../../../support/golden-cursor.ts';
import { thrownBy } from '../../../support/store-host.ts';

const state = { ...goldenCursor(new Uint8Array(16)), name: 'mail' };
const path = '/store/cursors/mail.cursor';

function newFiles(): { disk: MemoryFiles; plan: FaultPlan; cursors: CursorFiles } {
  const disk = new MemoryFiles();
  disk.makeDirectory('/store');
  disk.syncDirectory('/');
  const plan = new FaultPlan(disk);
  return { disk, plan, cursors: new CursorFiles(plan, '/store') };
}

function put(files: MemoryFiles, name: string, bytes: Uint8Array): void {
  const handle = files.open(name, 'create');
  handle.write(bytes, 0, bytes.length, 0);
  handle.close();
}

describe('files of cursors', () => {
  it('are none before the first is saved, and durable when it is', () => {
    const { disk, cursors } = newFiles();
    expect(cursors.load('mail')).toBeUndefined();
    expect(cursors.list()).toEqual([]);
    expect(disk.stat('/store/cursors')).toBeUndefined();
    cursors.save(state);
    const after = new CursorFiles(disk.afterPowerLoss(), '/store');
    expect(after.load('mail')).toEqual(state);
    expect(after.list()).toEqual([state]);
  });

  it('are as they were when a save fails, with the system code', () => {
    const { plan, cursors } = newFiles();
    cursors.save(state);
    plan.fail({ operation: 'write', path: '.cursor.new', code: 'ENOSPC' });
    expect(thrownBy(() => cursors.save({ ...state, position: 9 }))).toMatchObject({
      code: 'BATPAK_DISK_FULL',
      path,
    });
    plan.fail({ operation: 'rename', path: '.cursor.new', code: 'EIO' });
    expect(thrownBy(() => cursors.save({ ...state, position: 9 }))).toMatchObject({
      code: 'BATPAK_STORAGE',
    });
    expect(cursors.load('mail')).toEqual(state);
    cursors.save({ ...state, position: 9 });
    expect(cursors.load('mail')?.position).toBe(9);
  });

  it('are told with their path when they are damaged, and never taken for another cursor', () => {
    const { disk, cursors } = newFiles();
    cursors.save(state);
    const handle = disk.open(path, 'write');
    handle.write(Uint8Array.of(1), 0, 1, 40);
    handle.close();
    const damaged = { code: 'BATPAK_CORRUPT_CURSOR', path, problem: 'checksum mismatch' };
    expect(thrownBy(() => cursors.load('mail'))).toMatchObject(damaged);
    expect(thrownBy(() => cursors.list())).toMatchObject(damaged);
    expect(cursors.remove('mail')).toBe(true);
    cursors.save(state);
    disk.rename(path, '/store/cursors/bill.cursor');
    expect(thrownBy(() => cursors.load('bill'))).toMatchObject({
      problem: "it is that of cursor 'mail'",
    });
  });

  it('of a later version are told apart from damage', () => {
    const { disk, cursors } = newFiles();
    cursors.save(state);
    const handle = disk.open(path, 'write');
    handle.write(Uint8Array.of(2), 0, 1, 7);
    handle.close();
    expect(thrownBy(() => cursors.load('mail'))).toMatchObject({
      ...{ code: 'BATPAK_UNSUPPORTED_VERSION', path, version: 2, supported: [1] },
    });
  });

  it('leave other names of the folder alone', () => {
    const { disk, cursors } = newFiles();
    cursors.save(state);
    put(disk, '/store/cursors/notes.txt', Uint8Array.of(1));
    put(disk, '/store/cursors/bill.cursor.new', Uint8Array.of(1));
    expect(cursors.list()).toEqual([state]);
    disk.makeDirectory('/store/cursors/dir.cursor');
    expect(thrownBy(() => cursors.list())).toMatchObject({ problem: 'no file' });
  });

  it('are removed durably', () => {
    const { disk, plan, cursors } = newFiles();
    cursors.save(state);
    plan.fail({ operation: 'remove', path: '.cursor', code: 'EACCES' });
    expect(thrownBy(() => cursors.remove('mail'))).toMatchObject({ code: 'BATPAK_STORAGE' });
    expect([cursors.remove('mail'), cursors.remove('mail')]).toEqual([true, false]);
    expect(new CursorFiles(disk.afterPowerLoss(), '/store').load('mail')).toBeUndefined();
  });

  it('that can not be read are a storage error', () => {
    const { plan, cursors } = newFiles();
    cursors.save(state);
    plan.fail({ operation: 'read', path: '.cursor', code: 'EIO' });
    expect(thrownBy(() => cursors.load('mail'))).toMatchObject({ code: 'BATPAK_STORAGE', path });
    plan.fail({ operation: 'list', path: 'cursors', code: 'EACCES' });
    expect(thrownBy(() => cursors.list())).toMatchObject({ code: 'BATPAK_STORAGE' });
  });
});
