import { cpSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type FlipCase, type FlipOutcome, flipEvents, judge } from './bitflip-case.ts';
import { flipCaseLoaders } from './bitflip-cases.ts';
import { type FlipPlace, placesIn } from './bitflip-places.ts';

// Writes the store of a case, or damages copies of it one byte at a time from a place on, and
// tells in a line each what came of it. Called by bitflip.ts, which watches it: a damaged store
// may end this process, or keep it busy for ever.

const [command = '', caseNumber = '', folder = '', first = '0', placesMax = '1'] =
  process.argv.slice(2);
/** Longest that a damaged store may leave its reader without an answer. */
const answerMs = 3000;

const flipCase = await loadCase(Number(caseNumber));

if (command === 'write') {
  await flipCase.write(folder, flipEvents);
  // Reading changes what lies on the disk, as LevelDB makes tables of its log.
  const copy = `${folder}-whole`;
  cpSync(folder, copy, { recursive: true });
  if (judge(await flipCase.read(copy)) !== 'harmless') process.exitCode = 1;
} else {
  await damageAll(flipCase, Number(first));
  // A store that could not be closed must not keep the process alive.
  process.exit();
}

function loadCase(number: number): Promise<FlipCase> {
  const load = flipCaseLoaders[number];
  if (load === undefined) throw new Error(`there is no case ${number}`);
  return load();
}

async function damageAll(flipCase: FlipCase, first: number): Promise<void> {
  const { places } = placesIn(folder, Number(placesMax));
  for (const [index, place] of places.entries()) {
    if (index < first) continue;
    // Each in a folder of its own: what one damaged store keeps open is nothing to the next.
    const copy = `${folder}-${process.pid}-${index}`;
    cpSync(folder, copy, { recursive: true });
    flip(copy, place);
    const outcome = await outcomeOf(flipCase, copy);
    rmSync(copy, { recursive: true, force: true });
    writeSync(1, `${index} ${outcome}\n`);
  }
}

/** One bit of the byte, another one from byte to byte. */
function flip(copy: string, { path, offset }: FlipPlace): void {
  const file = join(copy, path);
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
  writeFileSync(file, bytes);
}

async function outcomeOf(flipCase: FlipCase, copy: string): Promise<FlipOutcome> {
  let complain: (cause: unknown) => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const other = new Promise<FlipOutcome>((resolve, reject) => {
    // Some complain where nobody can catch it, in a callback of their own.
    complain = reject;
    timer = setTimeout(() => resolve('hung'), answerMs);
  });
  process.on('uncaughtException', complain);
  process.on('unhandledRejection', complain);
  try {
    return await Promise.race([readAndJudge(flipCase, copy), other]);
  } catch {
    return 'detected';
  } finally {
    clearTimeout(timer);
    process.off('uncaughtException', complain);
    process.off('unhandledRejection', complain);
  }
}

async function readAndJudge(flipCase: FlipCase, copy: string): Promise<FlipOutcome> {
  return judge(await flipCase.read(copy));
}
