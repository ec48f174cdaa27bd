import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly type: 'help' }
  | {
      readonly type: 'run';
      /** The log to read; `undefined` is the one beside the example. */
      readonly file: string | undefined;
      /** Where to keep the store; `undefined` is a new temporary directory. */
      readonly directory: string | undefined;
    };

/** A command line that asks for nothing we can do. */
export class UsageError extends Error {
  override get name(): string {
    return 'UsageError';
  }
}

/** How the example is called. */
export const usage = `usage: npm start -- [FILE] [--dir PATH]

Runs the event log of a help desk through the statechart of a ticket. What the chart
accepts is stored, what it refuses is listed; then the store is verified, closed, opened
again and compared.

  FILE        a log as NDJSON, plain or packed with gzip; each line holds case, activity,
              time, resource and attributes (default: the log that the example ships)
  --dir PATH  keep the store in this directory, which must be empty or absent
              (default: a new temporary directory)
  -h, --help  show this

Exit codes: 0 all is well; 1 the store is not what it should be, or a failure;
2 a wrong call or a bad line, and what was read before it is kept.
`;

/**
 * Understands the arguments after the program's name.
 *
 * @throws {UsageError} when they make no sense
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help === true) return { type: 'help' };
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one FILE can be read, not ${positionals.length}`);
  if (file === '') throw new UsageError('FILE is empty');
  if (values.dir === '') throw new UsageError('--dir needs a PATH');
  return { type: 'run', file, directory: values.dir };
}

/**
 * Checks that a store can be made in this directory without mixing it with anything.
 *
 * @throws {UsageError} when it holds something, isn't a directory, or can't be looked at
 */
export function checkStoreDirectory(path: string): void {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw new UsageError(`--dir ${path} is not a directory`);
    throw new UsageError(`--dir ${path} can't be read (${code})`);
  }
  if (names.length > 0) {
    throw new UsageError(`--dir ${path} is not empty; give one that is empty or doesn't exist`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { dir: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${problem}\n\n${usage}`);
  }
}
