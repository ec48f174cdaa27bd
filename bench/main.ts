import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { aggregatesGroup } from './aggregates.ts';
import { appendGroup } from './append.ts';
import { type BenchArguments, readArguments, UsageError, usage } from './arguments.ts';
import { baselinePath, compareWithBaseline, saveBaseline } from './baseline.ts';
import { batchGroup } from './batch.ts';
import { flipBits, formatFlips } from './bitflip.ts';
import { causesGroup } from './causes.ts';
import { cursorGroup } from './cursor.ts';
import { durableGroup } from './durable.ts';
import { durable64Group } from './durable64.ts';
import { describeEnvironment, readEnvironment } from './environment.ts';
import { findEventStorage, type OpenEventStorage } from './event-storage-peer.ts';
import { type Result, runGroup } from './harness.ts';
import { inspectGroup } from './inspect.ts';
import { largeGroup } from './large.ts';
import { floorGroup } from './limit.ts';
import { findLmdb, type OpenLmdb } from './lmdb-peer.ts';
import { consumedTotal, type Group } from './measure.ts';
import { pausesGroup } from './pauses.ts';
import { projectGroup } from './project.ts';
import { queryGroup } from './query.ts';
import { readGroup } from './read.ts';
import { rebuildGroup } from './rebuild.ts';
import { reopenGroup } from './reopen.ts';
import { replayGroup } from './replay.ts';
import { formatJson, formatTable } from './report.ts';
import { sizeGroup } from './size.ts';
import { findSqlite, type OpenSqlite } from './sqlite-peer.ts';
import { submitGroup } from './submit.ts';
import { subscribersGroup } from './subscribers.ts';
import { viewsGroup } from './views.ts';
import { fullWorkload, quickWorkload, type Workload } from './workload.ts';

type MakeGroup = (
  workload: Workload,
  sqlite: OpenSqlite | undefined,
  lmdb: OpenLmdb | undefined,
  eventStorage: OpenEventStorage | undefined,
) => Group;

const makers: Readonly<Record<string, MakeGroup>> = {
  floor: floorGroup,
  append: appendGroup,
  batch: batchGroup,
  submit: submitGroup,
  durable: durableGroup,
  durable64: durable64Group,
  pauses: pausesGroup,
  inspect: inspectGroup,
  read: readGroup,
  query: queryGroup,
  views: viewsGroup,
  cursor: cursorGroup,
  subscribers: subscribersGroup,
  size: sizeGroup,
  reopen: reopenGroup,
  large: largeGroup,
  replay: replayGroup,
  aggregates: aggregatesGroup,
  project: projectGroup,
  rebuild: rebuildGroup,
  causes: causesGroup,
};

/** Counts instead of times, in a table of its own: only when it is asked for by its name. */
const flipName = 'bitflip';

if (needsCollector()) {
  process.exitCode = runAgainWithCollector();
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  try {
    const asked = readArguments(process.argv.slice(2), [...Object.keys(makers), flipName]);
    if (asked.help) console.log(usage);
    else await bench(asked);
    return 0;
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    console.error(`${cause.message}\n\n${usage}`);
    return 2;
  }
}

async function bench(asked: BenchArguments): Promise<void> {
  // With --json the output is for programs alone; people read the error output.
  const say = asked.json ? console.error : console.log;
  const environment = readEnvironment();
  const workload = asked.quick ? quickWorkload : fullWorkload;
  say(describeEnvironment(environment).join('\n'));
  say(
    `${workload.events.toLocaleString('en-US')} events, ${asked.rounds} rounds, ${asked.surface}`,
  );
  const sqlite = await findSqlite();
  if (sqlite === undefined) say('No better-sqlite3: run npm ci in bench/ to see the peer too');
  const lmdb = await findLmdb();
  const eventStorage = await findEventStorage();
  if (lmdb === undefined) say('No lmdb: run npm ci in bench/ to see it as a peer of reading');

  const results: Result[] = [];
  for (const [name, make] of Object.entries(makers)) {
    if (asked.only.length > 0 && !asked.only.includes(name)) continue;
    const found = await runGroup(
      make(workload, sqlite, lmdb, eventStorage),
      asked.rounds,
      showProgress,
    );
    if (asked.json) for (const result of found) console.log(formatJson(result));
    results.push(...found);
  }
  if (asked.only.includes(flipName)) await runFlips(asked);
  if (!asked.json && results.length > 0) say(`\n${formatTable(results)}`);
  const path = baselinePath(asked.surface, environment);
  if (asked.compare) say(`\n${compareWithBaseline(path, environment, workload.events, results)}`);
  if (asked.save) {
    saveBaseline(path, environment, workload.events, results);
    say(`\nSaved ${relative('.', path)}`);
  }
  say(`(sum of what was consumed: ${consumedTotal()})`);
}

async function runFlips({ json, quick }: BenchArguments): Promise<void> {
  const rows = await flipBits(
    quick,
    (row) => {
      if (json) console.log(JSON.stringify(row));
    },
    showProgress,
  );
  showProgress('');
  if (!json) console.log(`\n${formatFlips(rows)}`);
}

/** One line on a terminal that is written over again and again; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function needsCollector(): boolean {
  return globalThis.gc === undefined && !process.execArgv.includes('--expose-gc');
}

/** The collector is exposed only to a process that was started so. */
function runAgainWithCollector(): number {
  const words = [...process.execArgv, '--expose-gc', ...process.argv.slice(1)];
  const { status, error } = spawnSync(process.execPath, words, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}
