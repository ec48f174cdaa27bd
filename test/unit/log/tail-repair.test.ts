import { describe, expect, it } from 'vitest';
import type { LogStart } from '../../../src/log/log-start.ts';
import { SegmentList } from '../../../src/log/segment-list.ts';
import { cutTornTail, removeEmptySegments, syncTail } from '../../../src/log/tail-repair.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { forgedSalt, forgedStoreId, headerOf } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const path = '/log/000001.fbat';
const quarantined = '/log/quarantine/000001-60.torn';

/** A segment of 100 bytes, 60 of which are whole frames. */
function given(fields: Partial<LogStart> = {}) {
  const memory = new MemoryFiles();
  memory.makeDirectory('/log');
  write(memory, path, 100);
  memory.syncDirectory('/log');
  const segments = new SegmentList();
  segments.add({ id: 1, path, header: headerOf(), headerBytes: 20, validBytes: 60 });
  const start: LogStart = {
    directory: '/log',
    storeId: forgedStoreId,
    salt: forgedSalt,
    hashChain: true,
    epoch: 1,
    segments,
    nextSegmentId: 2,
    nextSequence: 1,
    durableEvents: 0,
    durableOffset: 0,
    continueLast: false,
    tornBytes: 40,
    emptyPaths: [],
    ...fields,
  };
  return { memory, plan: new FaultPlan(memory), start };
}

function write(files: MemoryFiles, name: string, count: number): void {
  const handle = files.open(name, 'create');
  handle.write(
    Uint8Array.from({ length: count }, (_, index) => index),
    0,
    count,
    0,
  );
  handle.close();
}

function read(files: MemoryFiles, name: string): number[] {
  const handle = files.open(name, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  return [...bytes];
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('cutTornTail', () => {
  it('copies the torn bytes into quarantine before it cuts them off', () => {
    const { memory, plan, start } = given();
    let copied: number[] = [];
    plan.before({ operation: 'truncate' }, () => {
      copied = read(memory.afterPowerLoss(), quarantined);
    });
    cutTornTail(plan, start);
    expect(copied).toEqual(range(60, 100));
    expect(read(memory, path)).toEqual(range(0, 60));
  });

  it('changes nothing when it is done again, also after more was written', () => {
    const { memory, plan, start } = given();
    cutTornTail(plan, start);
    cutTornTail(plan, start);
    expect(read(memory, quarantined)).toEqual(range(60, 100));
    expect(read(memory, path)).toEqual(range(0, 60));
  });

  it('makes a copy anew that an earlier attempt left unfinished', () => {
    const { memory, plan, start } = given();
    plan.tear({ path: '.torn', code: 'EIO', keepBytes: 5 });
    expect(thrownBy(() => cutTornTail(plan, start))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EIO',
      operation: 'repair',
      path,
    });
    expect(read(memory, path)).toEqual(range(0, 100));
    cutTornTail(plan, start);
    expect(read(memory, quarantined)).toEqual(range(60, 100));
  });

  it('touches nothing when nothing is torn', () => {
    const { plan, start } = given({ tornBytes: 0 });
    cutTornTail(plan, start);
    expect(plan.operations).toEqual([]);
  });
});

describe('syncTail', () => {
  it('writes what is not known to be durable again where it is, and syncs it', () => {
    const { memory, plan, start } = given({ durableOffset: 25 });
    syncTail(plan, start);
    expect(plan.operations.filter(({ operation }) => operation === 'write')).toEqual([
      { operation: 'write', path, bytes: 35 },
    ]);
    expect(read(memory, path)).toEqual(range(0, 100));
    expect(read(memory.afterPowerLoss(), path).slice(0, 60)).toEqual(range(0, 60));
  });

  it('does nothing for a log without a segment', () => {
    const { plan, start } = given({ segments: new SegmentList() });
    syncTail(plan, start);
    expect(plan.operations).toEqual([]);
  });
});

describe('removeEmptySegments', () => {
  it('removes the files that are there', () => {
    const { memory, start } = given({ emptyPaths: ['/log/000002.fbat', '/log/000003.fbat'] });
    write(memory, '/log/000003.fbat', 3);
    removeEmptySegments(memory, start);
    expect(memory.list('/log')).toEqual(['000001.fbat']);
  });

  it('tells when the system refuses', () => {
    const { memory, plan, start } = given({ emptyPaths: ['/log/000002.fbat'] });
    write(memory, '/log/000002.fbat', 3);
    plan.fail({ operation: 'remove', code: 'EACCES' });
    expect(thrownBy(() => removeEmptySegments(plan, start))).toMatchObject({
      code: 'BATPAK_STORAGE',
      operation: 'remove',
      path: '/log/000002.fbat',
    });
  });
});
