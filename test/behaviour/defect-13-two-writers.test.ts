import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, StoreLockedError } from 'batpak';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const directories: string[] = [];

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-two-writers-'));
  directories.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

describe('two writers of one directory', () => {
  it('are not there: the second is told who the first is, and nothing is written', () => {
    const host = new StoreHost();
    const first = host.open();
    first.append('order:1', someKind, 'first');
    const before = host.content();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const thrown = thrownBy(() => host.open());
      expect(thrown).toBeInstanceOf(StoreLockedError);
      expect(thrown).toMatchObject({ path: '/store', holder: { pid: 1 }, retryable: true });
    }
    expect(host.content()).toEqual(before);
    expect(first.append('order:1', someKind, 'goes on').sequence).toBe(1);
    first.close();
    const second = host.open();
    expect(second.append('order:1', someKind, 'second')).toMatchObject({ sequence: 2, clock: 2 });
  });

  it('are not there in one process on a real disk, by whatever name', () => {
    const directory = newDirectory();
    const dataDir = join(directory, 'store');
    const first = openStore({ dataDir });
    first.append('order:1', someKind, 'first');
    symlinkSync(dataDir, join(directory, 'alias'));
    for (const name of [dataDir, `${dataDir}/`, join(directory, '.', 'alias')]) {
      expect(thrownBy(() => openStore({ dataDir: name }))).toMatchObject({
        code: 'BATPAK_STORE_LOCKED',
        holder: { pid: process.pid },
      });
    }
    first.close();
    const second = openStore({ dataDir });
    expect(second.append('order:1', someKind, 'second').sequence).toBe(1);
    second.close();
  });

  it('never both give a sequence that is durable, even if one takes the lock by force', () => {
    const host = new StoreHost();
    const first = host.open({ sync: { everyNEvents: 1 } });
    const kept = first.append('order:1', someKind, 'first');
    const second = host.open({ lock: 'force', sync: { everyNEvents: 1 } });
    const taken = second.append('order:1', someKind, 'second');
    expect(taken.sequence).toBe(1);
    const thrown = thrownBy(() => first.append('order:1', someKind, 'overtaken'));
    expect(thrown).toBeInstanceOf(StoreLockedError);
    expect(thrownBy(() => first.append('order:1', someKind, 'overtaken'))).toMatchObject({
      code: 'BATPAK_WRITER_DEAD',
    });
    expect(first.durableThrough()).toBe(0);
    second.close();
    const again = host.open();
    expect([again.at(0)?.eventId, again.at(1)?.eventId]).toEqual([kept.eventId, taken.eventId]);
    expect(again.verify()).toMatchObject({ ok: true, events: 2 });
  });

  it('are allowed one after the other when the first process is gone without a word', () => {
    const host = new StoreHost();
    host.open().append('order:1', someKind, 'first', { durable: true });
    const next = host.killed();
    const second = next.open();
    expect(second.append('order:1', someKind, 'second').sequence).toBe(1);
    expect(thrownBy(() => next.open())).toBeInstanceOf(StoreLockedError);
  });
});
