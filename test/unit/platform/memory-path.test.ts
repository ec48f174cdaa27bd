import { describe, expect, it } from 'vitest';
import { MemoryDirectory, MemorySymlink } from '../../../src/platform/memory-directory.ts';
import { MemoryFile } from '../../../src/platform/memory-file.ts';
import { findPlace, partsOf } from '../../../src/platform/memory-path.ts';
import { failureOf } from '../../support/files-under-test.ts';

describe('partsOf', () => {
  it('leaves out what names nothing, and takes back what .. undoes', () => {
    expect(partsOf('/a//b/./c/')).toEqual(['a', 'b', 'c']);
    expect(partsOf('a/../b')).toEqual(['b']);
    expect(partsOf('../..')).toEqual([]);
    expect(partsOf('')).toEqual([]);
  });
});

describe('findPlace', () => {
  const file = new MemoryFile();
  const directory = new MemoryDirectory();
  const root = new MemoryDirectory();
  directory.names.set('file', file);
  directory.names.set('up', new MemorySymlink('../d/file'));
  root.names.set('d', directory);
  root.names.set('absolute', new MemorySymlink('/d'));
  root.names.set('circle', new MemorySymlink('circle'));

  it('finds a node, or where it would be', () => {
    expect(findPlace(root, '/d/file', 'open', true)).toEqual({
      directory,
      name: 'file',
      node: file,
    });
    expect(findPlace(root, 'd/none', 'open', true).node).toBeUndefined();
    expect(findPlace(root, '/', 'open', true)).toEqual({ directory: root, name: '', node: root });
  });

  it('follows symbolic links on the way, the last one if asked', () => {
    expect(findPlace(root, 'absolute/up', 'open', true).node).toBe(file);
    expect(findPlace(root, 'absolute/up', 'open', false).node).toBeInstanceOf(MemorySymlink);
  });

  it('throws with the call and the whole path', () => {
    const failures = [
      ['none/file', 'ENOENT'],
      ['d/file/below', 'ENOTDIR'],
      ['circle/below', 'ELOOP'],
    ] as const;
    for (const [path, code] of failures) {
      const failure = failureOf(() => findPlace(root, path, 'open', false));
      expect(failure).toMatchObject({ code, syscall: 'open', path });
    }
  });
});
