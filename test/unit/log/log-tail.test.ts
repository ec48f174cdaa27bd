import { describe, expect, it } from 'vitest';
import { FrameGroup } from '../../../src/log/frame-group.ts';
import type { LogStart } from '../../../src/log/log-start.ts';
import { LogTail, type WriterLimits } from '../../../src/log/log-tail.ts';
import { SegmentList } from '../../../src/log/segment-list.ts';
import { Timeline } from '../../../src/log/timeline.ts';
import { StorageError, SyncFailedError } from '../../../src/model/errors/disk-errors.ts';
import { StoreLockedError } from '../../../src/model/errors/lifecycle-errors.ts';
import { memoryPlatform } from '../../../src/platform/memory-platform.ts';
import { systemCallFailure } from '../../../src/platform/system-call-failure.ts';
import { translateSystemError } from '../../../src/platform/system-error.ts';
import { forgedSalt, frameOf } from '../../support/forged-log.ts';
import { bytesIn, KeptLogger, logDisk, startOf } from '../../support/log-start.ts';
import { thrownBy } from '../../support/store-host.ts';

const path = '/log/000001.fbat';

class Given {
  readonly disk = logDisk();
  readonly moves: [number, number][] = [];
  readonly logger = new KeptLogger();
  readonly tail: LogTail;
  #sequence = 0;
  verifyLock = (): void => undefined;

  constructor(limits: Partial<WriterLimits> = {}, start: Partial<LogStart> = {}) {
    const platform = memoryPlatform({ files: this.disk.plan });
    this.tail = new LogTail({
      platform,
      start: startOf(start),
      limits: {
        ...{ segmentMaxBytes: 1000, syncEveryNEvents: 1000, syncMode: 'all', preallocate: false },
        ...limits,
      },
      timeline: new Timeline(platform.clock),
      logger: this.logger,
      verifyLock: () => this.verifyLock(),
      moved: (sequence, offset) => this.moves.push([sequence, offset]),
    });
  }

  /** Writes one event. */
  write(): void {
    const sequence = this.#sequence;
    const { bytes } = frameOf({ sequence, clock: sequence, entity: 'a' });
    this.tail.write(bytes, bytes.length, 1);
    this.#sequence += 1;
  }

  get counts(): readonly unknown[] {
    const { writtenEvents, durableEvents, unsynced } = this.tail;
    return [writtenEvents, durableEvents, unsynced];
  }
}

describe('LogTail', () => {
  it('counts what is written and what is durable', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    given.write();
    expect(given.counts).toEqual([2, 0, true]);
    given.tail.sync();
    expect(given.counts).toEqual([2, 2, false]);
    expect(given.tail.open.durableOffset).toBe(given.tail.open.position);
  });

  it('counts for a sync that nobody waits for what was written when it began', async () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    const answers: unknown[] = [];
    const running = given.tail.beginSync((failure) => answers.push(failure));
    const { position } = given.tail.open;
    given.write();
    await Promise.resolve();
    expect(answers).toEqual([undefined]);
    given.tail.covered(running);
    expect(given.counts).toEqual([2, 1, true]);
    expect(given.tail.open.durableOffset).toBe(position);
  });

  it('takes nothing back when a sync answers that began before another one', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    const running = given.tail.beginSync(() => undefined);
    given.write();
    given.tail.sync();
    given.tail.covered(running);
    expect(given.counts).toEqual([2, 2, false]);
    expect(given.tail.open.durableOffset).toBe(given.tail.open.position);
  });

  it('knows of frames without an event that came while a sync was on its way', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    const running = given.tail.beginSync(() => undefined);
    given.tail.write(new Uint8Array(20), 20, 0);
    given.tail.covered(running);
    expect(given.counts).toEqual([1, 1, true]);
  });

  it('is full when a group does not fit, unless it holds nothing', () => {
    const given = new Given({ segmentMaxBytes: 300 });
    given.tail.begin();
    expect(given.tail.isFullFor(10_000)).toBe(false);
    given.write();
    const { position } = given.tail.open;
    expect([given.tail.isFullFor(300 - position), given.tail.isFullFor(301 - position)]).toEqual([
      false,
      true,
    ]);
  });

  it('restarts in a new epoch, with all that was not durable made durable', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    given.tail.sync();
    given.write();
    given.tail.restart();
    expect([given.tail.epoch, given.tail.open.segment.id]).toEqual([1, 2]);
    expect(given.counts).toEqual([2, 2, false]);
    expect(given.moves).toEqual([[1, given.tail.open.segment.headerBytes]]);
    given.write();
    expect(given.counts).toEqual([3, 2, true]);
  });

  it('tells a lock that can not be read from one that is lost', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    const unread = translateSystemError('read', '/log/LOCK', systemCallFailure('EIO', 'read'));
    given.verifyLock = () => {
      throw unread;
    };
    const thrown = thrownBy(() => given.tail.sync());
    expect(thrown).toBeInstanceOf(SyncFailedError);
    expect(thrown).toMatchObject({ path, cause: unread });
    const lost = new StoreLockedError('/log/LOCK', undefined, 'it was taken over.');
    given.verifyLock = () => {
      throw lost;
    };
    expect(thrownBy(() => given.tail.sync())).toBe(lost);
    expect([given.counts, given.disk.plan.count('sync')]).toEqual([[1, 0, true], 1]);
  });

  it('makes room only where syncs are frequent, or once they are expected', () => {
    const sizeAfter = (limits: Partial<WriterLimits>, expectsSyncs: boolean): number => {
      const given = new Given({ preallocate: true, ...limits });
      given.tail.begin();
      if (expectsSyncs) given.tail.expectSyncs();
      given.write();
      return bytesIn(given.disk.memory, path).length;
    };
    const MiB = 1024 * 1024;
    expect(sizeAfter({ syncEveryNEvents: 64 }, false)).toBe(MiB);
    expect(sizeAfter({ syncEveryNEvents: 65 }, false)).toBeLessThan(1000);
    expect(sizeAfter({ syncEveryNEvents: 65 }, true)).toBe(MiB);
    expect(sizeAfter({ syncEveryNEvents: 1, preallocate: false }, true)).toBeLessThan(1000);
  });

  it('ends a log that was not written to as it began', () => {
    const group = new FrameGroup(forgedSalt);
    expect(new Given().tail.end(group)).toBe(true);
    expect(new Given({}, { leftoverPaths: ['/log/000001.fbat'] }).tail.end(group)).toBe(false);
    const unclean = new SegmentList();
    const { tail } = new Given();
    tail.begin();
    unclean.add(tail.open.segment);
    expect(new Given({}, { segments: unclean }).tail.end(group)).toBe(false);
    const clean = { segments: unclean, continueLast: true };
    expect(new Given({}, clean).tail.end(group)).toBe(true);
  });

  it('is not clean when its last sync fails', () => {
    const given = new Given();
    given.tail.begin();
    given.write();
    given.disk.plan.fail({ operation: 'sync', code: 'EIO' });
    const thrown = thrownBy(() => given.tail.end(new FrameGroup(forgedSalt)));
    expect(thrown).toBeInstanceOf(SyncFailedError);
    expect(thrown).toMatchObject({ cause: expect.any(StorageError) });
  });
});
