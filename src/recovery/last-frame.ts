import { readU32 } from '../codec/bytes.ts';
import { checkFrame, frameHeaderBytes } from '../codec/frame.ts';
import type { LastFrame } from '../codec/index/summary-parts.ts';
import { recordBytesMin, recordTypes } from '../codec/record-layout.ts';
import { RecordView } from '../codec/record-view.ts';
import type { FileHandle } from '../model/files.ts';

/** The frame of the last event of a segment, as its file has it; `undefined` when it has none. */
export function readLastFrame(
  handle: FileHandle,
  offset: number,
  length: number,
  salt: number,
): LastFrame | undefined {
  if (length === 0) return { offset: 0, length: 0, checksum: 0 };
  const bytes = new Uint8Array(length);
  if (handle.read(bytes, 0, length, offset) !== length) return undefined;
  const answer = checkFrame(bytes, 0, length, salt, recordBytesMin);
  if (answer !== length - frameHeaderBytes) return undefined;
  return { offset, length, checksum: readU32(bytes, 4) };
}

/** Whether a whole CLEAN record ends at this position of the file. */
export function endsClean(handle: FileHandle, end: number, salt: number): boolean {
  const bytes = new Uint8Array(frameHeaderBytes + recordBytesMin);
  const start = end - bytes.length;
  if (start < 0 || handle.read(bytes, 0, bytes.length, start) !== bytes.length) return false;
  if (checkFrame(bytes, 0, bytes.length, salt, recordBytesMin) !== recordBytesMin) return false;
  const record = new RecordView();
  if (record.point(bytes, frameHeaderBytes, bytes.length) !== undefined) return false;
  return record.type === recordTypes.clean;
}

/** Whether the file still has that frame where it was. */
export function hasLastFrame(handle: FileHandle, frame: LastFrame, salt: number): boolean {
  const found = readLastFrame(handle, frame.offset, frame.length, salt);
  return found !== undefined && found.checksum === frame.checksum;
}
