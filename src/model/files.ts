/**
 * The file system as the store sees it: synchronous, positional, and narrow enough that a disk in
 * memory with a fault plan stands in for the real one in every crash test.
 *
 * Failures are thrown as errors with Node's `code` (`ENOSPC`, `EIO`, `ENOENT`, `EACCES` …), never
 * swallowed; the layers above decide which class of failure a code belongs to.
 */
export interface Files {
  /** The path as it stays valid when the process changes its working directory. */
  absolute(path: string): string;
  /**
   * Makes the directory and its missing parents, mode 0700; the names of those it made survive
   * power loss. An existing directory is fine.
   */
  makeDirectory(path: string): void;
  /** Names in the directory, in no promised order. Throws `ENOENT` when it is missing. */
  list(directory: string): string[];
  /** What the path names, without following a symbolic link; `undefined` when nothing is there. */
  stat(path: string): FileStatus | undefined;
  /**
   * Opens a file. `read` never writes; `create` makes a new file (mode 0600) and throws `EEXIST`
   * when one is there; `write` opens an existing file for reading and writing. A symbolic link in
   * the last part of the path is refused with `ELOOP` by the two that write.
   */
  open(path: string, mode: OpenMode): FileHandle;
  /** Moves a file over whatever bears the new name, atomically. */
  rename(from: string, to: string): void;
  /** Gives the file a second name; throws `EEXIST` when the name is taken. */
  link(existing: string, name: string): void;
  /** Removes a file. Throws `ENOENT` when it is missing. */
  remove(path: string): void;
  /** Makes names created, renamed and removed in the directory survive power loss. */
  syncDirectory(directory: string): void;
}

/** How {@link Files.open} opens a file. */
export type OpenMode = 'read' | 'create' | 'write';

/** What a path names, as far as the store cares. `sizeBytes` is 0 unless it is a file. */
export interface FileStatus {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly sizeBytes: number;
  /**
   * Another text when the name has come to stand for another file, or the file was written to, as
   * far as the system's own clock can tell.
   */
  readonly stamp: string;
}

/** How a sync is made: `all` is fsync, `data` is fdatasync. */
export type SyncMode = 'all' | 'data';

/** Told how a sync went that was not waited for. */
export type SyncDone = (failure: Error | undefined) => void;

/** One open file. All positions are in bytes from the start of the file. */
export interface FileHandle {
  /**
   * Writes `length` bytes of `bytes` from `start` at `position`, and returns how many were written:
   * like `pwrite`, it may write fewer than asked.
   */
  write(bytes: Uint8Array, start: number, length: number, position: number): number;
  /** Reads up to `length` bytes into `bytes` at `start`; fewer only at the end of the file. */
  read(bytes: Uint8Array, start: number, length: number, position: number): number;
  /** Cuts or extends the file. */
  truncate(sizeBytes: number): void;
  /** Size in bytes now. */
  size(): number;
  /** Makes everything written so far survive power loss (`fsync`). */
  sync(): void;
  /** Like {@link FileHandle.sync}, without metadata that isn't needed to read it (`fdatasync`). */
  dataSync(): void;
  /**
   * Starts a sync and returns; `done` is called later, from the event loop, with the failure or
   * `undefined`. Covers what was written before the call. A handle that is closed meanwhile keeps
   * its descriptor until then: its number could be another file's by the time the system looks.
   */
  beginSync(mode: SyncMode, done: SyncDone): void;
  /** Frees the descriptor. A second call does nothing. */
  close(): void;
}
