import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { readRange } from '../../../src/recovery/read-range.ts';

describe('readRange', () => {
  const handle = new MemoryFiles().open('/file', 'create');
  handle.write(Uint8Array.of(1, 2, 3, 4, 5), 0, 5, 0);

  it('reads from its start up to, not including, its end', () => {
    expect(readRange(handle, 1, 4)).toEqual(Uint8Array.of(2, 3, 4));
    expect(readRange(handle, 2, 2)).toHaveLength(0);
    expect(readRange(handle, 4, 2)).toHaveLength(0);
  });

  it('reads what there is of a file that ends before', () => {
    expect(readRange(handle, 3, 9)).toEqual(Uint8Array.of(4, 5));
    expect(readRange(handle, 7, 9)).toHaveLength(0);
  });

  it('reads on when the system gives less than was asked for', () => {
    const slow = {
      ...{ write: handle.write, truncate: handle.truncate, size: handle.size },
      ...{ sync: handle.sync, dataSync: handle.dataSync, close: handle.close },
      ...{ beginSync: handle.beginSync },
      read: (bytes: Uint8Array, start: number, _length: number, position: number) =>
        handle.read(bytes, start, 1, position),
    };
    expect(readRange(slow, 0, 5)).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  });
});
