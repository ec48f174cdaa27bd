/**
 * Runs the small examples one after the other, or those that are named. Ends with 1 when one of
 * them does.
 *
 * npm run example [NAME …]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

const folder = join(root, 'examples');
/** It has a command of its own, `npm start`. */
const helpdesk = 'helpdesk';

function main(names: readonly string[]): number {
  const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')));
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`no such example: ${unknown.join(', ')}. There are ${all.join(', ')}`);
    return 2;
  }
  const wanted = names.length === 0 ? all.filter((name) => name !== helpdesk) : names;
  const failed = wanted.filter((name) => !succeeds(name));
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

function succeeds(name: string): boolean {
  console.log(`== ${name}`);
  const tsx = join(root, 'node_modules/.bin/tsx');
  const program = ['--conditions=batpak-source', join('examples', name, 'main.ts')];
  const { status, error } = spawnSync(tsx, program, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status === 0;
}

process.exitCode = main(process.argv.slice(2));
