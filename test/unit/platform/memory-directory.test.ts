import { describe, expect, it } from 'vitest';
import {
  applyChange,
  MemoryDirectory,
  type MemoryNode,
  MemorySymlink,
  NodeCopies,
  withoutDirectory,
} from '../../../src/platform/memory-directory.ts';
import { MemoryFile } from '../../../src/platform/memory-file.ts';

describe('applyChange', () => {
  it('sets a name or takes it away', () => {
    const directory = new MemoryDirectory();
    const node = new MemoryFile();
    applyChange(directory.names, { directory, name: 'a', node });
    expect(directory.names.get('a')).toBe(node);
    applyChange(directory.names, { directory, name: 'a', node: undefined });
    expect(directory.names.size).toBe(0);
  });
});

describe('withoutDirectory', () => {
  it('drops what was synced, and keeps the other half of a move between directories', () => {
    const [from, to] = [new MemoryDirectory(), new MemoryDirectory()];
    const taken = { directory: from, name: 'a', node: undefined };
    const given = { directory: to, name: 'b', node: new MemoryFile() };
    expect(withoutDirectory([[taken, given], [given]], to)).toEqual([[taken]]);
  });
});

describe('NodeCopies', () => {
  it('copies each file once, however many names it has', () => {
    const root = new MemoryDirectory();
    const below = new MemoryDirectory();
    const shared = new MemoryFile();
    const link = new MemorySymlink('a');
    below.readOnly = true;
    below.names.set('b', shared).set('link', link);
    root.names.set('a', shared).set('below', below);
    root.syncedNames.set('gone', shared);
    const copies = new NodeCopies({
      file: (file) => file.clone(),
      names: (directory) => directory.names,
      syncedNames: (directory) => directory.syncedNames,
    });
    const copy = copies.ofDirectory(root);
    const copied = copy.names.get('a');
    expect(copied).toBeInstanceOf(MemoryFile);
    expect(copied).not.toBe(shared);
    expect(copy.syncedNames.get('gone')).toBe(copied);
    const copyBelow = directoryAt(copy, 'below');
    expect(copyBelow.readOnly).toBe(true);
    expect(copyBelow.names.get('b')).toBe(copied);
    expect(copyBelow.names.get('link')).toBe(link);
    expect(copies.of(root)).toBe(copy);
  });
});

function directoryAt(directory: MemoryDirectory, name: string): MemoryDirectory {
  const node: MemoryNode | undefined = directory.names.get(name);
  if (node?.type !== 'directory') throw new Error(`${name} is no directory`);
  return node;
}
