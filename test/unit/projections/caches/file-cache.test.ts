import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { FileCache, type FileCacheOptions } from '../../../../src/projections/caches/file-cache.ts';
import { thrownBy } from '../../../support/store-host.ts';

const directory = '/cache';
const key = Uint8Array.of(1, 2);
const meta = { watermark: 1, cachedAtUs: 1 };

function given(files = new MemoryFiles()) {
  const plan = new FaultPlan(files);
  const cache = new FileCache({ directory, platform: memoryPlatform({ files: plan }) });
  return { files, plan, cache };
}

function pathIn(files: MemoryFiles): string {
  const [name = 'none'] = files.list(directory);
  return `${directory}/${name}`;
}

function change(files: MemoryFiles, act: (bytes: Uint8Array) => Uint8Array): void {
  const handle = files.open(pathIn(files), 'write');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  const changed = act(bytes);
  handle.truncate(0);
  handle.write(changed, 0, changed.length, 0);
  handle.close();
}

describe('FileCache', () => {
  it('drops a file that is not what was put, and says so', () => {
    const whole = given();
    whole.cache.put(key, Uint8Array.of(1, 2, 3), meta);
    const size = whole.files.stat(pathIn(whole.files))?.sizeBytes ?? 0;
    expect(size).toBe(16 + 2 + 3 + 16);
    for (let at = 0; at < size; at += 1) {
      const { files, cache } = given(whole.files.clone());
      change(files, (bytes) => bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte)));
      const path = pathIn(files);
      expect(thrownBy(() => cache.get(key))).toMatchObject({ code: 'BATPAK_CACHE_DAMAGED', path });
      expect(files.list(directory)).toEqual([]);
      expect(cache.get(key)).toBeUndefined();
      const torn = given(whole.files.clone());
      change(torn.files, (bytes) => bytes.subarray(0, at));
      expect(thrownBy(() => torn.cache.get(key))).toMatchObject({ code: 'BATPAK_CACHE_DAMAGED' });
    }
  });

  it('has after a power loss what was synced, or the whole value that replaced it', () => {
    const { files, cache } = given();
    cache.put(key, Uint8Array.of(1), meta);
    cache.sync();
    expect([...(given(files.afterPowerLoss()).cache.get(key)?.value ?? [])]).toEqual([1]);
    cache.put(key, Uint8Array.of(2), meta);
    const later = given(files.afterPowerLoss()).cache;
    let found: Uint8Array | undefined;
    try {
      found = later.get(key)?.value;
    } catch (cause) {
      expect(cause).toMatchObject({ code: 'BATPAK_CACHE_DAMAGED' });
    }
    expect([undefined, 1, 2]).toContain(found?.[0]);
  });

  it('keeps what was there when it can not be replaced', () => {
    const { files, plan, cache } = given();
    cache.put(key, Uint8Array.of(1), meta);
    const before = plan.count();
    cache.put(key, Uint8Array.of(2), meta);
    const calls = plan.count() - before;
    cache.put(key, Uint8Array.of(1), meta);
    for (let call = 0; call < calls; call += 1) {
      plan.fail({ nth: call + 1, code: 'ENOSPC' });
      try {
        cache.put(key, Uint8Array.of(2), meta);
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'BATPAK_DISK_FULL' });
        plan.heal();
        expect(cache.get(key)?.value[0]).toBe(1);
      }
      plan.heal();
      cache.put(key, Uint8Array.of(1), meta);
    }
    expect(files.list(directory)).toHaveLength(1);
  });

  it('neither follows nor replaces a symbolic link', () => {
    const { files, cache } = given();
    cache.put(key, Uint8Array.of(1), meta);
    const path = pathIn(files);
    files.remove(path);
    files.symlink('/elsewhere', path);
    for (const call of [() => cache.get(key), () => cache.put(key, Uint8Array.of(2), meta)]) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_STORAGE', systemCode: 'ELOOP', path });
    }
    expect(cache.deletePrefix(new Uint8Array(0))).toBe(0);
    cache.sync();
    expect(files.stat(path)?.type).toBe('symlink');
  });

  it('leaves files alone that are not its own', () => {
    const { files, cache } = given();
    files.open(`${directory}/notes.txt`, 'create').close();
    cache.put(key, Uint8Array.of(1), meta);
    expect(cache.deletePrefix(new Uint8Array(0))).toBe(1);
    expect(files.list(directory)).toEqual(['notes.txt']);
  });

  it('refuses what is no directory', () => {
    for (const options of [null, {}, { directory: '' }, { directory: 5 }, { directory, size: 1 }]) {
      expect(thrownBy(() => new FileCache(options as FileCacheOptions))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
    const files = new MemoryFiles();
    files.open('/file', 'create').close();
    const platform = memoryPlatform({ files });
    expect(thrownBy(() => new FileCache({ directory: '/file/cache', platform }))).toMatchObject({
      code: 'BATPAK_STORAGE',
    });
  });
});
