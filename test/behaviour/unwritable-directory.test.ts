import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

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
describe.skipIf(isRoot && !isOpenToAll(root))('a real directory that can not be written', () => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'batpak-unwritable-'));
    chmodSync(directory, 0o555);
  });

  afterEach(() => {
    chmodSync(directory, 0o755);
    rmSync(directory, { recursive: true });
  });

  /** What opening a store there throws, in a process that is not root. */
  function failureOf(dataDir: string): unknown {
    const script = `
      import { openStore } from ${JSON.stringify(join(root, 'src/index.ts'))};
      try {
        openStore({ dataDir: ${JSON.stringify(dataDir)} });
      } catch ({ code, systemCode, path }) {
        console.log(JSON.stringify({ code, systemCode, path }));
      }
    `;
    const parameters = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const user = isRoot ? { uid: nobody } : {};
    const output = execFileSync(process.execPath, parameters, {
      cwd: root,
      encoding: 'utf8',
      ...user,
    });
    return JSON.parse(output);
  }

  it('is told with its path when a store is opened in it, and nothing is left there', () => {
    const failure = { code: 'BATPAK_STORAGE', systemCode: 'EACCES' };
    expect(failureOf(directory)).toMatchObject(failure);
    expect(failureOf(directory)).toMatchObject({ path: expect.stringContaining(directory) });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is told when the directory of a new store can not be made in it', () => {
    expect(failureOf(join(directory, 'store'))).toEqual({
      code: 'BATPAK_STORAGE',
      systemCode: 'EACCES',
      path: join(directory, 'store'),
    });
  });
});
