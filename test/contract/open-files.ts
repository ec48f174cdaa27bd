import { expect, it } from 'vitest';
import type { FileHandle, SyncMode } from '../../src/model/files.ts';
import {
  bytesOf,
  codeOf,
  failureOf,
  type GivenFiles,
  readText,
  textOf,
  writeText,
} from '../support/files-under-test.ts';

/** What is written to an open file, and read from it. */
export function bytesContract(given: () => GivenFiles): void {
  it('gives back what was written', () => {
    const { create } = given();
    const handle = create('a', 'hello');
    expect(handle.size()).toBe(5);
    expect(readText(handle)).toBe('hello');
    handle.close();
  });

  it('writes and reads part of a buffer at a position', () => {
    const { create } = given();
    const handle = create('a', '0123456789');
    expect(handle.write(bytesOf('abcdef'), 2, 3, 4)).toBe(3);
    expect(readText(handle)).toBe('0123cde789');
    const target = bytesOf('______');
    expect(handle.read(target, 1, 4, 3)).toBe(4);
    expect(textOf(target)).toBe('_3cde_');
    handle.close();
  });

  it('reads fewer bytes at the end, and none beyond it', () => {
    const { create } = given();
    const handle = create('a', 'abc');
    const target = bytesOf('____');
    expect(handle.read(target, 0, 4, 1)).toBe(2);
    expect(handle.read(target, 0, 4, 3)).toBe(0);
    expect(handle.read(target, 0, 4, 100)).toBe(0);
    expect(textOf(target)).toBe('bc__');
    handle.close();
  });

  it('fills a gap that a write leaves with zeros', () => {
    const { create } = given();
    const handle = create('a', 'ab');
    writeText(handle, 'c', 4);
    expect(readText(handle)).toBe('ab\0\0c');
    handle.close();
  });

  it('holds zeros where it was cut and extended again', () => {
    const { create } = given();
    const handle = create('a', 'abcdef');
    handle.truncate(2);
    expect(handle.size()).toBe(2);
    handle.truncate(4);
    expect(readText(handle)).toBe('ab\0\0');
    writeText(handle, 'z', 5);
    expect(readText(handle)).toBe('ab\0\0\0z');
    handle.close();
  });

  it('holds megabytes', () => {
    const { create } = given();
    const chunk = new Uint8Array(1 << 20).map((_, index) => index % 251);
    const handle = create('a');
    for (let index = 0; index < 8; index += 1) {
      expect(handle.write(chunk, 0, chunk.length, index * chunk.length)).toBe(chunk.length);
    }
    const read = new Uint8Array(8 * chunk.length);
    expect(handle.read(read, 0, read.length, 0)).toBe(read.length);
    expect(Buffer.compare(read.subarray(5 * chunk.length, 6 * chunk.length), chunk)).toBe(0);
    handle.close();
  });
}

/** What open files have to do with one another, and with being closed. */
export function handlesContract(given: () => GivenFiles): void {
  it('shows every open handle what another one wrote', () => {
    const { files, path, create } = given();
    const writer = create('a');
    const reader = files.open(path('a'), 'read');
    writeText(writer, 'news', 0);
    expect(readText(reader)).toBe('news');
    writer.close();
    reader.close();
  });

  it('refuses to write through a handle that reads', () => {
    const { files, path, create } = given();
    create('a', 'kept').close();
    const handle = files.open(path('a'), 'read');
    expect(codeOf(() => handle.write(bytesOf('x'), 0, 1, 0))).toBe('EBADF');
    expect(codeOf(() => handle.truncate(0))).toBe('EINVAL');
    handle.sync();
    handle.close();
    expect(given().text('a')).toBe('kept');
  });

  it('answers EBADF once it is closed, and closes a second time in silence', () => {
    const { create } = given();
    const handle = create('a', 'x');
    handle.sync();
    handle.dataSync();
    handle.close();
    handle.close();
    const bytes = bytesOf('x');
    expect(codeOf(() => handle.write(bytes, 0, 1, 0))).toBe('EBADF');
    expect(codeOf(() => handle.read(bytes, 0, 1, 0))).toBe('EBADF');
    expect(codeOf(() => handle.truncate(0))).toBe('EBADF');
    expect(codeOf(() => handle.size())).toBe('EBADF');
    expect(codeOf(() => handle.sync())).toBe('EBADF');
    expect(codeOf(() => handle.dataSync())).toBe('EBADF');
  });

  it('asserts that a transfer stays inside the buffer, at a whole position', () => {
    const { create } = given();
    const handle = create('a', 'abc');
    const bytes = bytesOf('xyz');
    const wrong = [
      [0, 4, 0],
      [-1, 1, 0],
      [0, -1, 0],
      [0, 1, -1],
      [0, 1, 0.5],
      [0, 1, Number.NaN],
      [0.5, 1, 0],
    ] as const;
    for (const [start, length, position] of wrong) {
      const broken = { code: 'BATPAK_ASSERTION' };
      expect(failureOf(() => handle.write(bytes, start, length, position))).toMatchObject(broken);
      expect(failureOf(() => handle.read(bytes, start, length, position))).toMatchObject(broken);
    }
    expect(readText(handle)).toBe('abc');
    handle.close();
  });

  it('writes and reads nothing when asked for nothing', () => {
    const { create } = given();
    const handle = create('a');
    expect(handle.write(bytesOf('x'), 0, 0, 9)).toBe(0);
    expect(handle.read(bytesOf('x'), 1, 0, 0)).toBe(0);
    expect(handle.size()).toBe(0);
    handle.close();
  });
}

/** Syncs that are answered from the event loop. */
export function beginSyncContract(given: () => GivenFiles): void {
  const synced = (handle: FileHandle, mode: SyncMode): Promise<Error | undefined> =>
    new Promise((resolve) => handle.beginSync(mode, resolve));

  it('answers later, in either mode', async () => {
    const { create } = given();
    const handle = create('a', 'text');
    let answers = 0;
    const both = (['all', 'data'] as const).map(async (mode) => {
      expect(await synced(handle, mode)).toBeUndefined();
      answers += 1;
    });
    expect(answers).toBe(0);
    await Promise.all(both);
    expect(answers).toBe(2);
    handle.close();
  });

  it('answers also when the file is closed meanwhile, which is then closed', async () => {
    const { create, text } = given();
    const handle = create('a', 'kept');
    const answer = synced(handle, 'all');
    handle.close();
    handle.close();
    expect(codeOf(() => handle.size())).toBe('EBADF');
    expect(await answer).toBeUndefined();
    expect(codeOf(() => handle.sync())).toBe('EBADF');
    expect(text('a')).toBe('kept');
  });

  it('is refused by a closed file at once', () => {
    const { create } = given();
    const handle = create('a');
    handle.close();
    expect(codeOf(() => handle.beginSync('all', () => undefined))).toBe('EBADF');
  });
}
