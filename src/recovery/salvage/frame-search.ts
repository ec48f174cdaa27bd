import { readU32 } from '../../codec/bytes.ts';
import { frameHeaderBytes } from '../../codec/frame.ts';
import { mayBeRecord, recordBytesMin, sequenceIn } from '../../codec/record-layout.ts';
import { eventCountMax } from '../../indexes/columns.ts';
import type { FrameScanner } from '../../log/frame-scanner.ts';
import type { FileHandle } from '../../model/files.ts';

const windowBytes = 1024 * 1024;
/** What is looked at before a checksum is made: it must lie in the window. */
const lookedAtBytes = frameHeaderBytes + recordBytesMin;

/** Where in a file a frame is looked for. */
export interface SearchedPlace {
  /** First byte at which it may begin. */
  readonly from: number;
  /** Byte at which it ends at the latest. */
  readonly limit: number;
  /** Lowest sequence that it may bear. */
  readonly sequence: number;
}

/**
 * Looks for a whole frame behind bytes that are none, at any byte. What tells it is its checksum,
 * which begins from the store's salt; cheap tests come before that.
 *
 * @returns whether the scanner stands on one now
 */
export function findFrame(
  handle: FileHandle,
  scanner: FrameScanner,
  place: SearchedPlace,
): boolean {
  const { from, limit, sequence } = place;
  const window = new Uint8Array(Math.min(windowBytes, Math.max(0, limit - from)));
  for (let start = from; start + lookedAtBytes <= limit; ) {
    const filled = fill(handle, window, start, Math.min(window.length, limit - start));
    if (filled < lookedAtBytes) return false;
    for (let at = 0; at + lookedAtBytes <= filled; at += 1) {
      if (!isPlausible(window, at, limit - start - at, sequence)) continue;
      scanner.moveTo(start + at);
      if (scanner.next() > 0) return true;
    }
    start += filled - lookedAtBytes + 1;
  }
  return false;
}

function isPlausible(bytes: Uint8Array, at: number, left: number, sequence: number): boolean {
  const length = readU32(bytes, at);
  if (length < recordBytesMin || length > left - frameHeaderBytes) return false;
  const body = at + frameHeaderBytes;
  if (!mayBeRecord(bytes, body)) return false;
  const found = sequenceIn(bytes, body);
  return found >= sequence && found <= eventCountMax;
}

function fill(handle: FileHandle, bytes: Uint8Array, position: number, length: number): number {
  let filled = 0;
  while (filled < length) {
    const count = handle.read(bytes, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
