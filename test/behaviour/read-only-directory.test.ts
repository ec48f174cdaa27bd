import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openStore } from 'batpak';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendSome } from '../support/store-host.ts';

// The user that owns nothing; for root every directory can be written.
const nobody = 65_534;
const root = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

/** Whether everybody may enter the folder and all above it: another user must read the sources. */
function isOpenToAll(folder: string): boolean {
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}

// Run by root in a private folder it is skipped: nobody else can run the sources there.
describe.skipIf(isRoot && !isOpenToAll(root))('a real directory that can only be read', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'batpak-read-only-'));
  });

  afterEach(() => {
    chmodSync(directory, 0o755);
    rmSync(directory, { recursive: true });
  });

  /** What a process that may not write there reads. */
  function readThere(dataDir: string): unknown {
    const module = join(root, 'src/store/read/open-read-only.ts');
    const script = `
      import { openReadOnly } from ${JSON.stringify(module)};
      try {
        const store = openReadOnly({ dataDir: ${JSON.stringify(dataDir)} });
        const { events, rebuilt } = store.refresh();
        const { ok } = store.verify();
        const payload = store.at(store.eventCount - 1).payload;
        const count = store.eventCount;
        store.close();
        console.log(JSON.stringify({ count, payload, events, rebuilt, ok }));
      } catch ({ code, systemCode, path }) {
        console.log(JSON.stringify({ code, systemCode, path }));
      }
    `;
    const parameters = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, parameters, {
      cwd: root,
      encoding: 'utf8',
      ...(isRoot ? { uid: nobody } : {}),
    });
    return JSON.parse(output);
  }

  it('is read as any other, beside the process that writes it', () => {
    const store = openStore({ dataDir: directory, segmentMaxBytes: 900 });
    appendSome(store, 12);
    for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o444);
    chmodSync(directory, 0o555);
    const before = contentOf(directory);
    const answer = { count: 12, payload: { index: 11 }, events: 0, rebuilt: false, ok: true };
    expect(readThere(directory)).toEqual(answer);
    expect(contentOf(directory)).toEqual(before);
    chmodSync(directory, 0o755);
    store.close();
  }, 30_000);

  it('is told with its path when it can not even be read', () => {
    chmodSync(directory, 0o311);
    expect(readThere(directory)).toEqual({
      code: 'BATPAK_STORAGE',
      systemCode: 'EACCES',
      path: directory,
    });
  }, 30_000);

  it('is told with its path when it is not there', () => {
    chmodSync(directory, 0o755);
    const path = join(directory, 'none');
    expect(readThere(path)).toEqual({ code: 'BATPAK_STORAGE', systemCode: 'ENOENT', path });
    expect(readdirSync(directory)).toEqual([]);
  }, 30_000);
});

function contentOf(directory: string): Record<string, string> {
  const names = readdirSync(directory).sort();
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(directory, name)).toString('hex')]),
  );
}
