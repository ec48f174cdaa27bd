import { describe, expect, it } from 'vitest';
import { checkFrame, frameHeaderBytes } from '../../../src/codec/frame.ts';
import { hashedFrom, recordBytesMin, recordTypes } from '../../../src/codec/record-layout.ts';
import { RecordView } from '../../../src/codec/record-view.ts';
import { carryOver, type FrameSink } from '../../../src/log/carry-over.ts';
import type { Segment } from '../../../src/log/segment-list.ts';
import { CorruptSegmentError } from '../../../src/model/errors/corruption-errors.ts';
import type { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { ForgedLog, forgedSalt } from '../../support/forged-log.ts';
import { bytesIn } from '../../support/log-start.ts';
import { thrownBy } from '../../support/store-host.ts';

/** What frames are copied to: behind 100 bytes that are there already. */
class Sink implements FrameSink {
  readonly writes: Uint8Array[] = [];
  position = 100;

  write(bytes: Uint8Array, length: number): void {
    this.writes.push(bytes.slice(0, length));
    this.position += length;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.writes);
  }
}

function given(log: ForgedLog): { files: MemoryFiles; source: Segment } {
  const { headerBytes, header, path, position } = log;
  const files = log.write();
  return { files, source: { id: 1, revision: 0, path, header, headerBytes, validBytes: position } };
}

/** The records of whole frames, one behind the other. */
function recordsIn(bytes: Uint8Array): RecordView[] {
  const records: RecordView[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = checkFrame(bytes, at, bytes.length, forgedSalt, recordBytesMin);
    expect(length).toBeGreaterThan(0);
    const record = new RecordView();
    const body = at + frameHeaderBytes;
    expect(record.point(bytes, body, body + length)).toBeUndefined();
    records.push(record);
    at = body + length;
  }
  return records;
}

/** The bytes of a record that its hash covers, and the hash. */
function hashed({ bytes, start, end }: RecordView): string {
  return Buffer.from(bytes.subarray(start + hashedFrom, end)).toString('base64');
}

describe('carryOver', () => {
  it('copies what is hashed as it is, and nothing of what tells where it was durable', () => {
    const log = new ForgedLog().segment().event('a');
    const from = log.position;
    log.name('placed', 0x1001).event('a', { durableOffset: from }).batch(new Uint8Array(8), ['b']);
    const { files, source } = given(log);
    const sink = new Sink();
    const offsets = carryOver(files, { source, from }, forgedSalt, sink);
    const original = recordsIn(bytesIn(files, source.path).subarray(from));
    const copies = recordsIn(sink.bytes);
    expect(copies.map(hashed)).toEqual(original.map(hashed));
    expect(copies.map(({ durableOffset }) => durableOffset)).toEqual([0, 0, 0, 0, 0]);
    const events = copies.filter(({ type }) => type === recordTypes.event);
    expect(offsets).toEqual(events.map(({ start }) => 100 + start - frameHeaderBytes));
  });

  it('copies more than it holds in memory, and frames that are larger', () => {
    const log = new ForgedLog().segment();
    const payload = new Uint8Array(400_000).fill(3);
    for (let index = 0; index < 6; index += 1) log.event('a', { payload });
    log.event('a', { payload: new Uint8Array(3_000_000) }).event('b');
    const { files, source } = given(log);
    const sink = new Sink();
    const offsets = carryOver(files, { source, from: log.headerBytes }, forgedSalt, sink);
    expect(offsets).toHaveLength(8);
    expect(sink.writes.length).toBeGreaterThan(2);
    const original = bytesIn(files, source.path).subarray(log.headerBytes);
    expect(recordsIn(sink.bytes).map(hashed)).toEqual(recordsIn(original).map(hashed));
  });

  it('refuses a frame that is not what was written any more', () => {
    const log = new ForgedLog().segment().event('a');
    const from = log.position;
    const { files, source } = given(log.event('a'));
    const handle = files.open(source.path, 'write');
    handle.write(new Uint8Array([1, 2, 3]), 0, 3, from + 60);
    const thrown = thrownBy(() => carryOver(files, { source, from }, forgedSalt, new Sink()));
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
    expect(thrown).toMatchObject({ path: source.path, offset: from });
  });

  it('refuses a segment that ends too early', () => {
    const { files, source } = given(new ForgedLog().segment().event('a').event('a'));
    const handle = files.open(source.path, 'write');
    handle.truncate(source.validBytes - 1);
    const tail = { source, from: source.headerBytes };
    const thrown = thrownBy(() => carryOver(files, tail, forgedSalt, new Sink()));
    expect(thrown).toBeInstanceOf(CorruptSegmentError);
  });
});
