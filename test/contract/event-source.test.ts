import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreOptions } from 'batpak';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { type EventSourceUnderTest, eventSourceContract } from './event-source.ts';

function storeUnderTest(
  options: StoreOptions,
  dispose = (): void => undefined,
): EventSourceUnderTest {
  const store = openStore(options);
  return {
    source: store,
    append: (at, kind, payload) => store.append(at, kind, payload).eventId,
    dispose: () => {
      store.close();
      dispose();
    },
  };
}

eventSourceContract('a store on real files', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'batpak-source-'));
  return storeUnderTest({ dataDir }, () => rmSync(dataDir, { recursive: true }));
});
eventSourceContract('a store in memory', () =>
  storeUnderTest({ dataDir: '/store', platform: memoryPlatform() }),
);
eventSourceContract('a store in memory with one event in a segment and no hash chain', () =>
  storeUnderTest({
    dataDir: '/store',
    platform: memoryPlatform(),
    segmentMaxBytes: 1,
    fdBudget: 1,
    hashChain: false,
  }),
);
