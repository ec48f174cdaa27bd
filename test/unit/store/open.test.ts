import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../../src/platform/memory-platform.ts';
import { openStore } from '../../../src/store/open.ts';
import { ForgedLog } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const openLog = (log: ForgedLog) =>
  openStore({ dataDir: log.directory, platform: memoryPlatform({ files: log.write() }) });

describe('openStore', () => {
  it('makes the directory with its parents, and frees it when it fails', () => {
    const platform = memoryPlatform();
    const store = openStore({ dataDir: '/a/b/c', platform });
    store.append('a', 0x1000, 1);
    store.close();
    const wrong = { dataDir: '/a/b/c', platform, hashChain: false };
    expect(thrownBy(() => openStore(wrong))).toMatchObject({ code: 'BATPAK_CONFIGURATION' });
    openStore({ dataDir: '/a/b/c', platform }).close();
  });

  it('opens what the codec wrote, whoever called it', () => {
    const log = new ForgedLog().segment().name('moved', 0x1000).event('a').event('b').clean();
    const store = openLog(log);
    expect(store.recovery).toMatchObject({ ending: 'clean', events: 2, tornTail: undefined });
    expect([...store.stream('b')]).toMatchObject([{ kind: 0x1000, name: 'moved', sequence: 1 }]);
    expect(store.append('b', 0x1000, 1)).toMatchObject({ sequence: 2, clock: 1 });
  });

  it('refuses a log that binds a name or a kind twice', () => {
    for (const [name, kind] of [
      ['moved', 0x1001],
      ['turned', 0x1000],
    ] as const) {
      const log = new ForgedLog().segment().name('moved', 0x1000).name(name, kind).event('a');
      expect(thrownBy(() => openLog(log))).toMatchObject({
        code: 'BATPAK_CORRUPT_SEGMENT',
        path: log.path,
      });
    }
  });

  it('gives a name no kind that events bear', () => {
    const log = new ForgedLog().segment().event('a', { kind: 0x1000 }).clean();
    const store = openLog(log);
    expect(store.nameOf(0x1000)).toBeUndefined();
    store.append('a', 0x1002, 1);
    expect([...store.stream('a')].map(({ kind }) => kind)).toEqual([0x1000, 0x1002]);
  });
});
