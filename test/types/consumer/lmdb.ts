import { equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineProjection, openStore, type ProjectionCache } from 'batpak';
import { LmdbCache } from 'batpak/lmdb';

// A cache that lasts: what was folded is there when the store is opened again.
const folder = mkdtempSync(join(tmpdir(), 'batpak-consumer-'));
let applied = 0;
const count = defineProjection({
  name: 'count',
  version: 1,
  initial: () => 0,
  apply: (state: number) => {
    applied += 1;
    return state + 1;
  },
});
for (const expected of [2, 2]) {
  const cache: ProjectionCache = await LmdbCache.open({ directory: join(folder, 'cache') });
  const store = openStore({ dataDir: join(folder, 'data'), cache });
  if (store.eventCount === 0) for (const x of [1, 2]) store.append('player:alice', 0x1001, { x });
  equal(store.project(count, 'player:alice'), 2);
  equal(applied, expected);
  store.close();
}
rmSync(folder, { recursive: true });
