import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../../src/codec/segment-header.ts';
import { SegmentMaker } from '../../../src/log/segment-maker.ts';
import { StorageError } from '../../../src/model/errors/disk-errors.ts';
import { ManualClock } from '../../../src/platform/clock.ts';
import { frameOf } from '../../support/forged-log.ts';
import { bytesIn, KeptLogger, logDisk, startOf } from '../../support/log-start.ts';
import { thrownBy } from '../../support/store-host.ts';

function given() {
  const { memory, plan } = logDisk();
  const start = startOf();
  const logger = new KeptLogger();
  const moves: [number, number][] = [];
  const clock = new ManualClock(1_735_689_600_000_000);
  const maker = new SegmentMaker({ files: plan, clock }, start, logger, (sequence, offset) =>
    moves.push([sequence, offset]),
  );
  return { memory, plan, start, logger, moves, maker };
}

/** A first segment with so many events in it. */
function withEvents(count: number) {
  const log = given();
  const source = log.maker.make(0);
  for (let sequence = 0; sequence < count; sequence += 1) {
    const { bytes } = frameOf({ sequence, entity: 'a', clock: sequence, durableOffset: 7 });
    source.write(bytes, bytes.length);
  }
  source.close();
  return { ...log, source: source.segment };
}

function headerIn(files: Parameters<typeof bytesIn>[0], path: string) {
  const decoded = decodeSegmentHeader(bytesIn(files, path), path);
  if (typeof decoded === 'string') throw new Error(decoded);
  return decoded.header;
}

describe('SegmentMaker', () => {
  it('makes segments that name the end of the one before', () => {
    const { memory, maker, source } = withEvents(2);
    maker.epoch = 3;
    const next = maker.make(2);
    expect(headerIn(memory, source.path).previous).toBeUndefined();
    expect(headerIn(memory.afterPowerLoss(), next.segment.path)).toMatchObject({
      segmentId: 2,
      epoch: 3,
      firstSequence: 2,
      previous: { segmentId: 1, validBytes: source.validBytes, nextSequence: 2 },
    });
  });

  it('puts what is carried over into the next segment, and cuts the one before in its link', () => {
    const { memory, start, moves, maker, source } = withEvents(3);
    const frame = (source.validBytes - source.headerBytes) / 3;
    const from = source.headerBytes + frame;
    const before = bytesIn(memory, source.path);
    const active = maker.makeFromTail({ source, from }, 1);
    expect(bytesIn(memory, source.path)).toEqual(before);
    expect(source.validBytes).toBe(from);
    expect(start.segments.all).toEqual([source, active.segment]);
    expect(headerIn(memory, active.segment.path)).toMatchObject({
      firstSequence: 1,
      previous: { segmentId: 1, validBytes: from, nextSequence: 1 },
    });
    const { headerBytes } = active.segment;
    expect(moves).toEqual([
      [1, headerBytes],
      [2, headerBytes + frame],
    ]);
    expect(active.durableOffset).toBe(active.position);
    expect(bytesIn(memory.afterPowerLoss(), active.segment.path).length).toBe(active.position);
  });

  it('replaces a segment of which nothing stays, also in its link', () => {
    const { memory, start, maker, source } = withEvents(2);
    const active = maker.makeFromTail({ source, from: source.headerBytes }, 0);
    expect(memory.list('/log')).toEqual(['000002.fbat']);
    expect(headerIn(memory, active.segment.path).previous).toBeUndefined();
    expect(start.segments.all).toEqual([active.segment]);
  });

  it('goes on without removing that segment when the system refuses, with a warning', () => {
    const { memory, plan, logger, maker, source } = withEvents(1);
    plan.fail({ operation: 'remove', code: 'EACCES' });
    maker.makeFromTail({ source, from: source.headerBytes }, 0);
    expect(memory.list('/log')).toEqual(['000001.fbat', '000002.fbat']);
    expect(logger.warnings).toMatchObject([{ facts: { err: { operation: 'remove' } } }]);
  });

  it.each(['open', 'write', 'read', 'sync', 'rename', 'syncDirectory'] as const)(
    'leaves everything as it was when %s fails, but for the number',
    (operation) => {
      const { memory, plan, start, moves, maker, source } = withEvents(2);
      const end = source.validBytes;
      plan.fail({ operation, code: 'EIO' });
      const tail = { source, from: source.headerBytes };
      expect(thrownBy(() => maker.makeFromTail(tail, 0))).toBeInstanceOf(StorageError);
      expect(memory.list('/log')).toEqual(['000001.fbat']);
      expect([source.validBytes, moves, start.segments.all]).toEqual([end, [], [source]]);
      expect(maker.makeFromTail(tail, 0).segment.id).toBe(3);
    },
  );

  it('makes a segment also where an attempt of another process was left unfinished', () => {
    const { memory, maker, source } = withEvents(1);
    memory.open('/log/000002.fbat.new', 'create').close();
    maker.makeFromTail({ source, from: source.headerBytes }, 0);
    expect(memory.list('/log')).toEqual(['000002.fbat']);
  });
});
