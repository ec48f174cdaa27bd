import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { quarantineFile } from '../../../../src/recovery/salvage/quarantine.ts';
import { thrownBy } from '../../../support/store-host.ts';

function given(): FaultPlan {
  const plan = new FaultPlan(new MemoryFiles());
  plan.makeDirectory('/log');
  add(plan, 1);
  return plan;
}

function add(files: FaultPlan, content: number): void {
  const handle = files.open('/log/000002.fbat', 'create');
  handle.write(Uint8Array.of(content), 0, 1, 0);
  handle.close();
}

function contentOf(files: MemoryFiles | FaultPlan, path: string): number {
  const handle = files.open(path, 'read');
  const bytes = new Uint8Array(1);
  handle.read(bytes, 0, 1, 0);
  handle.close();
  return bytes[0] ?? 0;
}

describe('quarantineFile', () => {
  it('moves a file into the quarantine and tells where it is', () => {
    const files = given();
    expect(quarantineFile(files, '/log', '/log/000002.fbat')).toEqual({
      path: '/log/000002.fbat',
      quarantinePath: '/log/quarantine/000002.fbat',
    });
    expect(files.list('/log')).toEqual(['quarantine']);
    expect(contentOf(files, '/log/quarantine/000002.fbat')).toBe(1);
  });

  it('overwrites nothing that is there', () => {
    const files = given();
    for (const content of [1, 2, 3]) {
      quarantineFile(files, '/log', '/log/000002.fbat');
      add(files, content + 1);
    }
    const names = files.list('/log/quarantine').sort();
    expect(names).toEqual(['000002.fbat', '000002.fbat-2', '000002.fbat-3']);
    expect(names.map((name) => contentOf(files, `/log/quarantine/${name}`))).toEqual([1, 2, 3]);
  });

  it('has made both names durable when it returns', () => {
    const memory = new MemoryFiles();
    memory.makeDirectory('/log');
    const handle = memory.open('/log/a', 'create');
    handle.sync();
    handle.close();
    memory.syncDirectory('/');
    memory.syncDirectory('/log');
    quarantineFile(memory, '/log', '/log/a');
    const left = memory.afterPowerLoss();
    expect(left.list('/log')).toEqual(['quarantine']);
    expect(left.list('/log/quarantine')).toEqual(['a']);
  });

  it('tells when the system refuses', () => {
    const files = given().fail({ operation: 'rename', code: 'EACCES' });
    const thrown = thrownBy(() => quarantineFile(files, '/log', '/log/000002.fbat'));
    expect(thrown).toMatchObject({ code: 'BATPAK_STORAGE', systemCode: 'EACCES' });
    expect(files.list('/log')).toContain('000002.fbat');
  });
});
