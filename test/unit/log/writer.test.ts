import { describe, expect, it } from 'vitest';
import {
  DiskFullError,
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from '../../../src/model/errors/disk-errors.ts';
import { StoreClosedError, StoreLockedError } from '../../../src/model/errors/lifecycle-errors.ts';
import type { RestartPolicy } from '../../../src/model/restart-policy.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { WriterUnderTest } from '../../support/log-writer.ts';
import { thrownBy } from '../../support/store-host.ts';

const noRestart: RestartPolicy = { type: 'bounded', maxRestarts: 0, withinMs: 1000 };

describe('LogWriter', () => {
  it('touches nothing before the first group, nor when it is closed without one', () => {
    const tested = new WriterUnderTest();
    expect(tested.writer.close()).toBe(true);
    expect(tested.plan.operations).toEqual([]);
    expect(tested.names()).toEqual([]);
  });

  it('puts a group into the file whole, where it said', () => {
    const tested = new WriterUnderTest();
    const { writer } = tested;
    writer.prepare(1000);
    expect(writer.segmentId).toBe(1);
    const offset = writer.groupOffset;
    const starts = [0, 1].map((sequence) => writer.stage(tested.draft(sequence)));
    expect(tested.plan.count('write')).toBe(1);
    writer.write(2);
    expect(tested.plan.count('write')).toBe(2);
    const { columns } = tested.recovered().index;
    expect([columns.offset(0), columns.offset(1)]).toEqual(starts.map((start) => offset + start));
  });

  it('forgets what was staged and not written', () => {
    const tested = new WriterUnderTest();
    tested.writer.prepare(1000);
    tested.writer.stage(tested.draft(0, 'forgotten'));
    tested.writer.discard();
    tested.append(0);
    const { index } = tested.recovered();
    expect([index.count, index.entities.find('forgotten')]).toEqual([1, undefined]);
  });

  it('syncs by the cadence, and tells what is durable', () => {
    const tested = new WriterUnderTest({ syncEveryNEvents: 3, syncMode: 'data' });
    const durable = [0, 1, 2, 3].map((sequence) => {
      tested.append(sequence);
      return tested.writer.durableEvents;
    });
    expect(durable).toEqual([0, 0, 3, 3]);
    expect(tested.plan.count('dataSync')).toBe(1);
    expect(tested.writer.needsSync).toBe(true);
    tested.writer.sync();
    expect([tested.writer.durableEvents, tested.writer.needsSync]).toEqual([4, false]);
    tested.writer.sync();
    expect(tested.plan.count('dataSync')).toBe(2);
  });

  it('begins a new segment when a group does not fit, after it has synced the full one', () => {
    const tested = new WriterUnderTest({ segmentMaxBytes: 700 });
    for (let sequence = 0; sequence < 6; sequence += 1) tested.append(sequence);
    expect(tested.names().length).toBeGreaterThan(1);
    const { segments, index } = tested.recovered();
    expect(index.count).toBe(6);
    for (const segment of segments.all) expect(segment.validBytes).toBeLessThanOrEqual(700);
    const firstOfLast = segments.last?.header.firstSequence ?? 0;
    expect(tested.writer.durableEvents).toBe(firstOfLast);
  });

  it('gives a group that is larger than any segment a segment of its own', () => {
    const tested = new WriterUnderTest({ segmentMaxBytes: 1 });
    for (let sequence = 0; sequence < 3; sequence += 1) tested.append(sequence);
    expect(tested.names()).toEqual(['000001.fbat', '000002.fbat', '000003.fbat']);
  });

  it('ends cleanly, and goes on in the same segment and epoch', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    expect(tested.writer.close()).toBe(true);
    expect(tested.recovered()).toMatchObject({ clean: true, durableEvents: 1 });
    const again = new WriterUnderTest({}, tested.memory);
    again.append(1);
    expect(again.names()).toEqual(['000001.fbat']);
    expect(again.recovered()).toMatchObject({ epoch: 0, clean: false });
  });

  it('begins a new segment and epoch after an unclean end, which it has made durable', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.writer.sync();
    tested.append(1);
    const again = new WriterUnderTest({}, tested.memory.clone());
    expect(again.writer.durableEvents).toBe(1);
    again.append(2);
    expect(again.writer.durableEvents).toBe(2);
    expect(again.names()).toEqual(['000001.fbat', '000002.fbat']);
    expect(again.recovered().epoch).toBe(1);
    const lost = again.memory.afterPowerLoss();
    expect(new WriterUnderTest({}, lost).recovered().index.count).toBe(2);
  });

  it('makes a recovered end durable by writing it again, and tells where its events are', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    const again = new WriterUnderTest({}, tested.memory.clone());
    expect(again.writer.needsSync).toBe(false);
    again.writer.sync();
    expect(again.writer.durableEvents).toBe(1);
    expect(again.names()).toEqual(['000002.fbat']);
    expect(again.moves).toEqual([[0, again.recovered().index.columns.offset(0)]]);
    expect(again.memory.afterPowerLoss().list('/log')).toContain('000002.fbat');
    expect(again.writer.close()).toBe(false);
  });

  it('refuses writes by their reason once it is closed or dead', () => {
    const closed = new WriterUnderTest();
    closed.writer.close();
    expect(thrownBy(() => closed.writer.requireReady('append'))).toMatchObject({
      code: new StoreClosedError('append').code,
      operation: 'append',
    });
    const dead = new WriterUnderTest({}, undefined, undefined, noRestart);
    dead.append(0);
    dead.plan.fail({ operation: 'sync', code: 'EIO' });
    const failure = thrownBy(() => dead.writer.sync());
    const thrown = thrownBy(() => dead.writer.requireReady('append'));
    expect(thrown).toBeInstanceOf(WriterDeadError);
    expect(thrown).toMatchObject({ cause: failure });
  });
});

describe('LogWriter on a disk that fails', () => {
  it('stays ready when the disk is full, and goes on when it is not', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.memory.capacityBytes = tested.memory.usedBytes + 10;
    expect(thrownBy(() => tested.append(1))).toBeInstanceOf(DiskFullError);
    expect([tested.control.ready, tested.control.diskFull]).toEqual([true, true]);
    tested.memory.capacityBytes = Number.POSITIVE_INFINITY;
    tested.append(1);
    expect(tested.control.diskFull).toBe(false);
    expect(tested.recovered().index.count).toBe(2);
  });

  it('cuts a failed write off and dies when no restart is allowed', () => {
    const tested = new WriterUnderTest({}, undefined, undefined, noRestart);
    tested.append(0);
    tested.plan.tear({ code: 'EIO', keepBytes: 20 });
    const thrown = thrownBy(() => tested.append(1));
    expect(thrown).toBeInstanceOf(WriteFailedError);
    expect(thrown).toMatchObject({ outcome: 'not stored', path: '/log/000001.fbat' });
    expect(tested.control.state).toBe('dead');
    expect(tested.recovered()).toMatchObject({ tornTail: undefined });
  });

  it('tells that the outcome is unknown when a failed write can not be cut off', () => {
    const tested = new WriterUnderTest({}, undefined, undefined, noRestart);
    tested.append(0);
    tested.plan.tear({ code: 'ENOSPC', keepBytes: 20 });
    tested.plan.fail({ operation: 'truncate', code: 'EIO' });
    expect(thrownBy(() => tested.append(1))).toMatchObject({
      code: 'BATPAK_WRITE_FAILED',
      outcome: 'unknown',
    });
    expect(tested.control.state).toBe('dead');
  });

  it('counts nothing as durable after a failed sync', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.plan.fail({ operation: 'sync', code: 'EIO' });
    tested.plan.fail({ operation: 'rename', code: 'EIO' });
    expect(thrownBy(() => tested.writer.sync())).toBeInstanceOf(SyncFailedError);
    expect([tested.writer.durableEvents, tested.writer.needsSync]).toEqual([0, false]);
    expect(tested.writer.close()).toBe(false);
  });

  it('does not begin a group when what was written before can not be synced', () => {
    const tested = new WriterUnderTest({ segmentMaxBytes: 1 }, undefined, undefined, noRestart);
    tested.append(0);
    tested.plan.fail({ operation: 'sync', code: 'EIO' });
    const thrown = thrownBy(() => tested.append(1));
    expect(thrown).toBeInstanceOf(WriterDeadError);
    expect(thrown).toMatchObject({ cause: expect.any(SyncFailedError) });
  });

  it('stays in the old segment when the next one can not be made, and skips its number', () => {
    const tested = new WriterUnderTest({ segmentMaxBytes: 1 });
    tested.append(0);
    tested.plan.fail({ operation: 'open', code: 'EMFILE' });
    expect(thrownBy(() => tested.append(1))).toBeInstanceOf(StorageError);
    expect(tested.control.ready).toBe(true);
    tested.append(1);
    expect(tested.names()).toEqual(['000001.fbat', '000003.fbat']);
    expect(tested.recovered().index.count).toBe(2);
  });

  it('warns when it could not be marked as clean, and leaves no mark behind', () => {
    for (const [operation, nth] of [
      ['write', 1],
      ['sync', 2],
    ] as const) {
      const tested = new WriterUnderTest();
      tested.append(0);
      tested.plan.fail({ operation, nth, code: 'EIO' });
      expect(tested.writer.close()).toBe(false);
      expect(tested.warnings).toHaveLength(1);
      expect(tested.recovered()).toMatchObject({ clean: false, tornTail: undefined });
    }
  });

  it('closes with an error of the library when the mark can not be taken back', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.plan.fail({ operation: 'sync', nth: 2, code: 'EIO' });
    tested.plan.fail({ operation: 'truncate', code: 'EIO' });
    const thrown = thrownBy(() => tested.writer.close());
    expect(thrown).toBeInstanceOf(StorageError);
    expect(thrown).toMatchObject({ systemCode: 'EIO', path: '/log/000001.fbat' });
    expect(tested.plan.count('open')).toBe(tested.plan.count('close'));
  });

  it('stops at the first sync after another writer has taken the directory', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.verifyLock = () => {
      throw new StoreLockedError('/log/LOCK', undefined, 'taken');
    };
    expect(thrownBy(() => tested.writer.sync())).toBeInstanceOf(StoreLockedError);
    expect(tested.plan.count('sync')).toBe(1);
    expect(thrownBy(() => tested.writer.requireReady('append'))).toBeInstanceOf(WriterDeadError);
  });
});

describe('LogWriter after a restart', () => {
  it('writes on, and has told of it', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.plan.fail({ operation: 'sync', code: 'EIO' });
    thrownBy(() => tested.writer.sync());
    expect([tested.writer.epoch, tested.writer.durableEvents, tested.writer.segmentId]).toEqual([
      1, 1, 2,
    ]);
    expect(tested.moves).toHaveLength(1);
    tested.append(1);
    expect(tested.recovered()).toMatchObject({ epoch: 1 });
    expect(tested.recovered().index.count).toBe(2);
  });

  it('tells those who waited: what a failed sync covered fails, the rest is durable', async () => {
    const tested = new WriterUnderTest();
    const told: unknown[] = [];
    tested.append(0);
    tested.plan.holdSyncs().fail({ operation: 'beginSync', code: 'EIO' });
    tested.writer.whenDurable(1, (failure) => told.push(['first', failure]));
    await Promise.resolve();
    tested.append(1);
    tested.writer.whenDurable(2, (failure) => told.push(['second', failure]));
    await Promise.resolve();
    tested.plan.releaseSyncs();
    expect(told).toEqual([
      ['first', expect.any(SyncFailedError)],
      ['second', undefined],
    ]);
    expect(tested.reported).toEqual([expect.any(SyncFailedError)]);
  });
});

describe('LogWriter before its first write', () => {
  const killed = (): MemoryFiles => {
    const tested = new WriterUnderTest();
    tested.append(0);
    return tested.memory.clone();
  };

  it('stays ready when the recovered end can not be written again', () => {
    const tested = new WriterUnderTest({}, killed());
    tested.memory.capacityBytes = tested.memory.usedBytes;
    const told: unknown[] = [];
    tested.writer.whenDurable(1, (failure) => told.push(failure));
    expect(thrownBy(() => tested.writer.sync())).toBeInstanceOf(DiskFullError);
    expect(told).toEqual([expect.any(DiskFullError)]);
    expect([tested.control.ready, tested.control.syncing]).toEqual([true, 'clean']);
    tested.memory.capacityBytes = Number.POSITIVE_INFINITY;
    tested.writer.sync();
    expect(tested.writer.durableEvents).toBe(1);
  });

  it('reports it when nobody waits for the sync by then', async () => {
    const tested = new WriterUnderTest({}, killed());
    tested.plan.fail({ operation: 'open', path: '.new', code: 'EMFILE' });
    tested.writer.requestSync();
    await Promise.resolve();
    expect(tested.reported).toEqual([expect.any(StorageError)]);
    tested.writer.requestSync();
    await Promise.resolve();
    expect(tested.writer.durableEvents).toBe(1);
  });

  it('syncs the mark of a clean end before the next segment names it', () => {
    const tested = new WriterUnderTest();
    tested.append(0);
    tested.writer.close();
    const again = new WriterUnderTest({ segmentMaxBytes: 1 }, tested.memory);
    const syncs = again.plan.count('sync', '000001.fbat');
    again.append(1);
    expect(again.names()).toEqual(['000001.fbat', '000002.fbat']);
    expect(again.plan.count('sync', '000001.fbat') - syncs).toBe(1);
  });
});

describe('the memory of a LogWriter', () => {
  it('does not outlive a huge group', () => {
    const tested = new WriterUnderTest({}, new MemoryFiles());
    const payload = new Uint8Array(6 * 1024 * 1024);
    tested.writer.prepare(payload.length + 300);
    tested.writer.stage(tested.draft(0, 'huge', payload));
    tested.writer.write(1);
    tested.append(1);
    expect(tested.writer.group.bytes.length).toBeLessThan(payload.length);
    expect(tested.recovered().index.count).toBe(2);
  });
});
