import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreOptions } from 'batpak';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import { type EventSourceUnderTest, eventSourceContract } from './event-source.ts';

function storeUnderTest(
  options: StoreOptions,
  dispose = (): void => undefined,
): EventSourceUnderTest {
  const store = openStore(options);
  return {
    source: store,
    append: (at, kind, payload, more) => store.append(at, kind, payload, more).eventId,
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

/** A follower that is refreshed after each write. */
function followerUnderTest(options: StoreOptions): EventSourceUnderTest {
  const store = openStore(options);
  const { dataDir, platform } = options;
  const follower = openReadOnly({ dataDir, ...(platform === undefined ? {} : { platform }) });
  return {
    source: follower,
    append: (at, kind, payload, more) => {
      const { eventId } = store.append(at, kind, payload, more);
      follower.refresh();
      return eventId;
    },
    dispose: () => {
      follower.close();
      store.close();
    },
  };
}

eventSourceContract('a follower on real files', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'batpak-source-'));
  const tested = followerUnderTest({ dataDir });
  const dispose = (): void => {
    tested.dispose();
    rmSync(dataDir, { recursive: true });
  };
  return { ...tested, dispose };
});
eventSourceContract('a follower', () =>
  followerUnderTest({ dataDir: '/store', platform: memoryPlatform() }),
);
eventSourceContract('a follower of a store with one event in a segment', () =>
  followerUnderTest({ dataDir: '/store', platform: memoryPlatform(), segmentMaxBytes: 1 }),
);
