import { describe, expect, it } from 'vitest';
import type { LogStart } from '../../../src/log/log-start.ts';
import { type Segment, SegmentList } from '../../../src/log/segment-list.ts';
import { cutTornTail, removeLeftovers, syncForeign } from '../../../src/log/tail-repair.ts';
import type { Logger } from '../../../src/model/logger.ts';
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
  const place = { id: 1, revision: 0, path };
  segments.add({ ...place, header: headerOf(), headerBytes: 20, validBytes: 60 });
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
    leftoverPaths: [],
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

describe('syncForeign', () => {
  it('makes the segments of another program durable, and writes nothing to them', () => {
    const { memory, plan, start } = given();
    const foreign = listOf(start, { version: 1 });
    syncForeign(plan, foreign);
    expect(plan.operations.map(({ operation }) => operation)).toEqual(['open', 'sync', 'close']);
    expect(read(memory.afterPowerLoss(), path)).toEqual(range(0, 100));
  });

  it('leaves a log alone that ends in a segment of ours, or has none', () => {
    const { plan, start } = given();
    syncForeign(plan, start.segments);
    syncForeign(plan, new SegmentList());
    expect(plan.operations).toEqual([]);
  });

  it('tells when the system refuses', () => {
    const { plan, start } = given();
    plan.fail({ operation: 'sync', code: 'EIO' });
    const foreign = listOf(start, { version: 1 });
    expect(thrownBy(() => syncForeign(plan, foreign))).toMatchObject({
      code: 'BATPAK_STORAGE',
      operation: 'sync',
      path,
    });
  });
});

describe('removeLeftovers', () => {
  it('removes the files that are there', () => {
    const { memory, plan, start } = given({
      leftoverPaths: ['/log/000002.fbat', '/log/000003.fbat'],
    });
    write(memory, '/log/000003.fbat', 3);
    const { warnings, logger } = warned();
    removeLeftovers(plan, start, logger);
    expect(memory.list('/log')).toEqual(['000001.fbat']);
    expect(warnings).toEqual([]);
  });

  it('warns when the system refuses, and removes the others', () => {
    const { memory, plan, start } = given({
      leftoverPaths: ['/log/000002.fbat', '/log/000003.fbat'],
    });
    write(memory, '/log/000002.fbat', 3);
    write(memory, '/log/000003.fbat', 3);
    plan.fail({ operation: 'remove', code: 'EACCES' });
    const { warnings, logger } = warned();
    removeLeftovers(plan, start, logger);
    expect(memory.list('/log')).toEqual(['000001.fbat', '000002.fbat']);
    expect(warnings).toMatchObject([
      { err: { code: 'BATPAK_STORAGE', operation: 'remove', path: '/log/000002.fbat' } },
    ]);
  });
});

/** The segments of the start, with a difference. */
function listOf(start: LogStart, fields: Partial<Segment>): SegmentList {
  const list = new SegmentList();
  for (const segment of start.segments.all) list.add({ ...segment, ...fields });
  return list;
}

function warned(): { warnings: object[]; logger: Logger } {
  const warnings: object[] = [];
  return {
    warnings,
    logger: { warn: (facts) => warnings.push(facts), error: () => undefined },
  };
}
