import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { TileView } from '../../../../src/indexes/views/tile-view.ts';
import { madeIndex, pushRow } from '../../../support/random-index.ts';

describe('TileView', () => {
  it('makes the tiles of a page when as many rows were looked at in vain as it has', () => {
    const { index } = madeIndex(3, pageRows + 640, false);
    const view = new TileView(index.columns);
    expect(view.of(1)).toBeUndefined();
    view.owe(1, 639);
    expect(view.of(1)).toBeUndefined();
    view.owe(1, 1);
    expect(view.of(1)?.count).toBe(10);
    expect([view.pageCount, view.bytes]).toEqual([1, 18 * 1024]);
    expect([view.known(0), view.of(0)]).toEqual([undefined, undefined]);
  });

  it('goes on with the page that is being written', () => {
    const { index } = madeIndex(3, 640, false);
    const view = new TileView(index.columns);
    view.policy = 'always';
    expect(view.of(0)?.count).toBe(10);
    for (let each = 0; each < 65; each += 1) {
      pushRow(index, { entity: 'late', scope: 'shop', kind: 0x1000 });
    }
    expect(view.known(0)?.count).toBe(10);
    expect(view.of(0)?.count).toBe(11);
    expect(view.of(0)?.clocksMin[10]).toBe(0);
  });

  it('makes none when it never should', () => {
    const { index } = madeIndex(3, 640, false);
    const view = new TileView(index.columns);
    view.policy = 'never';
    view.owe(0, 10 * pageRows);
    expect(view.of(0)).toBeUndefined();
  });
});
