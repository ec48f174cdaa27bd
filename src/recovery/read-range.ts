import type { FileHandle } from '../model/files.ts';

/** Bytes of an open file from `start` up to `end`; fewer when the file is shorter by now. */
export function readRange(handle: FileHandle, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(end - start, 0));
  let filled = 0;
  while (filled < bytes.length) {
    const count = handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
