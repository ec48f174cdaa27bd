import { assert } from '../model/assert.ts';
import type { LockHolder } from '../model/errors/lifecycle-errors.ts';
import type { FileHandle, Files } from '../model/files.ts';
import { systemCodeOf } from './system-error.ts';

/** What a path that should be a lock file turns out to be. */
export type LockFileContent = LockHolder | 'missing' | 'unreadable';

// Five times what a holder with the longest of host names takes.
const lockBytesMax = 4096;

/** Makes a new file that names the holder, and syncs its content. Throws what the files throw. */
export function writeLockFile(files: Files, path: string, holder: LockHolder): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(holder)}\n`);
  const handle = files.open(path, 'create');
  try {
    let done = 0;
    while (done < bytes.length) {
      const count = handle.write(bytes, done, bytes.length - done, done);
      assert(count > 0, 'a write that succeeds gets further', { path, done });
      done += count;
    }
    handle.sync();
  } finally {
    handle.close();
  }
}

/**
 * Reads who holds a lock. What isn't a lock file, or belongs to somebody who lets nobody read it,
 * is `unreadable`; other failures are thrown as the files throw them.
 */
export function readLockFile(files: Files, path: string): LockFileContent {
  const status = files.stat(path);
  if (status === undefined) return 'missing';
  // A link is not followed: what is behind it was not put there by this library.
  if (status.type !== 'file' || status.sizeBytes > lockBytesMax) return 'unreadable';
  let handle: FileHandle;
  try {
    handle = files.open(path, 'read');
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === 'ENOENT') return 'missing';
    if (code === 'EACCES' || code === 'EPERM') return 'unreadable';
    throw cause;
  }
  try {
    const bytes = new Uint8Array(lockBytesMax);
    const count = handle.read(bytes, 0, lockBytesMax, 0);
    return parseLockHolder(new TextDecoder().decode(bytes.subarray(0, count))) ?? 'unreadable';
  } finally {
    handle.close();
  }
}

/** The holder that the text of a lock file names; `undefined` when it isn't such a text. */
export function parseLockHolder(text: string): LockHolder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const pid = fields.get('pid');
  const startTime = fields.get('startTime');
  const bootId = fields.get('bootId');
  const pidNamespace = fields.get('pidNamespace');
  const hostname = fields.get('hostname');
  const nonce = fields.get('nonce');
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  if (typeof startTime !== 'string' || typeof bootId !== 'string') return undefined;
  if (typeof pidNamespace !== 'string' || typeof hostname !== 'string') return undefined;
  // The nonce becomes part of a path: nothing but what formatNonce gives may pass.
  if (typeof nonce !== 'string' || !/^[0-9a-f]{32}$/.test(nonce)) return undefined;
  return { pid, startTime, bootId, pidNamespace, hostname, nonce };
}

/** 16 random bytes as the nonce of a lock. */
export function formatNonce(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
