import { describe, expect, it } from 'vitest';
import { ColumnPage } from '../../../../src/indexes/columns.ts';
import { bitOf, PageTiles, tileRows } from '../../../../src/indexes/views/page-tiles.ts';

describe('PageTiles', () => {
  it('tell what occurs in each 64 rows, holes left out', () => {
    const page = new ColumnPage();
    for (let row = 0; row < 3 * tileRows; row += 1) {
      // The third tile is a hole, and a row of the first is.
      if (row === 5 || row >= 2 * tileRows) continue;
      page.length[row] = 100;
      page.kind[row] = row < tileRows ? 0x1001 : 0xf123;
      page.scope[row] = 1 + (row % 2);
      page.clock[row] = 1000 + row;
    }
    const tiles = new PageTiles();
    tiles.extend(page, 2 * tileRows - 1);
    expect(tiles.count).toBe(1);
    tiles.extend(page, 3 * tileRows + 7);
    expect(tiles.count).toBe(3);
    expect([...tiles.kinds.subarray(0, 3)]).toEqual([bitOf(0x1001), bitOf(0xf123), 0]);
    expect([...tiles.categories.subarray(0, 3)]).toEqual([1 << 1, 1 << 15, 0]);
    expect([...tiles.scopes.subarray(0, 3)]).toEqual([6, 6, 0]);
    expect([...tiles.clocksMin.subarray(0, 3)]).toEqual([1000, 1064, 0xffff_ffff]);
    expect([...tiles.clocksMax.subarray(0, 3)]).toEqual([1063, 1127, 0]);
    expect(tiles.bytes).toBe(18 * 1024);
  });

  it('have a bit of its own for each of 32 ids in a row', () => {
    const bits = Array.from({ length: 32 }, (_, at) => bitOf(0x1000 + at));
    expect(new Set(bits).size).toBe(32);
    expect(bits.every((bit) => bit > 0)).toBe(true);
  });
});
