import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../../src/codec/segment-header.ts';
import { ActiveSegment } from '../../../src/log/active-segment.ts';
import { DiskFullError, StorageError } from '../../../src/model/errors/disk-errors.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { headerOf } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const path = '/log/000001.fbat';
const header = headerOf();

function given(): { memory: MemoryFiles; plan: FaultPlan } {
  const memory = new MemoryFiles();
  memory.makeDirectory('/log');
  memory.syncDirectory('/');
  return { memory, plan: new FaultPlan(memory) };
}

function contentOf(files: MemoryFiles): Uint8Array {
  const handle = files.open(path, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  return bytes;
}

const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7]);

describe('a new segment', () => {
  it('has a header that survives power loss before anything is written', () => {
    const { memory, plan } = given();
    const { segment, position, durableOffset } = ActiveSegment.create(plan, '/log', header);
    const content = contentOf(memory.afterPowerLoss());
    expect(decodeSegmentHeader(content, path)).toEqual({ header, bytes: content.length });
    expect(segment).toEqual({
      id: 1,
      revision: 0,
      path,
      header,
      headerBytes: content.length,
      validBytes: content.length,
    });
    expect([position, durableOffset]).toEqual([content.length, content.length]);
  });

  it.each([
    ['open', StorageError],
    ['write', StorageError],
    ['sync', StorageError],
    ['syncDirectory', StorageError],
  ] as const)('leaves nothing behind when %s fails', (operation, type) => {
    const { memory, plan } = given();
    plan.fail({ operation, code: 'EIO' });
    const thrown = thrownBy(() => ActiveSegment.create(plan, '/log', header));
    expect(thrown).toBeInstanceOf(type);
    expect(thrown).toMatchObject({ systemCode: 'EIO', path });
    expect(memory.list('/log')).toEqual([]);
    expect(plan.count('open') - plan.count('close')).toBe(operation === 'open' ? 1 : 0);
  });

  it('leaves nothing behind on a full disk', () => {
    const { memory, plan } = given();
    memory.capacityBytes = 10;
    expect(thrownBy(() => ActiveSegment.create(plan, '/log', header))).toBeInstanceOf(
      DiskFullError,
    );
    expect(memory.list('/log')).toEqual([]);
  });

  it('is not made over a file that is there', () => {
    const { memory, plan } = given();
    memory.open(path, 'create').close();
    expect(thrownBy(() => ActiveSegment.create(plan, '/log', header))).toMatchObject({
      systemCode: 'EEXIST',
    });
  });
});

describe('a new segment with content', () => {
  it('bears its name only with all of it, durable', () => {
    const { memory, plan } = given();
    let names: string[] = [];
    plan.before({ operation: 'rename' }, () => {
      names = memory.list('/log');
    });
    const active = ActiveSegment.create(plan, '/log', header, (segment) => segment.write(bytes, 7));
    expect(names).toEqual(['000001.fbat.new']);
    expect(memory.list('/log')).toEqual(['000001.fbat']);
    expect([active.durableOffset, contentOf(memory.afterPowerLoss()).length]).toEqual([
      active.position,
      active.segment.headerBytes + 7,
    ]);
  });

  it('leaves nothing behind when the content can not be had', () => {
    const { memory, plan } = given();
    const failure = new RangeError('planned');
    const fill = (): never => {
      throw failure;
    };
    expect(thrownBy(() => ActiveSegment.create(plan, '/log', header, fill))).toBe(failure);
    expect([memory.list('/log'), plan.count('open') - plan.count('close')]).toEqual([[], 0]);
  });
});

describe('room in a segment', () => {
  const MiB = 1024 * 1024;

  it('is made ahead of a write, whole MiBs of it, and cut off by seal', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    active.makesRoom = true;
    active.write(bytes, 7);
    expect(contentOf(memory)).toHaveLength(MiB);
    const large = new Uint8Array(3 * MiB).fill(9);
    active.write(large, large.length);
    expect(contentOf(memory)).toHaveLength(4 * MiB);
    active.seal();
    expect(contentOf(memory)).toHaveLength(active.position);
    active.write(bytes, 7);
    expect(contentOf(memory)).toHaveLength(active.position);
  });

  it('is not made again after a disk that had none, and what of it was made is cut off', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    active.makesRoom = true;
    memory.capacityBytes = memory.usedBytes + 1000;
    active.write(bytes, 7);
    expect(contentOf(memory)).toHaveLength(active.position);
    memory.capacityBytes = Number.POSITIVE_INFINITY;
    active.write(bytes, 7);
    expect(contentOf(memory)).toHaveLength(active.position);
  });

  it('fails the write that it is made for when the disk fails', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    active.makesRoom = true;
    plan.tear({ code: 'EIO', keepBytes: 100 });
    expect(() => active.write(bytes, 7)).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(contentOf(memory)).toHaveLength(active.position);
  });

  it('is cut off with a write that failed, and made again', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    active.makesRoom = true;
    active.write(bytes, 7);
    plan.tear({ code: 'EIO', keepBytes: 3 });
    expect(() => active.write(bytes, 7)).toThrow();
    expect(active.tryCutBack()).toBe(true);
    expect(contentOf(memory)).toHaveLength(active.position);
    active.write(bytes, 7);
    expect(contentOf(memory)).toHaveLength(MiB);
  });
});

describe('ActiveSegment', () => {
  it('begins syncs on a descriptor of its own, and leaves counting to others', async () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    const { durableOffset } = active;
    active.write(bytes, 7);
    const opened = plan.count('open');
    const answers: unknown[] = [];
    for (const mode of ['all', 'data'] as const) {
      active.beginSync(mode, (failure) => answers.push(failure));
    }
    active.close();
    await Promise.resolve();
    expect([answers, plan.count('open') - opened]).toEqual([[undefined, undefined], 1]);
    expect([active.durableOffset, plan.count('open') - plan.count('close')]).toEqual([
      durableOffset,
      0,
    ]);
    expect(contentOf(memory.afterPowerLoss())).toHaveLength(active.position);
  });

  it('tells whether a failed write could be cut off', () => {
    const { plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    plan.tear({ code: 'EIO', keepBytes: 3 });
    expect(() => active.write(bytes, 7)).toThrow();
    plan.fail({ operation: 'truncate', code: 'EIO' });
    expect([active.tryCutBack(), active.tryCutBack()]).toEqual([false, true]);
  });

  it('writes behind what it has, also by short writes', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    const start = active.position;
    plan.shortWrite({ bytes: 2, andLater: true });
    active.write(bytes, 5);
    active.write(bytes, 7);
    expect(active.position).toBe(start + 12);
    expect([...contentOf(memory).subarray(start)]).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('takes a write of nothing for a failure', () => {
    const { plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    plan.shortWrite({ bytes: 0 });
    expect(() => active.write(bytes, 7)).toThrow(expect.objectContaining({ code: 'EIO' }));
  });

  it('stays where it was when a write fails, and cuts off what was half-written', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    const start = active.position;
    plan.tear({ code: 'ENOSPC', keepBytes: 3 });
    expect(() => active.write(bytes, 7)).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect([active.position, contentOf(memory).length]).toEqual([start, start + 3]);
    active.cutBack();
    expect(contentOf(memory)).toHaveLength(start);
    active.write(bytes, 7);
    expect(active.position).toBe(start + 7);
  });

  it('cuts nothing when there is nothing to cut', () => {
    const { plan } = given();
    ActiveSegment.create(plan, '/log', header).cutBack();
    expect(plan.count('truncate')).toBe(0);
  });

  it('takes back what lies after a position', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    const start = active.position;
    active.write(bytes, 7);
    active.retreat(start);
    expect([active.position, contentOf(memory).length]).toEqual([start, start]);
  });

  it('is durable up to its position once it was synced, by either call', () => {
    const { memory, plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    active.write(bytes, 7);
    expect(active.durableOffset).toBe(active.position - 7);
    active.sync('all');
    expect(active.durableOffset).toBe(active.position);
    active.write(bytes, 7);
    active.sync('data');
    expect([plan.count('sync'), plan.count('dataSync')]).toEqual([2, 1]);
    expect(contentOf(memory.afterPowerLoss())).toHaveLength(active.position);
  });

  it('is durable no further than before when a sync fails', () => {
    const { plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    const { durableOffset } = active;
    active.write(bytes, 7);
    plan.fail({ operation: 'sync', code: 'EIO' });
    expect(() => active.sync('all')).toThrow(expect.objectContaining({ code: 'EIO' }));
    expect(active.durableOffset).toBe(durableOffset);
  });

  it('goes on with a segment where that ends', () => {
    const { memory, plan } = given();
    const first = ActiveSegment.create(plan, '/log', header);
    first.write(bytes, 7);
    first.close();
    const again = ActiveSegment.continue(plan, first.segment, first.position - 7);
    expect([again.position, again.durableOffset]).toEqual([first.position, first.position - 7]);
    again.write(bytes, 1);
    expect(contentOf(memory)).toHaveLength(again.position);
  });

  it('tells when a segment to go on with can not be opened', () => {
    const { memory, plan } = given();
    const { segment } = ActiveSegment.create(plan, '/log', header);
    memory.remove(path);
    expect(thrownBy(() => ActiveSegment.continue(plan, segment, 0))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'ENOENT',
      operation: 'open',
      path,
    });
  });

  it('tells when its file can not be closed, unless it is abandoned', () => {
    const { plan } = given();
    const active = ActiveSegment.create(plan, '/log', header);
    plan.fail({ operation: 'close', code: 'EIO', andLater: true });
    expect(thrownBy(() => active.close())).toMatchObject({
      code: 'BATPAK_STORAGE',
      operation: 'close',
      path,
    });
    active.abandon();
  });
});
