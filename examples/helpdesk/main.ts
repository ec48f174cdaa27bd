/**
 * The help desk: `npm start`, or `npm start -- FILE --dir PATH`. See `usage` in `command-line.ts`.
 */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkStoreDirectory, parseCommand, UsageError, usage } from './command-line.ts';
import type { BadLineError } from './log-line.ts';
import { ProgressBar } from './progress.ts';
import { type Log, openLog } from './read-log.ts';

const exitCodes = { fine: 0, failed: 1, refused: 2 } as const;

const shippedLog = fileURLToPath(new URL('./log.ndjson', import.meta.url));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever was reading the report has seen enough: `npm start | head`.
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.fine);
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(args);
    if (command.type === 'help') {
      process.stdout.write(usage);
      return exitCodes.fine;
    }
    const { file = shippedLog, directory } = command;
    if (directory !== undefined) checkStoreDirectory(directory);
    const log = await openReadable(file);
    return await run(log, directory ?? mkdtempSync(join(tmpdir(), 'batpak-helpdesk-')));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      return exitCodes.refused;
    }
    // What has a code, such as a full disk, is no mistake of this program: its message will do.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${error.name}: ${error.message}\n`);
    return exitCodes.failed;
  }
}

async function run(log: Log, dataDir: string): Promise<number> {
  print(`Log       ${shorten(log.path)}`);
  print(`Store     ${shorten(dataDir)}`);
  // Loaded only now, so that the first lines don't wait for it.
  const { describePhase } = await import('./report.ts');
  const { runHelpdesk } = await import('./run.ts');
  const progress = new ProgressBar(process.stderr, log);
  const onLine = (lines: number): void => progress.update(lines);
  let isSound = true;
  let badLine: BadLineError | undefined;
  try {
    for await (const phase of runHelpdesk({ lines: log.lines, dataDir, onLine })) {
      progress.clear();
      print(describePhase(phase));
      if (phase.phase === 'taken in') badLine = phase.intake.badLine;
      if (phase.phase === 'verified' && !phase.ok) isSound = false;
      if (phase.phase === 'reopened' && phase.different.length > 0) isSound = false;
    }
  } finally {
    progress.clear();
  }
  if (badLine !== undefined) {
    process.stderr.write(
      `\nStopped at ${badLine.message}\nThe lines before it are kept in ${shorten(dataDir)}\n`,
    );
    return exitCodes.refused;
  }
  await drawChart();
  return isSound ? exitCodes.fine : exitCodes.failed;
}

async function drawChart(): Promise<void> {
  const { chartPath, writeChart } = await import('./chart.ts');
  print(`Chart     ${shorten(fileURLToPath(chartPath))} (${writeChart()})`);
}

async function openReadable(file: string): Promise<Log> {
  try {
    return await openLog(file);
  } catch (error) {
    throw new UsageError(`can't read the log: ${error instanceof Error ? error.message : error}`);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The path as seen from here, when it lies below. */
function shorten(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
