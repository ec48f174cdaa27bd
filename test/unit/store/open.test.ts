import { describe, expect, it } from 'vitest';
import { Region } from '../../../src/model/region.ts';
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

  it('opens, reads and closes beside a gap of billions as beside a small one', () => {
    const count = 4_000_000_000;
    const log = new ForgedLog().segment().event('a').event('b').lostMany(count).gap(count);
    const files = log.event('a').event('b', { clock: count }).clean().write();
    const open = () => openStore({ dataDir: log.directory, platform: memoryPlatform({ files }) });
    for (let time = 0; time < 2; time += 1) {
      const store = open();
      expect(store.eventCount).toBe(4 + time);
      const sequences = [...store.query(Region.all())].map(({ sequence }) => sequence);
      expect(sequences.slice(0, 4)).toEqual([0, 1, count + 2, count + 3]);
      const reversed = [...store.query(Region.all(), { reverse: true })];
      expect(reversed.map(({ sequence }) => sequence)).toEqual(sequences.toReversed());
      expect([...store.stream('b')].map(({ clock }) => clock)).toEqual([0, count]);
      expect(store.at(count)).toBeUndefined();
      expect(store.verify()).toMatchObject({ ok: true, gaps: [{ from: 2, count }] });
      expect(store.append('a', 0x1000, time).sequence).toBe(count + 4 + time);
      store.close();
      expect(files.stat(`${log.directory}/index.image`)).toBeUndefined();
    }
  });

  it('refuses a gap that goes beyond the last sequence there can be', () => {
    const count = 2 ** 32 - 1;
    const log = new ForgedLog().segment().event('a');
    const offset = log.position;
    expect(thrownBy(() => openLog(log.lostMany(count).gap(count).clean()))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      offset,
    });
  });

  it('gives a name no kind that events bear', () => {
    const log = new ForgedLog().segment().event('a', { kind: 0x1000 }).clean();
    const store = openLog(log);
    expect(store.nameOf(0x1000)).toBeUndefined();
    store.append('a', 0x1002, 1);
    expect([...store.stream('a')].map(({ kind }) => kind)).toEqual([0x1000, 0x1002]);
  });
});
