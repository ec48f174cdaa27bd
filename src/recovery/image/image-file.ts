import { checksum } from '../../codec/frame.ts';
import { decodeImageSummary, type ImageSummary, imageVersion } from '../../codec/index/image.ts';
import { decodeTrailer, trailerBytes } from '../../codec/index/trailer.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { closeQuietly } from '../../platform/close-quietly.ts';
import { systemCodeOf } from '../../platform/system-error.ts';

/** Name of the index image in the store's directory. */
export const imageFileName = 'index.image';

/** Why an image is not used. */
export type ImageProblem =
  | 'no file'
  | 'unreadable'
  | 'cut off or damaged'
  | 'another version'
  | 'another store'
  | 'another log'
  | 'bad chunk';

/** A summary that is as it was written, and the bytes of the chunks before it. */
export interface FoundImage {
  readonly summary: ImageSummary;
  readonly chunkBytes: number;
}

/** Reads the summary of the image; `undefined` when there is no image. */
export function readImage(
  files: Files,
  directory: string,
  storeId: Uint8Array,
): FoundImage | ImageProblem | undefined {
  const path = `${directory}/${imageFileName}`;
  let handle: FileHandle | undefined;
  try {
    const status = files.stat(path);
    if (status === undefined) return undefined;
    if (status.type !== 'file') return 'no file';
    handle = files.open(path, 'read');
    return summaryIn(handle, storeId);
  } catch (cause) {
    if (systemCodeOf(cause) === undefined) throw cause;
    return 'unreadable';
  } finally {
    closeQuietly(handle);
  }
}

function summaryIn(handle: FileHandle, storeId: Uint8Array): FoundImage | ImageProblem {
  const sizeBytes = handle.size();
  if (sizeBytes < trailerBytes) return 'cut off or damaged';
  const end = readAt(handle, sizeBytes - trailerBytes, trailerBytes);
  const trailer = decodeTrailer(end, 'FBATIMAG', 0);
  if (trailer === undefined) return 'cut off or damaged';
  if (trailer.version !== imageVersion) return 'another version';
  const { chunkBytes, summaryBytes } = trailer;
  if (chunkBytes + summaryBytes + trailerBytes !== sizeBytes) return 'cut off or damaged';
  const bytes = readAt(handle, chunkBytes, summaryBytes);
  if (checksum(bytes, 0, bytes.length, 0) !== trailer.summaryChecksum) return 'cut off or damaged';
  const summary = decodeImageSummary(bytes);
  if (summary === undefined) return 'cut off or damaged';
  if (Buffer.compare(summary.storeId, storeId) !== 0) return 'another store';
  return { summary, chunkBytes };
}

function readAt(handle: FileHandle, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, handle.read(bytes, 0, length, position));
}
