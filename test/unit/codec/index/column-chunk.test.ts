import { describe, expect, it } from 'vitest';
import {
  chunkChecksum,
  decodeChunk,
  encodeChunk,
  rowBytes,
  swapBytes,
} from '../../../../src/codec/index/column-chunk.ts';
import { ColumnPage } from '../../../../src/indexes/columns.ts';
import { goldenPage } from '../../../support/golden-index.ts';

describe('a chunk of columns', () => {
  it('gives its rows back at another place of a page', () => {
    const chunk = encodeChunk(goldenPage(), 0, 2);
    expect(chunk).toHaveLength(2 * rowBytes);
    const page = new ColumnPage();
    page.clock.fill(7);
    decodeChunk(chunk, page, 1000);
    expect([...page.clock.subarray(999, 1003)]).toEqual([7, 0, 1, 7]);
    expect([...page.timestampUs.subarray(1000, 1002)]).toEqual([
      1_735_689_600_000_000, 1_735_689_600_000_000,
    ]);
    expect([...page.kind.subarray(1000, 1002)]).toEqual([0x1000, 0x1000]);
    expect([...page.offset.subarray(1000, 1003)]).toEqual([0xd6, 0x1bd, 0]);
  });

  it('takes the rows that it is asked for', () => {
    const page = new ColumnPage();
    page.scope.set([5, 6, 7, 8]);
    const other = new ColumnPage();
    decodeChunk(encodeChunk(page, 1, 3), other, 0);
    expect([...other.scope.subarray(0, 3)]).toEqual([6, 7, 0]);
  });

  it('has numbers with their lowest byte first', () => {
    const page = new ColumnPage();
    page.kind[0] = 0x1234;
    expect([...encodeChunk(page, 0, 1).subarray(32)]).toEqual([0x34, 0x12]);
    page.entity[0] = 0x01020304;
    expect([...encodeChunk(page, 0, 1).subarray(8, 12)]).toEqual([4, 3, 2, 1]);
  });

  it('has a checksum that starts from the salt', () => {
    const chunk = encodeChunk(goldenPage(), 0, 2);
    expect(chunkChecksum(chunk, 1)).not.toBe(chunkChecksum(chunk, 2));
    const before = chunkChecksum(chunk, 1);
    chunk[9] = 1;
    expect(chunkChecksum(chunk, 1)).not.toBe(before);
  });
});

describe('swapBytes', () => {
  it('turns each number around, within its bounds', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    swapBytes(bytes, 2, 4, 2);
    expect([...bytes]).toEqual([1, 2, 4, 3, 6, 5, 7, 8]);
  });
});
