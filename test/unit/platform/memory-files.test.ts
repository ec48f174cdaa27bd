import { describe, expect, it } from 'vitest';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { SeededRandom } from '../../../src/platform/random.ts';
import { bytesOf, codeOf, readText, writeText } from '../../support/files-under-test.ts';

describe('MemoryFiles after power loss', () => {
  it('has lost a file whose name was not synced, although its bytes were', () => {
    const files = withStore();
    write(files, '/store/a', 'bytes').sync();
    expect(files.afterPowerLoss().list('/store')).toEqual([]);
    files.syncDirectory('/store');
    expect(textOf(files.afterPowerLoss(), '/store/a')).toBe('bytes');
  });

  it('has an empty file whose name was synced and whose bytes were not', () => {
    const files = withStore();
    write(files, '/store/a', 'bytes');
    files.syncDirectory('/store');
    expect(textOf(files.afterPowerLoss(), '/store/a')).toBe('');
  });

  it('has a removed file again, and a moved one back, until the names are synced', () => {
    const files = withStore();
    write(files, '/store/a', 'one').sync();
    write(files, '/store/b', 'two').sync();
    files.syncDirectory('/store');
    files.remove('/store/a');
    files.rename('/store/b', '/store/c');
    const left = files.afterPowerLoss();
    expect(left.list('/store').sort()).toEqual(['a', 'b']);
    expect(textOf(left, '/store/b')).toBe('two');
    files.syncDirectory('/store');
    expect(files.afterPowerLoss().list('/store')).toEqual(['c']);
  });

  it('has the directories that were made, and in them what was synced', () => {
    const files = withStore();
    files.makeDirectory('/store/cursors/old');
    write(files, '/store/cursors/a', 'one').sync();
    expect(files.afterPowerLoss().list('/store/cursors')).toEqual(['old']);
    files.syncDirectory('/store/cursors');
    expect(textOf(files.afterPowerLoss(), '/store/cursors/a')).toBe('one');
  });

  it('has either all of a rename or nothing of it', () => {
    const files = withStore();
    write(files, '/store/image', 'old').sync();
    files.syncDirectory('/store');
    write(files, '/store/image.new', 'new').sync();
    files.rename('/store/image.new', '/store/image');
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed += 1) {
      const left = files.afterPowerLoss(new SeededRandom(seed));
      seen.add(`${left.list('/store').sort().join()} ${textOf(left, '/store/image')}`);
    }
    expect([...seen].sort()).toEqual(['image new', 'image old', 'image,image.new old']);
  });

  it('has any of the names that were not synced, and the same ones for the same seed', () => {
    const files = withStore();
    for (const name of ['a', 'b', 'c']) write(files, `/store/${name}`, name).sync();
    const namesLeft = (seed: number): string =>
      files.afterPowerLoss(new SeededRandom(seed)).list('/store').join();
    const seen = new Set(Array.from({ length: 200 }, (_, seed) => namesLeft(seed)));
    expect(seen).toEqual(new Set(['', 'a', 'b', 'c', 'a,b', 'a,c', 'b,c', 'a,b,c']));
    expect(namesLeft(11)).toBe(namesLeft(11));
  });

  it('is a disk on which all is synced, apart from the first one', () => {
    const files = withStore();
    write(files, '/store/a', 'kept').sync();
    files.syncDirectory('/store');
    const left = files.afterPowerLoss();
    write(files, '/store/b', 'later');
    expect(left.afterPowerLoss().list('/store')).toEqual(['a']);
  });
});

describe('MemoryFiles after the process was killed', () => {
  it('holds all that was written, and still knows what was synced', () => {
    const files = withStore();
    write(files, '/store/a', 'synced').sync();
    files.syncDirectory('/store');
    writeText(files.open('/store/a', 'write'), 'WRITTEN', 0);
    files.rename('/store/a', '/store/b');
    const next = files.clone();
    files.remove('/store/b');
    expect(textOf(next, '/store/b')).toBe('WRITTEN');
    expect(textOf(next.afterPowerLoss(), '/store/a')).toBe('synced');
    next.syncDirectory('/store');
    expect(textOf(next.afterPowerLoss(), '/store/b')).toBe('synced');
  });

  it('leaves the files open of the one that was killed to that one', () => {
    const files = withStore();
    const handle = write(files, '/store/a', 'before');
    const next = files.clone();
    writeText(handle, 'BEFORE', 0);
    expect(textOf(next, '/store/a')).toBe('before');
  });
});

describe('MemoryFiles with a capacity', () => {
  it('counts every file once, and a removed one until it is closed', () => {
    const files = withStore({ capacityBytes: 10 });
    const handle = write(files, '/store/a', '12345');
    files.link('/store/a', '/store/b');
    expect(files.usedBytes).toBe(5);
    files.remove('/store/a');
    files.remove('/store/b');
    expect(files.usedBytes).toBe(5);
    handle.close();
    expect(files.usedBytes).toBe(0);
  });

  it('refuses to grow beyond it, cuts the last write short, and goes on when there is room', () => {
    const files = withStore({ capacityBytes: 10 });
    write(files, '/store/a', '1234567').close();
    const handle = files.open('/store/b', 'create');
    expect(handle.write(bytesOf('abcdef'), 0, 6, 0)).toBe(3);
    expect(codeOf(() => handle.write(bytesOf('def'), 0, 3, 3))).toBe('ENOSPC');
    files.remove('/store/a');
    expect(handle.write(bytesOf('def'), 0, 3, 3)).toBe(3);
    files.capacityBytes = 6;
    expect(codeOf(() => handle.write(bytesOf('g'), 0, 1, 6))).toBe('ENOSPC');
    expect(textOf(files, '/store/b')).toBe('abcdef');
  });
});

describe('MemoryFiles', () => {
  it('takes a path for the same with and without the first slash', () => {
    const files = new MemoryFiles();
    files.makeDirectory('./store');
    write(files, 'store/a', 'here');
    expect(textOf(files, '/store/./a')).toBe('here');
  });

  it('asserts that no directory is moved', () => {
    const files = withStore();
    expect(() => files.rename('/store', '/moved')).toThrow(AssertionFailure);
  });
});

function withStore(options?: { capacityBytes: number }): MemoryFiles {
  const files = new MemoryFiles(options);
  files.makeDirectory('/store');
  files.syncDirectory('/');
  return files;
}

function write(files: MemoryFiles, path: string, text: string) {
  const handle = files.open(path, 'create');
  writeText(handle, text, 0);
  return handle;
}

function textOf(files: MemoryFiles, path: string): string {
  return readText(files.open(path, 'read'));
}
