import { describe, expect, it } from 'vitest';
import { decodeGap } from '../../../../src/codec/gap.ts';
import { recordTypes } from '../../../../src/codec/record-layout.ts';
import { RecordView } from '../../../../src/codec/record-view.ts';
import { decodeSegmentHeader } from '../../../../src/codec/segment-header.ts';
import { FrameScanner } from '../../../../src/log/frame-scanner.ts';
import { DiskFullError, StorageError } from '../../../../src/model/errors/disk-errors.ts';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import type { SegmentPlan } from '../../../../src/recovery/salvage/salvage-plan.ts';
import { type Rewrite, rewriteSegment } from '../../../../src/recovery/salvage/salvage-rewrite.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

const path = '/log/000001.1.fbat.new';
const time = { timestampUs: 1_800_000_000_000_000, counter: 3 };

/** A segment of three events that say how far it was durable, the second of which is lost. */
function given(payloadBytes = 10) {
  const log = new ForgedLog().segment();
  const payload = new Uint8Array(payloadBytes).fill(0xc0);
  const places = [0, 1, 2].map(() => {
    const start = log.position;
    log.event('a', { payload, durableOffset: start });
    return { start, end: log.position };
  });
  const files = new FaultPlan(log.write());
  const file = { id: 1, revision: 0, path: log.path };
  const [first, second, third] = places;
  if (!first || !second || !third) throw new Error('there are three');
  const entities = [{ entity: 'a', lane: 0, fromClock: 1, count: 1 }];
  const plan: SegmentPlan = {
    place: {
      ...{ id: 1, file, sizeBytes: log.position, header: log.header },
      ...{ headerBytes: log.headerBytes, sound: true },
    },
    ...{ firstSequence: 0, nextSequence: 3, link: undefined, epoch: 0 },
    pieces: [
      { type: 'frames', ...first },
      { type: 'gap', gap: { from: 1, count: 1, time, entities } },
      { type: 'frames', ...third },
    ],
    ...{ lostBytes: [], lostSequences: [], end: third.end, damage: ['bytes are damaged'] },
  };
  const rewrite: Rewrite = {
    ...{ plan, header: { ...log.header, epoch: 9 }, salt: forgedSalt, reason: 'why' },
    cleanTime: undefined,
  };
  return { log, files, rewrite, places };
}

/** What stands in a file, record by record. */
function recordsIn(files: FaultPlan, name: string) {
  const handle = files.open(name, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  const decoded = decodeSegmentHeader(bytes, name);
  if (typeof decoded === 'string') throw new Error(decoded);
  const scanner = new FrameScanner(handle, decoded.bytes, bytes.length, forgedSalt);
  const records: { view: RecordView; offset: number }[] = [];
  while (scanner.next() > 0) {
    const view = new RecordView();
    const copy = Uint8Array.from(scanner.bytes.subarray(scanner.bodyStart, scanner.bodyEnd));
    expect(view.point(copy, 0, copy.length)).toBeUndefined();
    records.push({ view, offset: scanner.offset });
  }
  expect(scanner.offset).toBe(bytes.length);
  return { header: decoded.header, records, size: bytes.length };
}

describe('rewriteSegment', () => {
  it('writes header, kept frames and gaps, and tells the size', () => {
    const { files, rewrite } = given();
    const size = rewriteSegment(files, path, rewrite);
    const found = recordsIn(files, path);
    expect(found.size).toBe(size);
    expect(found.header).toMatchObject({ epoch: 9, segmentId: 1 });
    const types = found.records.map(({ view }) => [view.type, view.sequence]);
    expect(types).toEqual([
      [recordTypes.event, 0],
      [recordTypes.gap, 1],
      [recordTypes.event, 2],
    ]);
    const gap = found.records[1]?.view;
    expect(gap && decodeGap(gap)).toMatchObject({ from: 1, count: 1, reason: 'why' });
    expect([gap?.timestampUs, gap?.counter]).toEqual([time.timestampUs, 3]);
  });

  it('changes nothing of a kept frame but durableOffset and checksum', () => {
    const { log, files, rewrite } = given();
    rewriteSegment(files, path, rewrite);
    const old = recordsIn(files, log.path).records;
    const kept = recordsIn(files, path).records;
    for (const [before, after] of [
      [old[0], kept[0]],
      [old[2], kept[2]],
    ]) {
      expect(before?.view.durableOffset).toBeGreaterThan(0);
      expect(after?.view.durableOffset).toBe(0);
      expect(after?.view.bytes.subarray(4)).toEqual(before?.view.bytes.subarray(4));
    }
  });

  it('ends the log with a CLEAN record that covers all of it', () => {
    const { files, rewrite } = given();
    rewriteSegment(files, path, { ...rewrite, cleanTime: time });
    const last = recordsIn(files, path).records.at(-1);
    expect(last?.view).toMatchObject({ type: recordTypes.clean, sequence: 3, clock: 0 });
    expect(last?.view.durableOffset).toBe(last?.offset);
  });

  it('writes frames larger than its buffer, also by short writes', () => {
    const { files, rewrite } = given(3 * 1024 * 1024);
    files.shortWrite({ bytes: 700_000, andLater: true });
    rewriteSegment(files, path, rewrite);
    expect(recordsIn(files, path).records.map(({ view }) => view.sequence)).toEqual([0, 1, 2]);
  });

  it('syncs the file, whose name nobody reads yet', () => {
    const { files, rewrite } = given();
    rewriteSegment(files, path, rewrite);
    expect(files.count('sync')).toBe(1);
    expect(files.count('open')).toBe(files.count('close'));
  });

  it('tells when the disk is full, or fails', () => {
    const { files, rewrite } = given();
    files.fail({ operation: 'write', code: 'ENOSPC' });
    expect(thrownBy(() => rewriteSegment(files, path, rewrite))).toBeInstanceOf(DiskFullError);
    files.remove(path);
    files.fail({ operation: 'sync', code: 'EIO' });
    expect(thrownBy(() => rewriteSegment(files, path, rewrite))).toBeInstanceOf(StorageError);
    expect(files.count('open')).toBe(files.count('close'));
  });

  it('does not go on when the file no longer holds what was planned', () => {
    const { files, rewrite, log, places } = given();
    const handle = files.open(log.path, 'write');
    handle.write(Uint8Array.of(0xff), 0, 1, (places[2]?.start ?? 0) + 20);
    expect(thrownBy(() => rewriteSegment(files, path, rewrite))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EIO',
    });
  });
});
