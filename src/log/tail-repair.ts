import type { FileHandle, Files } from '../model/files.ts';
import type { Logger } from '../model/logger.ts';
import { systemCallFailure } from '../platform/system-call-failure.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { LogStart } from './log-start.ts';
import type { Segment, SegmentList } from './segment-list.ts';

/** Folder for bytes that were cut off, inside the store's directory. */
export const quarantineFolder = 'quarantine';

/**
 * Copies the torn end of an uncleanly ended log into quarantine and cuts it off, before anything
 * new is written. Doing it again changes nothing.
 *
 * @throws {StorageError} {@link DiskFullError}
 */
export function cutTornTail(files: Files, start: LogStart): void {
  const last = start.segments.last;
  if (last === undefined || start.tornBytes === 0) return;
  try {
    const handle = files.open(last.path, 'write');
    try {
      // Cut already, by an attempt that failed later: the copy is whole.
      if (handle.size() <= last.validBytes) return;
      // Behind those bytes there are the zeros of room that was made ahead, if anything.
      copyToQuarantine(files, start.directory, last, start.tornBytes);
      handle.truncate(last.validBytes);
    } finally {
      handle.close();
    }
  } catch (cause) {
    throw translateSystemError('repair', last.path, cause);
  }
}

/**
 * Makes a log that ends in segments of another program durable as it stands, before the first of
 * ours names its end. Nothing is written to them.
 *
 * @throws {StorageError}
 */
export function syncForeign(files: Files, segments: SegmentList): void {
  if (segments.last?.version === undefined) return;
  for (const { path } of segments.all) {
    try {
      const handle = files.open(path, 'read');
      try {
        handle.sync();
      } finally {
        handle.close();
      }
    } catch (cause) {
      throw translateSystemError('sync', path, cause);
    }
  }
}

/** Removes files that hold nothing of the log. One that stays is left to the next opening. */
export function removeLeftovers(files: Files, start: LogStart, logger: Logger): void {
  for (const path of start.leftoverPaths) {
    try {
      if (files.stat(path) !== undefined) files.remove(path);
    } catch (cause) {
      const failure = translateSystemError('remove', path, cause);
      logger.warn({ err: failure }, 'a file that holds nothing of the log could not be removed');
    }
  }
}

function copyToQuarantine(
  files: Files,
  directory: string,
  segment: Segment,
  tornBytes: number,
): void {
  const folder = `${directory}/${quarantineFolder}`;
  files.makeDirectory(folder);
  const path = `${folder}/${String(segment.id).padStart(6, '0')}-${segment.validBytes}.torn`;
  // A copy from an opening that was cut short may be incomplete: it is made again.
  if (files.stat(path) !== undefined) files.remove(path);
  const source = files.open(segment.path, 'read');
  try {
    const target = files.open(path, 'create');
    try {
      copyRange(source, target, segment.validBytes, tornBytes, 0);
      target.sync();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
  files.syncDirectory(folder);
  files.syncDirectory(directory);
}

function copyRange(
  source: FileHandle,
  target: FileHandle,
  start: number,
  length: number,
  to: number,
): void {
  const chunk = new Uint8Array(Math.min(length, 1024 * 1024));
  let copied = 0;
  while (copied < length) {
    const wanted = Math.min(chunk.length, length - copied);
    const count = source.read(chunk, 0, wanted, start + copied);
    if (count === 0) return;
    let written = 0;
    while (written < count) {
      const wrote = target.write(chunk, written, count - written, to + copied + written);
      if (wrote === 0) throw systemCallFailure('EIO', 'write');
      written += wrote;
    }
    copied += count;
  }
}
