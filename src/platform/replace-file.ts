import type { Files } from '../model/files.ts';
import { systemCallFailure } from './system-call-failure.ts';

/** What the name of a file ends with while its new content is being written. */
export const replacementSuffix = '.new';

/**
 * Gives a file other content, whole or not at all: whenever the process is killed or the power
 * fails, the file is there as it was or as it is to be. What was there under the temporary name is
 * from an attempt that was cut short. Throws what the files throw; `ELOOP` when a symbolic link
 * bears the name.
 */
export function replaceFile(
  files: Files,
  directory: string,
  name: string,
  bytes: Uint8Array,
): void {
  replaceFileByParts(files, directory, name, [bytes]);
}

/**
 * As {@link replaceFile}, with the content in parts, each of which is written before the next one
 * is asked for.
 */
export function replaceFileByParts(
  files: Files,
  directory: string,
  name: string,
  parts: Iterable<Uint8Array>,
): void {
  const path = `${directory}/${name}`;
  // A rename would put an end to the link; whoever made it meant something else by it.
  if (files.stat(path)?.type === 'symlink') throw systemCallFailure('ELOOP', 'open', path);
  const temporary = `${path}${replacementSuffix}`;
  if (files.stat(temporary) !== undefined) files.remove(temporary);
  try {
    writeNewFile(files, temporary, parts);
    files.rename(temporary, path);
  } catch (cause) {
    removeLeftover(files, temporary);
    throw cause;
  }
  files.syncDirectory(directory);
}

function writeNewFile(files: Files, path: string, parts: Iterable<Uint8Array>): void {
  const handle = files.open(path, 'create');
  try {
    let position = 0;
    for (const bytes of parts) {
      let written = 0;
      while (written < bytes.length) {
        const count = handle.write(bytes, written, bytes.length - written, position + written);
        if (count === 0) throw systemCallFailure('EIO', 'write');
        written += count;
      }
      position += written;
    }
    handle.sync();
  } finally {
    handle.close();
  }
}

function removeLeftover(files: Files, path: string): void {
  try {
    if (files.stat(path) !== undefined) files.remove(path);
  } catch {
    // The next attempt removes it; what made this one fail is what counts.
  }
}
