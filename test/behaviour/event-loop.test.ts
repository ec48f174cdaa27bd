import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { openStore } from '../../src/index.ts';

it('the event loop turns while tickets are awaited one after the other', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'batpak-loop-'));
  const store = openStore({ dataDir });
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 1);
  const until = performance.now() + 400;
  while (performance.now() < until) await store.submit('a', 0x1001, { some: 'payload' });
  clearInterval(turn);
  store.close();
  rmSync(dataDir, { recursive: true });
  expect(turns).toBeGreaterThan(5);
});
