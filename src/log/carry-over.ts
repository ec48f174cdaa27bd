import { writeU32 } from '../codec/bytes.ts';
import { frameHeaderBytes, frameProblem, sealFrame } from '../codec/frame.ts';
import { recordTypes } from '../codec/record-layout.ts';
import { RecordView } from '../codec/record-view.ts';
import { CorruptSegmentError } from '../model/errors/corruption-errors.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { closeQuietly } from '../platform/close-quietly.ts';
import { endOfFile, FrameScanner } from './frame-scanner.ts';
import type { Segment } from './segment-list.ts';

const chunkBytesMin = 1024 * 1024;

/** The end of a segment that is to be written again, in the next one. */
export interface CarriedTail {
  readonly source: Segment;
  /** First byte of it; what stands before is durable where it is. */
  readonly from: number;
}

/** What takes the frames: a segment being made. */
export interface FrameSink {
  /** Where the next bytes go. */
  readonly position: number;
  write(bytes: Uint8Array, length: number): void;
}

/**
 * Copies whole frames into another segment: all bytes that are hashed as they are, durableOffset as
 * 0, the checksum new. Every frame is checked when it is read, for what a failed sync left of it in
 * the page cache may be less than what was written.
 *
 * @returns where the events stand now, in the order of their sequences
 * @throws {CorruptSegmentError} when a frame is not what was written
 */
export function carryOver(
  files: Files,
  tail: CarriedTail,
  salt: number,
  sink: FrameSink,
): number[] {
  const handle = files.open(tail.source.path, 'read');
  try {
    return copyFrames(handle, tail, salt, sink);
  } finally {
    closeQuietly(handle);
  }
}

function copyFrames(
  handle: FileHandle,
  { source, from }: CarriedTail,
  salt: number,
  sink: FrameSink,
): number[] {
  const scanner = new FrameScanner(handle, from, source.validBytes, salt);
  const record = new RecordView();
  const offsets: number[] = [];
  let chunk = new Uint8Array(chunkBytesMin);
  let filled = 0;
  for (let answer = scanner.next(); answer !== endOfFile; answer = scanner.next()) {
    if (answer < 0) throw unreadable(source, scanner.offset, frameProblem(answer));
    const length = frameHeaderBytes + answer;
    if (filled + length > chunk.length) {
      sink.write(chunk, filled);
      filled = 0;
      if (length > chunk.length) chunk = new Uint8Array(length);
    }
    const start = scanner.bodyStart - frameHeaderBytes;
    chunk.set(scanner.bytes.subarray(start, start + length), filled);
    const body = filled + frameHeaderBytes;
    const problem = record.point(chunk, body, body + answer);
    if (problem !== undefined) throw unreadable(source, scanner.offset, problem);
    if (record.type === recordTypes.event) offsets.push(sink.position + filled);
    writeU32(chunk, body, 0);
    sealFrame(chunk, filled, filled + length, salt);
    filled += length;
  }
  sink.write(chunk, filled);
  return offsets;
}

function unreadable(source: Segment, offset: number, actual: string): CorruptSegmentError {
  return new CorruptSegmentError({
    path: source.path,
    offset,
    expected: 'a frame to carry over',
    actual,
  });
}
