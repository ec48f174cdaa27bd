import { describe, expect, it, vi } from 'vitest';
import { MemoryFile } from '../../../src/platform/memory-file.ts';
import { MemoryFileHandle } from '../../../src/platform/memory-file-handle.ts';
import { bytesOf, codeOf, readText } from '../../support/files-under-test.ts';

describe('MemoryFileHandle', () => {
  it('writes what fits first, and only then fails', () => {
    let roomBytes = 4;
    const handle = opened(() => roomBytes);
    expect(handle.write(bytesOf('abcdef'), 0, 6, 0)).toBe(4);
    roomBytes = 0;
    expect(codeOf(() => handle.write(bytesOf('ef'), 0, 2, 4))).toBe('ENOSPC');
    expect(readText(handle)).toBe('abcd');
  });

  it('writes over what is there on a full disk', () => {
    let roomBytes = 4;
    const handle = opened(() => roomBytes);
    handle.write(bytesOf('abcd'), 0, 4, 0);
    roomBytes = 0;
    expect(handle.write(bytesOf('XY'), 0, 2, 2)).toBe(2);
    expect(handle.write(bytesOf('123'), 0, 3, 3)).toBe(1);
    expect(readText(handle)).toBe('abX1');
  });

  it('writes nothing behind a gap that takes all the room', () => {
    const handle = opened(() => 4);
    expect(codeOf(() => handle.write(bytesOf('a'), 0, 1, 4))).toBe('ENOSPC');
    expect(handle.write(bytesOf('ab'), 0, 2, 3)).toBe(1);
    expect(readText(handle)).toBe('\0\0\0a');
  });

  it('extends the file as far as there is room', () => {
    const handle = opened(() => 4);
    expect(codeOf(() => handle.truncate(5))).toBe('ENOSPC');
    handle.truncate(4);
    expect(handle.size()).toBe(4);
  });

  it('tells every handle once of a failed sync, unless it was opened later', async () => {
    const file = new MemoryFile();
    const handles = Array.from({ length: 3 }, () => openedOn(file));
    const [first, second, third] = handles;
    first?.abandonUnsynced();
    first?.sync();
    expect(codeOf(() => second?.dataSync())).toBe('EIO');
    second?.dataSync();
    const answers: unknown[] = [];
    third?.beginSync('all', (failure) => answers.push(failure));
    third?.beginSync('all', (failure) => answers.push(failure));
    openedOn(file).sync();
    await Promise.resolve();
    expect(answers).toEqual([expect.objectContaining({ code: 'EIO' }), undefined]);
  });

  it('answers a sync that is not waited for when the calling code is through', async () => {
    const file = new MemoryFile();
    const handle = openedOn(file);
    handle.write(bytesOf('ab'), 0, 2, 0);
    const answers: unknown[] = [];
    handle.beginSync('data', (failure) => answers.push(failure));
    handle.write(bytesOf('cd'), 0, 2, 2);
    handle.close();
    expect(answers).toEqual([]);
    await Promise.resolve();
    expect(answers).toEqual([undefined]);
    expect(file.afterPowerLoss().sizeBytes).toBe(2);
    expect(codeOf(() => handle.beginSync('all', () => undefined))).toBe('EBADF');
  });

  it('tells the disk that it is closed', () => {
    const forget = vi.fn();
    const handle = new MemoryFileHandle(new MemoryFile(), true, { roomBytes: () => 0, forget });
    handle.close();
    expect(forget).toHaveBeenCalled();
    expect(codeOf(() => handle.abandonUnsynced())).toBe('EBADF');
  });
});

function openedOn(file: MemoryFile): MemoryFileHandle {
  const disk = { roomBytes: () => Number.POSITIVE_INFINITY, forget: () => undefined };
  return new MemoryFileHandle(file, true, disk);
}

function opened(roomBytes: () => number): MemoryFileHandle {
  return new MemoryFileHandle(new MemoryFile(), true, { roomBytes, forget: () => undefined });
}
