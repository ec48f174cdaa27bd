import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

// The benchmarks compare with packages that nothing else needs; they are installed on first use.
const bench = join(root, 'bench');

function start(command: string, parameters: readonly string[], cwd: string): number {
  const result = spawnSync(command, parameters, { cwd, stdio: 'inherit' });
  if (result.error !== undefined) throw result.error;
  return result.status ?? 1;
}

function main(parameters: readonly string[]): number {
  if (!existsSync(join(bench, 'node_modules'))) {
    const status = start('npm', ['ci', '--no-audit', '--no-fund'], bench);
    if (status !== 0) return status;
  }
  const tsx = join(root, 'node_modules/.bin/tsx');
  return start(tsx, ['--conditions=batpak-source', 'bench/main.ts', ...parameters], root);
}

process.exitCode = main(process.argv.slice(2));
