import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { built } from './library.ts';

/** How a program of this folder ended that ran in a process of its own. */
export interface ChildEnd {
  /** What it wrote to its output. Its errors went where ours go. */
  readonly output: string;
  /** Whether it ended by itself and had nothing to complain about. */
  readonly ended: boolean;
}

/** Runs a program of this folder in a process of its own, on the same form of the library. */
export function runChild(program: string, words: readonly string[]): ChildEnd {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const form = built ? ['--built'] : [];
  const { status, stdout, error } = spawnSync(
    process.execPath,
    [...process.execArgv, path, ...words, ...form],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (error !== undefined) throw error;
  return { output: stdout, ended: status === 0 };
}
