import { constants } from 'node:os';
import type { BatpakError } from '../model/errors/batpak-error.ts';
import { DiskFullError, StorageError } from '../model/errors/disk-errors.ts';

const diskFullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * The library's error for what a call to the file system threw: {@link DiskFullError} when the
 * disk refused to take more (`ENOSPC`, `EDQUOT`, `EFBIG`), else {@link StorageError}.
 *
 * `operation` names the call, such as `write`. A cause that no system call made, such as a broken
 * assertion, is thrown again as it is.
 */
export function translateSystemError(operation: string, path: string, cause: unknown): BatpakError {
  const systemCode = systemCodeOf(cause);
  if (systemCode === undefined) throw cause;
  const failure = { systemCode, operation, path };
  return diskFullCodes.has(systemCode)
    ? new DiskFullError(failure, cause)
    : new StorageError(failure, cause);
}

/** The system's code, such as `ENOENT`, of a failed system call; `undefined` of anything else. */
export function systemCodeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('syscall' in cause) || !('code' in cause)) return undefined;
  const { code } = cause;
  if (typeof code !== 'string') return undefined;
  return 'errno' in cause ? (codesMissingInNode.get(Number(cause.errno)) ?? code) : code;
}

// Node has no name for a full quota: its code is then "Unknown system error -122".
const codesMissingInNode: ReadonlyMap<number, string> = new Map([
  [-constants.errno.EDQUOT, 'EDQUOT'],
]);
