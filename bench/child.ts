import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
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
  const { status, stdout, error } = spawnSync(process.execPath, wordsOf(program, words), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) throw error;
  return { output: stdout, ended: status === 0 };
}

/** How a program that was watched has ended. */
export type WatchedEnd = 'ended' | 'crashed' | 'silent';

/**
 * Runs a program of this folder and hands on each line that it writes. It is killed when no line
 * has come for so long. What it says on its error output is dropped.
 */
export function watchChild(
  program: string,
  words: readonly string[],
  silentMs: number,
  onLine: (line: string) => void,
): Promise<WatchedEnd> {
  const child = spawn(process.execPath, wordsOf(program, words), {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let silent = false;
  const kill = (): void => {
    silent = true;
    child.kill('SIGKILL');
  };
  let timer = setTimeout(kill, silentMs);
  createInterface({ input: child.stdout }).on('line', (line) => {
    clearTimeout(timer);
    timer = setTimeout(kill, silentMs);
    onLine(line);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve(silent ? 'silent' : status === 0 ? 'ended' : 'crashed');
    });
  });
}

function wordsOf(program: string, words: readonly string[]): string[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return [...process.execArgv, path, ...words, ...(built ? ['--built'] : [])];
}
