import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from 'batpak';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chartPath, chartText } from '../../examples/helpdesk/chart.ts';
import { usage } from '../../examples/helpdesk/command-line.ts';
import type { Intake } from '../../examples/helpdesk/intake.ts';
import { generateLog } from '../../examples/helpdesk/log-generator.ts';
import { openLog } from '../../examples/helpdesk/read-log.ts';
import { describePhase } from '../../examples/helpdesk/report.ts';
import { type Phase, runHelpdesk } from '../../examples/helpdesk/run.ts';
import { sharedData } from '../support/shared-data.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shippedLog = join(root, 'examples/helpdesk/log.ndjson');
const realLog = sharedData('data/helpdesk.ndjson.gz');

let directory: string;
let dataDir: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'batpak-test-helpdesk-'));
  dataDir = join(directory, 'store');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

// First in this file: the command, called further below, would write a stale chart anew.
describe('the chart beside the example', () => {
  it('is what the machine looks like', () => {
    expect(readFileSync(chartPath, 'utf8')).toBe(chartText());
  });
});

describe('the shipped log', () => {
  let shipped: HelpdeskRun;
  beforeAll(async () => {
    shipped = await run(shippedLog);
  });

  it('is what the generator makes of seed 7, and small', () => {
    expect(readFileSync(shippedLog, 'utf8')).toBe(generateLog({ seed: 7 }));
    expect(statSync(shippedLog).size).toBeLessThanOrEqual(300 * 1000);
  });

  it('is accepted or refused line by line', () => {
    const { intake } = shipped;
    expect(intake.lines).toBe(readFileSync(shippedLog, 'utf8').split('\n').length - 1);
    expectEveryLineCounted(intake);
    expect(new Set(intake.refusals.map(({ reason }) => reason))).toEqual(
      new Set(['unhandled', 'guard', 'forbidden']),
    );
  });

  it('is verified, reopened and found the same', () => {
    const { intake, verified, reopened } = shipped;
    expect(verified).toMatchObject({ ok: true, events: intake.accepted, entities: 300 });
    expect(reopened).toMatchObject({ tickets: 300, different: [] });
  });

  it('is told of in words that hold the figures', () => {
    const { all, intake } = shipped;
    const report = all.map(describePhase).join('\n');
    expect(report).toContain('1,547 lines, 300 tickets');
    expect(report).toContain(`Accepted  ${intake.accepted.toLocaleString('en')} (`);
    for (const { event } of intake.refusals) expect(report).toContain(` ${event} `);
    expect(report).toContain('all 300 tickets are in the state they were in before');
  });
});

describe('a log with an activity that is not of a ticket', () => {
  it('is refused there and nowhere else', async () => {
    const [line = ''] = readFileSync(shippedLog, 'utf8').split('\n');
    const strange = line.replace(/"activity":"[^"]*"/, '"activity":"Sing"');
    const { intake } = await run(write('log', `${line}\n${strange}\n`));
    expect(intake.accepted).toBe(1);
    expect(intake.refusals).toMatchObject([
      { event: 'Sing', reason: 'unknown activity', lines: 1, first: { line: 2 } },
    ]);
  });
});

describe('a report of a store that is not what it should be', () => {
  it('says so', () => {
    const broken = describePhase({
      phase: 'verified',
      ok: false,
      events: 7,
      entities: 2,
      errors: ['LINK: event 3 does not link'],
      elapsedMs: 1,
    });
    expect(broken).toMatch(/BROKEN {4}7 events .* errors found 1 /);
    expect(broken).toContain('LINK: event 3 does not link');
    const different = describePhase({
      phase: 'reopened',
      openMs: 1,
      replayMs: 1,
      tickets: 3,
      events: 7,
      different: ['T-2'],
    });
    expect(different).toContain('DIFFERENT 1 of 3 tickets: T-2');
  });
});

describe.skipIf(realLog === undefined)('the real log', () => {
  let real: HelpdeskRun;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'batpak-test-helpdesk-'));
    real = await run(realLog ?? '', directory);
  }, 120_000);
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('is accepted or refused line by line', () => {
    const { intake } = real;
    expect(intake.lines).toBe(21_348);
    expect(intake.accepted).toBe(21_042);
    expect(intake.eventsOfTicket.size).toBe(4_580);
    expectEveryLineCounted(intake);
  });

  it('is refused only where something is wrong', () => {
    expect(countByEvent(real.intake)).toEqual({
      'resolved: guard isNotDoubleEntry': 214,
      'hold.placed: guard isNotDoubleEntry': 34,
      'seriousness.assigned: guard isNotDoubleEntry': 31,
      'closed: unhandled': 14,
      'anomaly.resolved: unhandled': 5,
      'upgrade.required: guard isNotDoubleEntry': 3,
      'charge.taken: guard isNotDoubleEntry': 2,
      'anomaly.created: guard isNotDoubleEntry': 2,
      'charge.taken: guard isWithinReopeningPeriod': 1,
    });
  });

  it('is verified, reopened and found the same', () => {
    const { verified, reopened } = real;
    expect(verified).toMatchObject({ ok: true, events: 21_042, entities: 4_580, errors: [] });
    expect(reopened).toMatchObject({ tickets: 4_580, events: 21_042, different: [] });
  });

  it('is clean when it is verified once more after reopening', () => {
    const report = verifyAgain(directory);
    expect(report).toMatchObject({ ok: true, events: 21_042, entities: 4_580, errors: [] });
  });
});

describe('the command', () => {
  it('shows the report of the shipped log, and keeps its store in a new directory', () => {
    const { status, stdout, stderr } = start();
    dataDir = /^Store +(.+)$/m.exec(stdout)?.[1] ?? '';
    expect(stderr).toBe('');
    expect(stdout).toContain('all 300 tickets are in the state they were in before');
    expect(status).toBe(0);
    expect(verifyAgain(dataDir)).toMatchObject({ ok: true, entities: 300 });
    rmSync(dataDir, { recursive: true });
  });

  it('keeps the store in the directory it is given, beside the current chart', () => {
    const { status, stdout } = start(fewLines(), '--dir', dataDir);
    expect(stdout).toContain(`Store     ${dataDir}\n`);
    expect(stdout).toMatch(/^Chart {5}examples\/helpdesk\/ticket-machine\.mmd \(unchanged\)$/m);
    expect(status).toBe(0);
    expect(verifyAgain(dataDir)).toMatchObject({ ok: true, errors: [] });
  });

  it('stops at a bad line with exit code 2, names it and keeps what was stored', () => {
    const lines = readFileSync(shippedLog, 'utf8').split('\n').slice(0, 50);
    const path = write('log', [...lines, '{"case":"T-0001"', ...lines].join('\n'));
    const { status, stderr } = start(path, '--dir', dataDir);
    expect(stderr).toMatch(/line 51: is not JSON/);
    expect(stderr).toContain(dataDir);
    expect(status).toBe(2);
    const { ok, events } = verifyAgain(dataDir);
    expect(ok).toBe(true);
    expect(events).toBeGreaterThan(40);
    expect(events).toBeLessThanOrEqual(50);
  });

  it('takes an empty directory, and refuses one that holds something or is a file', () => {
    mkdirSync(dataDir);
    expect(start(fewLines(), '--dir', dataDir).status).toBe(0);
    const before = readdirSync(dataDir);
    const full = start(fewLines(), '--dir', dataDir);
    expect(full.stderr).toBe(
      `--dir ${dataDir} is not empty; give one that is empty or doesn't exist\n`,
    );
    expect(full).toMatchObject({ status: 2, stdout: '' });
    expect(readdirSync(dataDir)).toEqual(before);
    const file = write('file', '');
    expect(start('--dir', file)).toMatchObject({
      status: 2,
      stderr: `--dir ${file} is not a directory\n`,
    });
  });

  it('says what is wrong with a log it can not read, without making a store', () => {
    const missing = start(join(directory, 'none'), '--dir', dataDir);
    expect(missing.stderr).toMatch(/^can't read the log: ENOENT/);
    expect(missing.status).toBe(2);
    expect(start(directory)).toMatchObject({
      status: 2,
      stderr: `can't read the log: ${directory} is a directory\n`,
    });
    expect(existsSync(dataDir)).toBe(false);
  });

  it('explains itself on --help, and refuses options and files it has no use for', () => {
    expect(start('--help')).toMatchObject({ status: 0, stdout: usage });
    expect(start('--colour').status).toBe(2);
    expect(start('a', 'b')).toMatchObject({ status: 2, stderr: 'one FILE can be read, not 2\n' });
  });
});

interface HelpdeskRun {
  readonly all: readonly Phase[];
  readonly intake: Intake;
  readonly verified: Phase & { phase: 'verified' };
  readonly reopened: Phase & { phase: 'reopened' };
}

/** What the phases of a run found; without a directory the store is thrown away. */
async function run(path: string, kept?: string): Promise<HelpdeskRun> {
  const storeDirectory = kept ?? mkdtempSync(join(tmpdir(), 'batpak-test-helpdesk-'));
  const { lines } = await openLog(path);
  const all: Phase[] = [];
  for await (const phase of runHelpdesk({ lines, dataDir: storeDirectory })) all.push(phase);
  if (kept === undefined) rmSync(storeDirectory, { recursive: true });
  const find = <Name extends Phase['phase']>(name: Name): Phase & { phase: Name } => {
    const found = all.find((phase): phase is Phase & { phase: Name } => phase.phase === name);
    if (found === undefined) throw new Error(`there was no phase '${name}'`);
    return found;
  };
  const { intake } = find('taken in');
  return { all, intake, verified: find('verified'), reopened: find('reopened') };
}

function expectEveryLineCounted({ lines, accepted, refused, refusals, ...rest }: Intake): void {
  expect(accepted + refused).toBe(lines);
  expect(sum(refusals.map((refusal) => refusal.lines))).toBe(refused);
  expect(sum([...rest.eventsOfTicket.values()])).toBe(accepted);
}

function countByEvent({ refusals }: Intake): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event, reason, guards, lines } of refusals) {
    const key = `${event}: ${[reason, ...guards].join(' ')}`;
    counts[key] = (counts[key] ?? 0) + lines;
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Opens a store once more, in this process, and verifies it. */
function verifyAgain(storeDirectory: string) {
  const store = openStore({ dataDir: storeDirectory });
  try {
    return store.verify();
  } finally {
    store.close();
  }
}

/** Runs the example as `npm start -- …` does, in a process of its own. */
function start(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = ['--import', 'tsx', '--conditions=batpak-source', 'examples/helpdesk/main.ts'];
  return spawnSync(process.execPath, [...program, ...args], { cwd: root, encoding: 'utf8' });
}

/** A log of the first thirty lines of the shipped one: enough to call the command with. */
function fewLines(): string {
  return write('few', readFileSync(shippedLog, 'utf8').split('\n').slice(0, 30).join('\n'));
}

function write(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}
