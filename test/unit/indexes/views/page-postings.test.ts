import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { firstFrom, PagePostings } from '../../../../src/indexes/views/page-postings.ts';

function given() {
  const ids = new Uint32Array(pageRows);
  const lengths = new Uint32Array(pageRows).fill(1);
  // Beyond 16 bits, so that the second pass of the sort has something to do.
  for (let row = 0; row < pageRows; row += 1) ids[row] = (row % 3) * 70_000;
  ids[5] = 7;
  lengths[6] = 0;
  return PagePostings.of(ids, lengths);
}

describe('PagePostings', () => {
  it('has the rows of each id in ascending order, and none of a hole', () => {
    const postings = given();
    expect([...postings.ids]).toEqual([0, 7, 70_000, 140_000]);
    const rowsOf = (id: number) => {
      const slot = postings.slotOf(id);
      return postings.rows.subarray(postings.start(slot), postings.end(slot));
    };
    expect([...rowsOf(0).subarray(0, 4)]).toEqual([0, 3, 9, 12]);
    expect([...rowsOf(7)]).toEqual([5]);
    expect([...rowsOf(140_000).subarray(0, 3)]).toEqual([2, 8, 11]);
    expect(postings.rows).toHaveLength(pageRows - 1);
    expect(postings.slotOf(8)).toBe(-1);
    expect(postings.bytes).toBe(2 * (pageRows - 1) + 4 * 4 + 4 * 5);
  });
});

describe('firstFrom', () => {
  it('is the first place that is not before a row', () => {
    const rows = new Uint16Array([1, 4, 4, 9]);
    expect([0, 4, 5, 10].map((row) => firstFrom(rows, 0, 4, row))).toEqual([0, 1, 3, 4]);
    expect(firstFrom(rows, 2, 3, 9)).toBe(3);
  });
});
