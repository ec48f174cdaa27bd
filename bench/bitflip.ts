import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlipCase, FlipOutcome } from './bitflip-case.ts';
import { flipEventCount } from './bitflip-case.ts';
import { flipCaseLoaders } from './bitflip-cases.ts';
import { placesIn } from './bitflip-places.ts';
import { runChild, watchChild } from './child.ts';
import { MisbehaviourError } from './measure.ts';
import { alignColumns } from './report.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** What came of all damaged bytes of one case. */
export interface FlipRow {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly stride: number;
  readonly flips: number;
  readonly outcomes: Readonly<Record<FlipOutcome, number>>;
}

/** Most bytes of a store that are damaged: every one of a small store. */
const placesMax = { full: 20_000, quick: 100 } as const;

/** Longest that one damaged store may take, its process started anew included. */
const silentMs = 10_000;

/**
 * Writes the same few events with each library, damages one byte after the other of what lies on
 * the disk, and reads everything back: how often the library says so, and how often it serves
 * something else.
 */
export async function flipBits(
  quick: boolean,
  onRow: (row: FlipRow) => void,
  onProgress: (text: string) => void,
): Promise<FlipRow[]> {
  const rows: FlipRow[] = [];
  for (const [number, load] of flipCaseLoaders.entries()) {
    const flipCase = await loadInstalled(load);
    if (flipCase === undefined) continue;
    const row = await flipOne(number, flipCase, quick, onProgress);
    rows.push(row);
    onRow(row);
  }
  return rows;
}

/** The rows as a table for people. */
export function formatFlips(rows: readonly FlipRow[]): string {
  const head = ['store', 'version', 'bytes', 'every', 'flips'];
  const outcomes = ['detected', 'served wrong', 'absent', 'crashed', 'hung', 'harmless', ''];
  const lines = rows.map(({ name, version, bytes, stride, flips, outcomes: found }) => [
    ...[name, version, String(bytes), String(stride), String(flips)],
    ...[found.detected, found.wrong, found.absent, found.crashed, found.hung].map(String),
    ...[String(found.harmless), ''],
  ]);
  return [
    `One bit flipped in one byte of a store of ${flipEventCount} events, everything read back:`,
    alignColumns([[...head, ...outcomes], ...lines]),
    'detected: an error. served wrong: an event that was never written, without a word. absent:',
    'events missing, twice or in another order, without a word. harmless: all read back right.',
    'Not damaged: locks, and what is only written for people.',
  ].join('\n');
}

async function flipOne(
  number: number,
  { name, packageName }: FlipCase,
  quick: boolean,
  onProgress: (text: string) => void,
): Promise<FlipRow> {
  const scratch = makeScratch();
  const folder = join(scratch, 'store');
  mkdirSync(folder);
  const { ended } = runChild('bitflip-child.ts', ['write', String(number), folder]);
  if (!ended) throw new MisbehaviourError(`${name} does not read back what it wrote`);
  const max = quick ? placesMax.quick : placesMax.full;
  const { places, bytes, stride } = placesIn(folder, max);
  const outcomes = { detected: 0, wrong: 0, absent: 0, crashed: 0, hung: 0, harmless: 0 };
  let next = 0;
  while (next < places.length) {
    const words = ['damage', String(number), folder, String(next), String(max)];
    const end = await watchChild('bitflip-child.ts', words, silentMs, (line) => {
      const [index, outcome] = line.split(' ');
      if (!isOutcome(outcome) || Number(index) !== next) return;
      outcomes[outcome] += 1;
      next += 1;
      onProgress(`${name}: ${next} of ${places.length}`);
    });
    // The byte after the last that was told of is the one that ended the process.
    if (end !== 'ended' && next < places.length) {
      outcomes[end === 'silent' ? 'hung' : 'crashed'] += 1;
      next += 1;
    }
  }
  removeScratch(scratch);
  const version = packageName === undefined ? 'this' : versionOf(packageName);
  return { name, version, bytes, stride, flips: places.length, outcomes };
}

function isOutcome(text: string | undefined): text is FlipOutcome {
  return ['detected', 'wrong', 'absent', 'hung', 'harmless'].includes(text ?? '');
}

async function loadInstalled(load: () => Promise<FlipCase>): Promise<FlipCase | undefined> {
  try {
    return await load();
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause;
    if (missing && cause.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

function versionOf(packageName: string): string {
  const path = new URL(`node_modules/${packageName}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'));
  return version;
}
