import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreLockedError } from '../../src/model/errors/lifecycle-errors.ts';
import { acquireDirectoryLock, type DirectoryLock } from '../../src/platform/directory-lock.ts';
import { nodePlatform } from '../../src/platform/node-platform.ts';
import { failureOf } from '../support/files-under-test.ts';
import { LockProcess } from '../support/lock-process.ts';

describe('the lock of a directory between real processes', () => {
  let directory = '';
  const processes: LockProcess[] = [];

  const start = async (): Promise<LockProcess> => {
    const started = await LockProcess.start(directory);
    processes.push(started);
    return started;
  };
  const acquireHere = (): DirectoryLock => acquireDirectoryLock(directory, nodePlatform());

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'batpak-lock-'));
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((started) => started.kill()));
    rmSync(directory, { recursive: true });
  });

  it('is refused while its holder lives, who is named, and free once that is killed', async () => {
    const holder = await start();
    const answer = await holder.acquire();
    expect(answer).toMatchObject({ type: 'acquired', holder: { pid: holder.pid } });

    const failure = failureOf(acquireHere);
    expect(failure).toBeInstanceOf(StoreLockedError);
    expect(failure).toMatchObject({ holder: answer.type === 'acquired' ? answer.holder : {} });

    await holder.kill();
    expect(readdirSync(directory)).toEqual(['LOCK']);
    const lock = acquireHere();
    lock.verify();
    expect(lock.holder.pid).toBe(process.pid);
    lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused to another process while this one holds it, and free afterwards', async () => {
    const other = await start();
    const lock = acquireHere();
    expect(await other.acquire()).toEqual({ type: 'locked', holder: lock.holder });
    lock.release();
    expect(await other.acquire()).toMatchObject({ type: 'acquired' });
    expect(failureOf(acquireHere)).toBeInstanceOf(StoreLockedError);
    await other.release();
    acquireHere().release();
  });

  it('goes to exactly one of two that race to take over a stale lock', async () => {
    const takers = await Promise.all([start(), start()]);
    for (let round = 0; round < 20; round += 1) {
      leaveStaleLock(directory);
      const atMs = Date.now() + 10;
      const answers = await Promise.all(takers.map((taker) => taker.acquire(atMs)));
      const winner = answers.findIndex(({ type }) => type === 'acquired');
      const loser = 1 - winner;
      expect(answers[winner]).toMatchObject({ type: 'acquired' });
      expect(answers[loser]).toMatchObject({
        type: 'locked',
        holder: { pid: takers[winner]?.pid },
      });
      expect(readdirSync(directory)).toEqual(['LOCK']);
      await takers[winner]?.release();
    }
  });
});

/** Leaves the lock of a process behind that has long ended. */
function leaveStaleLock(directory: string): void {
  const platform = nodePlatform();
  const ended = { ...platform.process, pid: 2 ** 22 + 1, startTime: '1' };
  acquireDirectoryLock(directory, { ...platform, process: ended });
}
