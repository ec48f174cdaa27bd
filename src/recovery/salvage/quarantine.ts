import { quarantineFolder } from '../../log/tail-repair.ts';
import { assert } from '../../model/assert.ts';
import type { Files } from '../../model/files.ts';
import { translateSystemError } from '../../platform/system-error.ts';

const namesMax = 100_000;

/** A file that was put away, and where it is now. */
export interface QuarantinedFile {
  readonly path: string;
  readonly quarantinePath: string;
}

/**
 * Moves a file of the store into its quarantine, under its own name or, when that is taken, with a
 * number behind it. Nothing is ever deleted or overwritten there. Both names are durable when this
 * returns.
 *
 * @throws {StorageError} {@link DiskFullError}
 */
export function quarantineFile(files: Files, directory: string, path: string): QuarantinedFile {
  const folder = `${directory}/${quarantineFolder}`;
  try {
    files.makeDirectory(folder);
    const quarantinePath = freeName(files, `${folder}/${path.slice(path.lastIndexOf('/') + 1)}`);
    files.rename(path, quarantinePath);
    // The new name before the loss of the old one: after power loss the file must be somewhere.
    files.syncDirectory(folder);
    files.syncDirectory(directory);
    return { path, quarantinePath };
  } catch (cause) {
    throw translateSystemError('rename', path, cause);
  }
}

function freeName(files: Files, wanted: string): string {
  let name = wanted;
  for (let number = 2; files.stat(name) !== undefined; number += 1) {
    assert(number < namesMax, 'a name in the quarantine is free', { wanted });
    name = `${wanted}-${number}`;
  }
  return name;
}
