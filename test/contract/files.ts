import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  bytesOf,
  codeOf,
  type FilesUnderTest,
  failureOf,
  GivenFiles,
  readText,
  writeText,
} from '../support/files-under-test.ts';
import { beginSyncContract, bytesContract, handlesContract } from './open-files.ts';

/** What every implementation of `Files` does: the suite to run on each of them. */
export function filesContract(name: string, make: () => FilesUnderTest): void {
  describe(`Files contract: ${name}`, () => {
    let tested: GivenFiles | undefined;
    const given = (): GivenFiles => {
      if (tested === undefined) throw new Error('files are given inside a test only');
      return tested;
    };
    beforeEach(() => {
      tested = new GivenFiles(make());
    });
    afterEach(() => tested?.tested.dispose());

    describe('open', () => openingContract(given));
    describe('the bytes of a file', () => bytesContract(given));
    describe('an open file', () => handlesContract(given));
    describe('a sync that is not waited for', () => beginSyncContract(given));
    describe('moving and linking', () => namesContract(given));
    describe('removal', () => removalContract(given));
    describe('directories', () => directoriesContract(given));
    describe('a directory that may not be changed', () => refusalContract(given));
  });
}

function openingContract(given: () => GivenFiles): void {
  it('creates an empty file', () => {
    const { files, path, create } = given();
    create('a').close();
    expect(files.stat(path('a'))).toMatchObject({ type: 'file', sizeBytes: 0 });
  });

  it('does not create over a file', () => {
    const { create } = given();
    create('a').close();
    expect(codeOf(() => create('a'))).toBe('EEXIST');
  });

  it('throws ENOENT for a missing file unless it creates', () => {
    const { files, path } = given();
    expect(codeOf(() => files.open(path('a'), 'read'))).toBe('ENOENT');
    expect(codeOf(() => files.open(path('a'), 'write'))).toBe('ENOENT');
  });

  it('throws ENOENT when the directory is missing', () => {
    const { files, path } = given();
    for (const mode of ['read', 'write', 'create'] as const) {
      expect(codeOf(() => files.open(path('none/a'), mode))).toBe('ENOENT');
    }
  });

  it('throws ENOTDIR when a file stands where a directory should', () => {
    const { files, path, create } = given();
    create('a').close();
    expect(codeOf(() => files.open(path('a/b'), 'create'))).toBe('ENOTDIR');
    expect(codeOf(() => files.stat(path('a/b')))).toBe('ENOTDIR');
  });

  it('refuses a symbolic link in both modes that write, wherever it leads', () => {
    const { files, path, create, names, tested } = given();
    create('target', 'kept').close();
    tested.symlink('target', path('link'));
    tested.symlink('none', path('dangling'));
    for (const name of ['link', 'dangling']) {
      expect(codeOf(() => files.open(path(name), 'create'))).toBe('ELOOP');
      expect(codeOf(() => files.open(path(name), 'write'))).toBe('ELOOP');
    }
    expect(names()).toEqual(['dangling', 'link', 'target']);
  });

  it('follows a symbolic link to read', () => {
    const { path, create, text, tested } = given();
    create('target', 'there').close();
    tested.symlink('target', path('link'));
    expect(text('link')).toBe('there');
  });

  it('names the code, the call and the path of a failure', () => {
    const { files, path } = given();
    const missing = path('a');
    expect(failureOf(() => files.open(missing, 'write'))).toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
      path: missing,
    });
    expect(failureOf(() => files.rename(missing, path('b')))).toMatchObject({
      code: 'ENOENT',
      syscall: 'rename',
      path: missing,
      dest: path('b'),
    });
  });
}

function namesContract(given: () => GivenFiles): void {
  it('has a stamp that another file of its name, or another content, does not have', () => {
    const { files, path } = given();
    const write = (name: string, text: string): void => {
      const handle = files.open(path(name), files.stat(path(name)) ? 'write' : 'create');
      handle.write(bytesOf(text), 0, text.length, 0);
      handle.close();
    };
    const stamp = (): string | undefined => files.stat(path('stamped'))?.stamp;
    write('stamped', 'one');
    const first = stamp();
    expect(stamp()).toBe(first);
    write('other', 'one');
    files.rename(path('other'), path('stamped'));
    const second = stamp();
    expect(second).not.toBe(first);
  });

  it('moves a file, over another one too', () => {
    const { files, path, create, text, names } = given();
    create('a', 'moved').close();
    create('b', 'replaced').close();
    files.rename(path('a'), path('b'));
    expect(names()).toEqual(['b']);
    expect(text('b')).toBe('moved');
  });

  it('throws ENOENT for moving a missing file, and EISDIR for moving over a directory', () => {
    const { files, path, create } = given();
    expect(codeOf(() => files.rename(path('a'), path('b')))).toBe('ENOENT');
    create('a').close();
    files.makeDirectory(path('d'));
    expect(codeOf(() => files.rename(path('a'), path('d')))).toBe('EISDIR');
  });

  it('gives a file a second name that stays when the first one goes', () => {
    const { files, path, create, text, names } = given();
    create('a', 'shared').close();
    files.link(path('a'), path('b'));
    files.remove(path('a'));
    expect(names()).toEqual(['b']);
    expect(text('b')).toBe('shared');
  });

  it('links over nothing that is there', () => {
    const { files, path, create, text } = given();
    create('a', 'new').close();
    create('b', 'old').close();
    expect(codeOf(() => files.link(path('a'), path('b')))).toBe('EEXIST');
    expect(text('b')).toBe('old');
    expect(codeOf(() => files.link(path('none'), path('c')))).toBe('ENOENT');
  });

  it('leaves both names when a file is moved onto its other name', () => {
    const { files, path, create, names } = given();
    create('a').close();
    files.link(path('a'), path('b'));
    files.rename(path('a'), path('b'));
    expect(names()).toEqual(['a', 'b']);
  });
}

function removalContract(given: () => GivenFiles): void {
  it('removes a file', () => {
    const { files, path, create, names } = given();
    create('a').close();
    files.remove(path('a'));
    expect(names()).toEqual([]);
    expect(files.stat(path('a'))).toBeUndefined();
    expect(codeOf(() => files.remove(path('a')))).toBe('ENOENT');
  });

  it('removes and moves a symbolic link itself, not what it leads to', () => {
    const { files, path, create, names, tested } = given();
    create('target', 'kept').close();
    tested.symlink('target', path('link'));
    files.rename(path('link'), path('moved'));
    expect(files.stat(path('moved'))).toMatchObject({ type: 'symlink', sizeBytes: 0 });
    files.remove(path('moved'));
    expect(names()).toEqual(['target']);
  });

  it('keeps an open file as it is when its name is moved or removed', () => {
    const { files, path, create, text } = given();
    const moved = create('a', 'one');
    const removed = create('b', 'two');
    files.rename(path('a'), path('c'));
    files.remove(path('b'));
    writeText(moved, 'ONE', 0);
    writeText(removed, 'TWO', 0);
    expect(text('c')).toBe('ONE');
    expect(readText(removed)).toBe('TWO');
    moved.close();
    removed.close();
  });
}

function directoriesContract(given: () => GivenFiles): void {
  it('makes missing parents, and nothing where a directory is', () => {
    const { files, path, names } = given();
    files.makeDirectory(path('a/b/c'));
    files.makeDirectory(path('a/b'));
    expect(names()).toEqual(['a']);
    expect(files.list(path('a/b'))).toEqual(['c']);
    expect(files.stat(path('a/b/c'))).toMatchObject({ type: 'directory', sizeBytes: 0 });
  });

  it('throws for a directory where a file is', () => {
    const { files, path, create } = given();
    create('a').close();
    expect(codeOf(() => files.makeDirectory(path('a')))).toBe('EEXIST');
    expect(codeOf(() => files.makeDirectory(path('a/b')))).toBe('ENOTDIR');
  });

  it('lists what is in it', () => {
    const { files, path, create, names, tested } = given();
    create('b').close();
    files.makeDirectory(path('a'));
    tested.symlink('b', path('c'));
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('throws ENOENT for listing what is missing, ENOTDIR for listing a file', () => {
    const { files, path, create } = given();
    expect(codeOf(() => files.list(path('a')))).toBe('ENOENT');
    create('a').close();
    expect(codeOf(() => files.list(path('a')))).toBe('ENOTDIR');
  });

  it('syncs its names, and throws ENOENT when it is missing', () => {
    const { files, path, create, tested } = given();
    create('a').close();
    files.syncDirectory(tested.directory);
    expect(codeOf(() => files.syncDirectory(path('none')))).toBe('ENOENT');
  });

  it('is not removed, linked or opened to write as a file is', () => {
    const { files, path } = given();
    files.makeDirectory(path('d'));
    expect(codeOf(() => files.remove(path('d')))).toBe('EISDIR');
    expect(codeOf(() => files.link(path('d'), path('e')))).toBe('EPERM');
    expect(codeOf(() => files.open(path('d'), 'write'))).toBe('EISDIR');
    expect(codeOf(() => files.open(path('d'), 'create'))).toBe('EEXIST');
  });
}

function refusalContract(given: () => GivenFiles): void {
  it('refuses names to be made, moved and removed with EACCES', ({ skip }) => {
    const { files, path, create, names, tested } = given();
    if (tested.setReadOnly === undefined) return skip('this user may do everything');
    create('a', 'kept').close();
    tested.setReadOnly(tested.directory, true);
    expect(codeOf(() => create('b'))).toBe('EACCES');
    expect(codeOf(() => files.makeDirectory(path('d')))).toBe('EACCES');
    expect(codeOf(() => files.rename(path('a'), path('b')))).toBe('EACCES');
    expect(codeOf(() => files.link(path('a'), path('b')))).toBe('EACCES');
    expect(codeOf(() => files.remove(path('a')))).toBe('EACCES');
    tested.setReadOnly(tested.directory, false);
    expect(names()).toEqual(['a']);
  });

  it('still lets the files in it be read and written', ({ skip }) => {
    const { files, path, create, text, tested } = given();
    if (tested.setReadOnly === undefined) return skip('this user may do everything');
    create('a', 'old').close();
    tested.setReadOnly(tested.directory, true);
    const handle = files.open(path('a'), 'write');
    writeText(handle, 'new', 0);
    handle.close();
    expect(text('a')).toBe('new');
    tested.setReadOnly(tested.directory, false);
  });
}
