import { ArgumentRangeError } from '../../model/errors/argument-error.ts';
import { CursorOpenError, CursorRegionError } from '../../model/errors/delivery-errors.ts';
import type { Region } from '../../model/region.ts';
import type { WritingHost } from '../delivery-host.ts';
import { CursorFiles } from './cursor-files.ts';
import { checkCursorName } from './cursor-name.ts';
import { KeptCursor } from './kept-cursor.ts';

/** Longest text of a region that a cursor's file can be bound to, in UTF-16 units. */
const regionTextMax = 16_384;

/** A named cursor, as its file tells. */
export interface CursorSummary {
  readonly name: string;
  /** Canonical text of its region. */
  readonly region: string;
  /** Every event of the region before this sequence is done with. */
  readonly position: number;
  /** How many events its worker has parked. */
  readonly parked: number;
  /** Whether it is open now. */
  readonly open: boolean;
}

/** The named cursors of a store: at most one of a name is open at a time. */
export class NamedCursors {
  readonly #host: WritingHost;
  readonly #files: CursorFiles;
  readonly #open = new Set<string>();

  constructor(host: WritingHost) {
    this.#host = host;
    this.#files = new CursorFiles(host.platform.files, host.directory);
  }

  /**
   * Opens the cursor of this name, which begins at `from` when it is new.
   *
   * @throws {CursorOpenError} {@link CursorRegionError} {@link CorruptCursorError}
   * @throws {UnsupportedVersionError} {@link StorageError} {@link ArgumentTypeError}
   * @throws {ArgumentRangeError}
   */
  open(name: string, region: Region, from: number): KeptCursor {
    checkCursorName(name);
    const text = region.toString();
    if (text.length > regionTextMax) {
      throw new ArgumentRangeError('region', text, `of at most ${regionTextMax} characters`);
    }
    if (this.#open.has(name)) throw new CursorOpenError(name);
    const state = this.#files.load(name);
    if (state !== undefined && state.region !== text) {
      throw new CursorRegionError(name, state.region, text);
    }
    const release = () => void this.#open.delete(name);
    const parts = { host: this.#host, files: this.#files, release };
    const kept = new KeptCursor(parts, { name, region: text, from }, state);
    this.#open.add(name);
    return kept;
  }

  /** Every cursor that has a file. @throws as {@link NamedCursors.open} for a file */
  list(): CursorSummary[] {
    return this.#files.list().map(({ name, region, position, parked }) => ({
      ...{ name, region, position },
      parked: parked.length,
      open: this.#open.has(name),
    }));
  }

  /** Removes the cursor's file, durably. @throws {CursorOpenError} {@link StorageError} */
  delete(name: string): boolean {
    checkCursorName(name);
    if (this.#open.has(name)) throw new CursorOpenError(name);
    return this.#files.remove(name);
  }
}
