import type { FileHandle, Files } from '../model/files.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { LogStart } from './log-start.ts';
import type { Segment } from './segment-list.ts';

/** Folder for bytes that were cut off, inside the store's directory. */
export const quarantineFolder = 'quarantine';

/**
 * Makes the end of an uncleanly ended log final before anything new is written: torn bytes are
 * copied into quarantine and cut off, what remains is synced. Doing it again changes nothing.
 *
 * @throws {StorageError} {@link DiskFullError}
 */
export function repairTail(files: Files, start: LogStart): void {
  const last = start.segments.last;
  if (last === undefined) return;
  try {
    if (start.tornBytes > 0) copyToQuarantine(files, start.directory, last, start.tornBytes);
    const handle = files.open(last.path, 'write');
    try {
      if (handle.size() > last.validBytes) handle.truncate(last.validBytes);
      handle.sync();
    } finally {
      handle.close();
    }
  } catch (cause) {
    throw translateSystemError('repair', last.path, cause);
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
      copyRange(source, target, segment.validBytes, tornBytes);
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

function copyRange(source: FileHandle, target: FileHandle, start: number, length: number): void {
  const chunk = new Uint8Array(Math.min(length, 1024 * 1024));
  let copied = 0;
  while (copied < length) {
    const wanted = Math.min(chunk.length, length - copied);
    const count = source.read(chunk, 0, wanted, start + copied);
    if (count === 0) return;
    let written = 0;
    while (written < count) {
      written += target.write(chunk, written, count - written, copied + written);
    }
    copied += count;
  }
}
