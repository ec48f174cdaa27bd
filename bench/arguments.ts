import { parseArgs } from 'node:util';

/** Which optional back end of the library a run uses: none, or lmdb for projection caches. */
export type Surface = 'neutral' | 'lmdb';

/** What the command line asks for. */
export interface BenchArguments {
  readonly quick: boolean;
  /** Groups to run; empty for all. */
  readonly only: readonly string[];
  readonly json: boolean;
  readonly save: boolean;
  readonly compare: boolean;
  readonly surface: Surface;
  readonly rounds: number;
  readonly help: boolean;
}

/** How to call the program. */
export const usage = `npm run bench -- [options]

  --quick               a fifth of the events and three rounds: some four minutes
  --only <a,b>          only these groups; bitflip runs only when it is named
  --rounds <n>          measured rounds, 1 to 100 (5; quick: 3); one more warms up
  --surface <name>      neutral; lmdb is refused, see docs/benchmarks.md
  --built               the library as npm run build made it, instead of its sources
  --json                a line of JSON per measure on the output, the rest on the error output
  --save                make this run the baseline of its surface and platform (a full run only)
  --compare             show each measure beside the baseline`;

/** A command line that makes no sense. The message says why. */
export class UsageError extends Error {}

/** Reads the command line. @throws {UsageError} when it makes no sense */
export function readArguments(words: readonly string[], groups: readonly string[]): BenchArguments {
  const values = parse(words);
  const quick = values.quick ?? false;
  const only = (values.only ?? '').split(',').filter((name) => name !== '');
  const unknown = only.filter((name) => !groups.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(`no group ${unknown.join(', ')}; there are ${groups.join(', ')}`);
  }
  if (values.save === true && (quick || only.length > 0)) {
    throw new UsageError('--save takes a full run: neither --quick nor --only');
  }
  return {
    quick,
    only,
    json: values.json ?? false,
    save: values.save ?? false,
    compare: values.compare ?? false,
    surface: surfaceOf(values.surface ?? 'neutral'),
    rounds: roundsOf(values.rounds, quick),
    help: values.help ?? false,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string' },
        rounds: { type: 'string' },
        surface: { type: 'string' },
        json: { type: 'boolean' },
        save: { type: 'boolean' },
        compare: { type: 'boolean' },
        built: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}

function surfaceOf(text: string): Surface {
  if (text === 'neutral') return text;
  // Writing never touches a cache: all figures but one would be the same under another name.
  if (text === 'lmdb') {
    throw new UsageError(
      '--surface lmdb: only the group project touches LMDB, and always shows it',
    );
  }
  throw new UsageError(`--surface must be neutral or lmdb, got ${text}`);
}

function roundsOf(text: string | undefined, quick: boolean): number {
  if (text === undefined) return quick ? 3 : 5;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 100) return rounds;
  throw new UsageError(`--rounds must be an integer 1..100, got ${text}`);
}
