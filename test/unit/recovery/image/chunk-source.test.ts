import { describe, expect, it } from 'vitest';
import { chunkChecksum, encodeChunk } from '../../../../src/codec/index/column-chunk.ts';
import { ColumnPage, EventColumns, pageRows } from '../../../../src/indexes/columns.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import {
  type ChunkFile,
  type ChunkNumbers,
  ChunkSource,
} from '../../../../src/recovery/image/chunk-source.ts';

/** A file with chunks of rows whose clocks tell their sequences; each row is of stream 1. */
function chunkFile(files: MemoryFiles, path: string, ranges: readonly [number, number][]) {
  const handle = files.open(path, 'create');
  let at = 0;
  const chunks = ranges.map(([from, to]) => {
    const page = new ColumnPage();
    for (let row = 0; row < to - from; row += 1) {
      page.clock[row] = from + row;
      page.entity[row] = 1;
      page.length[row] = 62;
    }
    const bytes = encodeChunk(page, 0, to - from);
    handle.write(bytes, 0, bytes.length, at);
    const checksum = chunkChecksum(bytes, 5);
    const chunk = { firstSequence: from, count: to - from, at, checksum, startUs: 0 };
    at += bytes.length;
    return chunk;
  });
  return (numbers: ChunkFile['numbers']): ChunkFile => ({ path, chunks, numbers });
}

const same = () => 'same' as const;

describe('ChunkSource', () => {
  it('fills a page from the chunks of several files, in whatever order they came', () => {
    const files = new MemoryFiles();
    const source = new ChunkSource(files, 5, () => new EventColumns());
    source.add(
      chunkFile(files, '/one', [
        [0, 3],
        [7, 9],
      ])(same),
    );
    source.add(
      chunkFile(files, '/two', [
        [3, 7],
        [pageRows, pageRows + 2],
      ])(same),
    );
    const page = new ColumnPage();
    expect(source.fill(0, page, 0)).toBe(true);
    expect([...page.clock.subarray(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
    const second = new ColumnPage();
    expect(source.fill(1, second, 0)).toBe(true);
    expect([...second.clock.subarray(0, 3)]).toEqual([pageRows, pageRows + 1, 0]);
  });

  it('leaves rows alone that are in memory already', () => {
    const files = new MemoryFiles();
    const source = new ChunkSource(files, 5, () => new EventColumns());
    source.add(chunkFile(files, '/one', [[4, 6]])(same));
    const page = new ColumnPage();
    page.clock.fill(99);
    expect(source.fill(0, page, 4)).toBe(true);
    expect([...page.clock.subarray(3, 7)]).toEqual([99, 4, 5, 99]);
  });

  it('says so when rows are missing, damaged, or in no file', () => {
    const files = new MemoryFiles();
    const make = chunkFile(files, '/one', [
      [0, 2],
      [4, 6],
    ]);
    const gap = new ChunkSource(files, 5, () => new EventColumns());
    gap.add(make(same));
    expect(gap.fill(0, new ColumnPage(), 0)).toBe(false);
    const salted = new ChunkSource(files, 6, () => new EventColumns());
    salted.add(chunkFile(files, '/two', [[0, 2]])(same));
    expect(salted.fill(0, new ColumnPage(), 0)).toBe(false);
    const gone = new ChunkSource(files, 5, () => new EventColumns());
    gone.add(chunkFile(files, '/three', [[0, 2]])(same));
    files.remove('/three');
    expect(gone.fill(0, new ColumnPage(), 0)).toBe(false);
  });

  it('gives streams and scopes the numbers that they have in the index', () => {
    const files = new MemoryFiles();
    const make = chunkFile(files, '/one', [[0, 2]]);
    let asked = 0;
    const numbered = (numbers: ChunkNumbers | undefined): ChunkSource => {
      const source = new ChunkSource(files, 5, () => new EventColumns());
      source.add(
        make(() => {
          asked += 1;
          return numbers;
        }),
      );
      return source;
    };
    const page = new ColumnPage();
    const source = numbered({ streams: new Map([[1, 42]]), scopes: new Map([[0, 7]]) });
    expect(source.fill(0, page, 0) && source.fill(0, page, 0)).toBe(true);
    expect([page.entity[0], page.scope[1], asked]).toEqual([42, 7, 1]);
    const unknown = numbered({ streams: new Map(), scopes: new Map([[0, 7]]) });
    expect(unknown.fill(0, new ColumnPage(), 0)).toBe(false);
    expect(numbered(undefined).fill(0, new ColumnPage(), 0)).toBe(false);
  });

  it('forgets a file, and hands out columns that were made anew', () => {
    const files = new MemoryFiles();
    const columns = new EventColumns();
    const source = new ChunkSource(files, 5, () => columns);
    const file = chunkFile(files, '/one', [[0, 2]])(same);
    source.add(file);
    source.remove(file);
    const page = new ColumnPage();
    expect(source.fill(0, page, 0)).toBe(true);
    expect(page.clock[1]).toBe(0);
    expect(source.rebuild()).toBe(columns);
  });
});
