/**
 * A follower in a second process: `follower.ts` reads the store that this program writes. It takes
 * no lock, writes nothing, and sees what is new when it looks.
 *
 * npm run example read-only-follower
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from 'batpak';
import { Closed, Measured } from './events.ts';

/** How many measurements are written, a few at a time. */
const measurements = 2000;

const dataDir = mkdtempSync(join(tmpdir(), 'batpak-example-'));
try {
  await run();
} finally {
  rmSync(dataDir, { recursive: true });
}

async function run(): Promise<void> {
  // Small segments, so that the follower has to go from one to the next.
  using store = openStore({ dataDir, segmentMaxBytes: 64 * 1024, sync: { everyNEvents: 100 } });
  // Inherits how this program was started, and so can read TypeScript too.
  const follower = fork(fileURLToPath(new URL('./follower.ts', import.meta.url)), [dataDir]);
  const exit = once(follower, 'exit');
  await Promise.race([once(follower, 'message'), exit]);
  for (let number = 0; number < measurements; number += 1) {
    store.submit(`sensor:${number % 5}`, Measured, { celsius: 20 + (number % 10) / 10 });
    if (number % 50 === 49) await setTimeout(1);
  }
  await store.submit('station', Closed, null).durable;
  process.stdout.write(`writer: ${store.eventCount} events, the last one is durable\n`);
  const [status]: unknown[] = await exit;
  process.exitCode = status === 0 ? 0 : 1;
}
