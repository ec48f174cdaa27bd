import type { FileHandle, Files } from '../model/files.ts';
import { systemCallFailure } from '../platform/system-call-failure.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { LogStart } from './log-start.ts';
import type { Segment } from './segment-list.ts';

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
      copyToQuarantine(files, start.directory, last, handle.size() - last.validBytes);
      handle.truncate(last.validBytes);
    } finally {
      handle.close();
    }
  } catch (cause) {
    throw translateSystemError('repair', last.path, cause);
  }
}

/**
 * Makes the recovered end of the log durable. Its bytes are written again where they are before
 * they are synced: if a sync of the process before failed, the system takes their pages for clean,
 * and another sync alone would cover nothing. What is written is what recovery has checked.
 *
 * @throws what the system says
 */
export function syncTail(files: Files, start: LogStart): void {
  const last = start.segments.last;
  if (last === undefined) return;
  const handle = files.open(last.path, 'write');
  try {
    const from = Math.min(start.durableOffset, last.validBytes);
    copyRange(handle, handle, from, last.validBytes - from, from);
    handle.sync();
  } finally {
    handle.close();
  }
}

/** Removes segment files that hold no event. */
export function removeEmptySegments(files: Files, start: LogStart): void {
  for (const path of start.emptyPaths) {
    try {
      if (files.stat(path) !== undefined) files.remove(path);
    } catch (cause) {
      throw translateSystemError('remove', path, cause);
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
