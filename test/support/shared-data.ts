import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = resolve(root, process.env['BATPAK_TEST_DATA'] ?? '../shared');
const told = new Set<string>();

/**
 * Path of a file that the tests share but the project doesn't ship, or `undefined` when it isn't
 * there; then the reason is printed once, so that a skipped test never looks like a passed one.
 *
 * ```ts
 * const log = sharedData('data/helpdesk.ndjson.gz');
 * describe.skipIf(log === undefined)('the real log', () => { … });
 * ```
 *
 * @throws Error when the folder is there, the file is not, and `CI` is set: a machine that has the
 * data must not pass by skipping.
 */
export function sharedData(relativePath: string): string | undefined {
  const path = join(folder, relativePath);
  if (existsSync(path)) return path;
  const reason = missingSharedData(relativePath);
  if (existsSync(folder) && process.env['CI'] !== undefined) throw new Error(reason);
  if (!told.has(relativePath)) {
    told.add(relativePath);
    process.stderr.write(`skipped: ${reason}\n`);
  }
  return undefined;
}

/** Why tests of that file are skipped, and what to do about it. */
export function missingSharedData(relativePath: string): string {
  return `${relativePath} is not in ${folder}; set BATPAK_TEST_DATA to the folder that has it`;
}
