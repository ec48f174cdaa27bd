import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../src/log/segment-list.ts';
import { ReadMark } from '../../../../src/recovery/follow/read-mark.ts';
import { LogScan } from '../../../../src/recovery/scan.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';

/** Reads the only segment of the log, and marks where that ended. */
function marked(log: ForgedLog) {
  const handle = log.write().open(log.path, 'write');
  const { header, headerBytes, path } = log;
  const segment: Segment = {
    ...{ id: header.segmentId, revision: 0, path, header, headerBytes },
    validBytes: headerBytes,
  };
  const scan = new LogScan(forgedSalt, 1);
  scan.resume(handle, segment, handle.size());
  const mark = ReadMark.of(handle, segment, scan.index, scan.timestampUs);
  return { handle, segment, scan, mark };
}

const batchId = new Uint8Array(8).fill(1);

describe('a read mark', () => {
  it.each<readonly [string, (log: ForgedLog) => unknown]>([
    ['the header', () => undefined],
    ['an event', (log) => log.event('a').event('a')],
    ['a name', (log) => log.event('a').name('moved', 0x1000)],
    ['a name before any event', (log) => log.name('moved', 0x1000)],
    ['a COMMIT', (log) => log.batch(batchId, ['a', 'b'])],
    ['a CLEAN record', (log) => log.event('a').clean()],
  ])('at %s sees what comes behind it, and what changes it', (_, write) => {
    const log = new ForgedLog().segment();
    write(log);
    const { handle, segment, mark } = marked(log);
    expect(mark?.look(handle, segment)).toBe('nothing');
    handle.write(new Uint8Array(100), 0, 100, segment.validBytes);
    expect(mark?.look(handle, segment)).toBe('nothing');
    handle.write(Uint8Array.of(0, 0, 0, 60), 0, 4, segment.validBytes);
    expect(mark?.look(handle, segment)).toBe('something');
    // The last byte but those of the payload and the hash that a frame and a header have.
    const at = segment.validBytes === segment.headerBytes ? 30 : lastFrame(log) + 50;
    handle.write(Uint8Array.of(0xee), 0, 1, at);
    expect(mark?.look(handle, segment)).toBe('other bytes than were read');
  });

  it('sees that the end was cut off', () => {
    const { handle, segment, mark } = marked(new ForgedLog().segment().event('a'));
    handle.truncate(segment.validBytes - 200);
    expect(mark?.look(handle, segment)).toBe('other bytes than were read');
    handle.truncate(0);
    expect(mark?.look(handle, segment)).toBe('other bytes than were read');
  });

  it('is not made where another frame stands by then', () => {
    const { handle, segment, scan } = marked(new ForgedLog().segment().event('a').event('b'));
    expect(ReadMark.of(handle, segment, scan.index, scan.timestampUs + 1)).toBeUndefined();
    const { validBytes } = segment;
    expect(
      ReadMark.of(handle, { ...segment, validBytes: validBytes + 9 }, scan.index, 0),
    ).toBeUndefined();
    handle.truncate(segment.headerBytes);
    expect(ReadMark.of(handle, segment, scan.index, scan.timestampUs)).toBeUndefined();
  });
});

/** Where the frame begins that was written last. */
function lastFrame(log: ForgedLog): number {
  const bytes = Buffer.alloc(log.position);
  log.files.open(log.path, 'read').read(bytes, 0, bytes.length, 0);
  let at = log.headerBytes;
  for (let next = at; next < bytes.length; next += 8 + bytes.readUInt32BE(next)) at = next;
  return at;
}
