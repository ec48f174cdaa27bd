import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../../src/log/reader.ts';
import type { Segment } from '../../../src/log/segment-list.ts';
import { CorruptSegmentError } from '../../../src/model/errors/corruption-errors.ts';
import { StorageError } from '../../../src/model/errors/disk-errors.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { forgedSalt, frameOf, headerOf } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const frames = ['first', 'second'].map((entity) => frameOf({ entity }).bytes);
const [first = new Uint8Array(0), second = new Uint8Array(0)] = frames;

/** Files with so many segments of two frames each, and a reader of them. */
function given(segmentCount: number, fdBudget = 64) {
  const plan = new FaultPlan(new MemoryFiles());
  plan.makeDirectory('/log');
  const segments = Array.from({ length: segmentCount }, (_, index): Segment => {
    const path = `/log/${index + 1}`;
    const bytes = Buffer.concat(frames);
    const handle = plan.open(path, 'create');
    handle.write(bytes, 0, bytes.length, 0);
    handle.close();
    const header = headerOf({ segmentId: index + 1 });
    const id = index + 1;
    return { id, revision: 0, path, header, headerBytes: 0, validBytes: bytes.length };
  });
  const opened = plan.count('open');
  const closed = plan.count('close');
  return {
    plan,
    segments,
    reader: new FrameReader(plan, fdBudget, forgedSalt),
    opens: () => plan.count('open') - opened,
    closes: () => plan.count('close') - closed,
  };
}

function only(segments: readonly Segment[]): Segment {
  const [segment] = segments;
  if (segment === undefined) throw new Error('there is a segment');
  return segment;
}

describe('FrameReader', () => {
  it('reads frames into buffers of their own, through one descriptor', () => {
    const { reader, segments, opens } = given(1);
    const segment = only(segments);
    const read = reader.read(segment, 0, first.length);
    expect(Uint8Array.from(read)).toEqual(first);
    expect(Uint8Array.from(reader.read(segment, first.length, second.length))).toEqual(second);
    expect(Uint8Array.from(read)).toEqual(first);
    expect(opens()).toBe(1);
  });

  it('reads frames into parts of one buffer, which stay as they are', () => {
    const { reader, segments } = given(1);
    const segment = only(segments);
    const at = reader.readShared(segment, 0, first.length);
    const { bytes } = reader.shared;
    const next = reader.readShared(segment, first.length, second.length);
    expect(reader.shared.bytes).toBe(bytes);
    expect(bytes.slice(at, at + first.length)).toEqual(Uint8Array.from(first));
    expect(bytes.slice(next, next + second.length)).toEqual(Uint8Array.from(second));
    const error = thrownBy(() => reader.readShared(segment, 1, first.length));
    expect(error).toBeInstanceOf(CorruptSegmentError);
    expect(error).toMatchObject({ offset: 1 });
  });

  it('goes on after a short read', () => {
    const { reader, segments, plan } = given(1);
    plan.shortRead({ bytes: 3, andLater: true });
    expect(Uint8Array.from(reader.read(only(segments), 0, first.length))).toEqual(first);
  });

  it('refuses what is no frame of that length there', () => {
    const { reader, segments } = given(1);
    const segment = only(segments);
    for (const [offset, length] of [
      [1, first.length],
      [0, first.length - 1],
      [0, first.length + 1],
    ] as const) {
      const thrown = thrownBy(() => reader.read(segment, offset, length));
      expect(thrown).toBeInstanceOf(CorruptSegmentError);
      expect(thrown).toMatchObject({ path: segment.path, offset });
    }
  });

  it('tells where a file ends too early', () => {
    const { reader, segments, plan } = given(1);
    const segment = only(segments);
    const handle = plan.open(segment.path, 'write');
    handle.truncate(first.length + 10);
    handle.close();
    expect(thrownBy(() => reader.read(segment, first.length, second.length))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      path: segment.path,
      offset: first.length + 10,
    });
  });

  it('keeps as many descriptors open as it may, and closes the one used least lately', () => {
    const { reader, segments, opens, closes } = given(3, 2);
    const [one, two, three] = segments;
    for (const segment of [one, two, one, three, one]) {
      if (segment !== undefined) reader.read(segment, 0, first.length);
    }
    expect([opens(), closes()]).toEqual([3, 1]);
    if (two !== undefined) reader.read(two, 0, first.length);
    expect([opens(), closes()]).toEqual([4, 2]);
    reader.close();
    expect([opens(), closes()]).toEqual([4, 4]);
  });

  it('tells when the system refuses to read, and tries anew the next time', () => {
    const { reader, segments, plan } = given(1);
    const segment = only(segments);
    plan.fail({ operation: 'read', code: 'EIO' });
    const thrown = thrownBy(() => reader.read(segment, 0, first.length));
    expect(thrown).toBeInstanceOf(StorageError);
    expect(thrown).toMatchObject({ systemCode: 'EIO', operation: 'read', path: segment.path });
    expect(Uint8Array.from(reader.read(segment, 0, first.length))).toEqual(first);
  });
});
