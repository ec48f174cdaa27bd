import { readU32 } from '../../codec/bytes.ts';
import {
  type CursorState,
  cursorStateVersion,
  decodeCursorState,
  encodeCursorState,
} from '../../codec/cursor-state.ts';
import { UnsupportedVersionError } from '../../model/errors/corruption-errors.ts';
import { CorruptCursorError } from '../../model/errors/delivery-errors.ts';
import type { Files } from '../../model/files.ts';
import { replaceFile, replacementSuffix } from '../../platform/replace-file.ts';
import { systemCodeOf, translateSystemError } from '../../platform/system-error.ts';
import { cursorFileName, isCursorFileName } from './cursor-name.ts';

/** Folder of the store's directory in which cursors keep their files. */
export const cursorsFolder = 'cursors';

// A position, a region and 100 000 parked events with long messages stay below it.
const fileBytesMax = 512 * 1024 * 1024;

/** The files of the named cursors of a store. */
export class CursorFiles {
  readonly #files: Files;
  readonly #directory: string;

  /** `directory`: that of the store. */
  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = `${directory}/${cursorsFolder}`;
  }

  /** Path of the cursor's file. */
  pathOf(name: string): string {
    return `${this.#directory}/${cursorFileName(name)}`;
  }

  /**
   * What the file of the cursor says, or `undefined` when there is none.
   *
   * @throws {CorruptCursorError} {@link UnsupportedVersionError} {@link StorageError}
   */
  load(name: string): CursorState | undefined {
    const state = this.#read(this.pathOf(name));
    if (state === undefined || state.name === name) return state;
    throw new CorruptCursorError(this.pathOf(name), `it is that of cursor '${state.name}'`);
  }

  /**
   * Writes the file, whole or not at all; durable on return.
   *
   * @throws {DiskFullError} {@link StorageError}
   */
  save(state: CursorState): void {
    const path = this.pathOf(state.name);
    try {
      this.#files.makeDirectory(this.#directory);
      const fileName = cursorFileName(state.name);
      replaceFile(this.#files, this.#directory, fileName, encodeCursorState(state));
    } catch (cause) {
      throw translateSystemError('write', path, cause);
    }
  }

  /** Removes the file, durably. @returns whether there was one @throws {StorageError} */
  remove(name: string): boolean {
    const path = this.pathOf(name);
    try {
      if (this.#files.stat(path) === undefined) return false;
      this.#files.remove(path);
      this.#files.syncDirectory(this.#directory);
      return true;
    } catch (cause) {
      throw translateSystemError('unlink', path, cause);
    }
  }

  /** What every file says, by the names of the cursors. @throws as {@link CursorFiles.load} */
  list(): CursorState[] {
    const states: CursorState[] = [];
    for (const fileName of this.#fileNames()) {
      const state = this.#read(`${this.#directory}/${fileName}`);
      if (state !== undefined) states.push(state);
    }
    return states.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #fileNames(): string[] {
    try {
      const names = this.#files.list(this.#directory);
      return names.filter((name) => isCursorFileName(name) && !name.endsWith(replacementSuffix));
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return [];
      throw translateSystemError('readdir', this.#directory, cause);
    }
  }

  #read(path: string): CursorState | undefined {
    const bytes = this.#bytesOf(path);
    if (bytes === undefined) return undefined;
    const state = decodeCursorState(bytes);
    if (typeof state !== 'string') return state;
    if (state === 'unknown version') {
      throw new UnsupportedVersionError(path, readU32(bytes, 4), [cursorStateVersion]);
    }
    throw new CorruptCursorError(path, state);
  }

  #bytesOf(path: string): Uint8Array | undefined {
    try {
      const status = this.#files.stat(path);
      if (status === undefined) return undefined;
      // A link is not followed: what is behind it was not put there by this library.
      if (status.type !== 'file') throw new CorruptCursorError(path, 'no file');
      if (status.sizeBytes > fileBytesMax) throw new CorruptCursorError(path, 'too large');
      return readWhole(this.#files, path);
    } catch (cause) {
      if (cause instanceof CorruptCursorError) throw cause;
      throw translateSystemError('read', path, cause);
    }
  }
}

function readWhole(files: Files, path: string): Uint8Array {
  const handle = files.open(path, 'read');
  try {
    const bytes = new Uint8Array(handle.size());
    let filled = 0;
    while (filled < bytes.length) {
      const count = handle.read(bytes, filled, bytes.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    handle.close();
  }
}
