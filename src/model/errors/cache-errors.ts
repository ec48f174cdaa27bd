import { BatpakError } from './batpak-error.ts';

/** An entry of a projection cache is not what was put there. The cache has dropped it. */
export class CacheDamagedError extends BatpakError {
  readonly code = 'BATPAK_CACHE_DAMAGED';
  readonly path: string;
  /** What is wrong with it. */
  readonly detail: string;

  constructor(path: string, detail: string) {
    super(`${path}: ${detail}. The entry was dropped; its state is folded from the log again.`);
    this.path = path;
    this.detail = detail;
  }
}

/** The directory is in use by another cache of this process. */
export class CacheInUseError extends BatpakError {
  readonly code = 'BATPAK_CACHE_IN_USE';
  readonly path: string;

  constructor(path: string) {
    super(`${path} is open as a cache already. Close that one first, or give each its directory.`);
    this.path = path;
  }
}

/** A back end of the cache can't be had: the optional package isn't installed, or can't start. */
export class CacheUnavailableError extends BatpakError {
  readonly code = 'BATPAK_CACHE_UNAVAILABLE';
  /** Name of the package. */
  readonly packageName: string;

  constructor(packageName: string, problem: string, cause: unknown) {
    super(`${problem}. Install '${packageName}', or use another cache.`, { cause });
    this.packageName = packageName;
  }
}
