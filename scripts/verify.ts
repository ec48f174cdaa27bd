import { CommandFailed, run } from './run.ts';

const source = '--conditions=batpak-source';

/** Everything but the tests that must hold before a change is done, quickest first. */
const steps: readonly (readonly [name: string, command: string, parameters: string[]])[] = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['charts', 'tsx', [source, 'scripts/charts.ts', '--check']],
  ['reference', 'tsx', ['node_modules/typedoc/bin/typedoc']],
  ['package', 'tsx', ['scripts/check-package.ts']],
];

function verify(): boolean {
  for (const [name, command, parameters] of steps) {
    const start = performance.now();
    const took = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    try {
      run(command, parameters);
      console.log(`ok      ${name.padEnd(16)} ${took()}`);
    } catch (cause) {
      if (!(cause instanceof CommandFailed)) throw cause;
      console.log(`FAILED  ${name.padEnd(16)} ${took()}`);
      console.error(`${cause.message}\n${cause.output}`);
      return false;
    }
  }
  return true;
}

if (!verify()) process.exitCode = 1;
