import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A program that ended with something other than 0, and everything it printed. */
export class CommandFailed extends Error {
  readonly output: string;

  constructor(command: string, status: number | string, output: string) {
    super(`'${command}' ended with ${status}`);
    this.output = output;
  }

  override get name(): string {
    return 'CommandFailed';
  }
}

/**
 * Runs a program to its end and returns what it printed to standard output. The tools of
 * `node_modules/.bin` come first, so that no package runner has to start beside them.
 *
 * @throws {CommandFailed} when it can't be started or ends with another status than 0.
 */
export function run(command: string, parameters: readonly string[], cwd = root): string {
  const line = [command, ...parameters].join(' ');
  const result = spawnSync(command, parameters, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env['PATH'] ?? ''}` },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) throw new CommandFailed(line, result.error.message, '');
  if (result.status === 0) return result.stdout;
  const status = result.status ?? result.signal ?? 'no status';
  throw new CommandFailed(line, status, `${result.stdout}${result.stderr}`);
}
