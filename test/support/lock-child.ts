/**
 * A process of its own that takes and gives up the lock of the directory named on its command
 * line, as its parent asks. Started by test/crash/directory-lock.test.ts.
 */
import { StoreLockedError } from '../../src/model/errors/lifecycle-errors.ts';
import { acquireDirectoryLock, type DirectoryLock } from '../../src/platform/directory-lock.ts';
import { nodePlatform } from '../../src/platform/node-platform.ts';
import type { LockAnswer, LockRequest } from './lock-process.ts';

const directory = process.argv[2] ?? '';
let lock: DirectoryLock | undefined;

process.on('message', (request: LockRequest) => process.send?.(answer(request)));
process.send?.({ type: 'ready' } satisfies LockAnswer);

function answer(request: LockRequest): LockAnswer {
  if (request.type === 'release') {
    lock?.release();
    return { type: 'released' };
  }
  // Both takers of a race wait for the same moment, busily, to come as close as they can.
  while (Date.now() < request.atMs);
  try {
    lock = acquireDirectoryLock(directory, nodePlatform());
    return { type: 'acquired', holder: lock.holder };
  } catch (failure) {
    if (failure instanceof StoreLockedError) return { type: 'locked', holder: failure.holder };
    throw failure;
  }
}
