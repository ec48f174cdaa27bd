import { readU32 } from '../codec/bytes.ts';
import { checkFrame, frameHeaderBytes } from '../codec/frame.ts';
import { durableOffsetIn, recordBytesMin, sequenceIn } from '../codec/record-layout.ts';
import { RecordView } from '../codec/record-view.ts';
import type { FileHandle } from '../model/files.ts';

const zeroChunkBytes = 64 * 1024;

/**
 * Tells a torn tail from damage. A bad place at the end of the last segment is a torn tail only
 * when nothing shows that it was durable once: every frame says up to where the segment was durable
 * when it was written, so one whole frame behind the bad place can prove it.
 *
 * @returns the highest durableOffset of the whole frames behind `offset`; 0 when there is none
 */
export function durableOffsetBehind(
  handle: FileHandle,
  offset: number,
  sizeBytes: number,
  salt: number,
  nextSequence: number,
): number {
  const bytes = readAll(handle, offset, sizeBytes);
  const record = new RecordView();
  const end = bytes.length;
  let highest = 0;
  for (let at = 0; at + frameHeaderBytes + recordBytesMin <= end; ) {
    const length = frameAt(bytes, at, end, salt, nextSequence, offset);
    if (length === 0) {
      at += 1;
      continue;
    }
    const body = at + frameHeaderBytes;
    if (record.point(bytes, body, body + length) === undefined) {
      highest = Math.max(highest, record.durableOffset);
    }
    at = body + length;
  }
  return highest;
}

/** Position behind the last byte from `offset` on that is not zero; `offset` when all are. */
export function contentEnd(handle: FileHandle, offset: number, sizeBytes: number): number {
  const chunk = Buffer.allocUnsafe(Math.min(zeroChunkBytes, sizeBytes - offset));
  for (let end = sizeBytes; end > offset; ) {
    const from = Math.max(offset, end - chunk.length);
    const count = handle.read(chunk, 0, end - from, from);
    for (let at = count - 1; at >= 0; at -= 1) if (chunk[at] !== 0) return from + at + 1;
    end = from;
  }
  return offset;
}

/** Length of the body of a whole frame at `at`, or 0. Cheap tests come before the checksum. */
function frameAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  salt: number,
  nextSequence: number,
  offset: number,
): number {
  const length = readU32(bytes, at);
  if (length < recordBytesMin || length > end - at - frameHeaderBytes) return 0;
  const body = at + frameHeaderBytes;
  // Frames behind the bad place bear later sequences, at most one for each smallest frame.
  const sequence = sequenceIn(bytes, body);
  if (sequence < nextSequence || sequence > nextSequence + end / recordBytesMin) return 0;
  if (durableOffsetIn(bytes, body) > offset + at) return 0;
  const answer = checkFrame(bytes, at, end, salt, recordBytesMin);
  return answer > 0 ? answer : 0;
}

function readAll(handle: FileHandle, offset: number, sizeBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(sizeBytes - offset);
  let filled = 0;
  while (filled < bytes.length) {
    const count = handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
