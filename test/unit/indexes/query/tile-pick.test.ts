import { describe, expect, it } from 'vitest';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { TilePick } from '../../../../src/indexes/query/tile-pick.ts';
import { Region } from '../../../../src/model/region.ts';
import { pushRow } from '../../../support/random-index.ts';

const index = new EventIndex(1);
index.views.tiles.policy = 'always';
for (let row = 0; row < 640; row += 1) {
  // Each tile has an entity, a scope and a kind of its own: 0x1000, 0x2001, 0x1002 …
  const tile = Math.floor(row / 64);
  const kind = (tile % 2 === 0 ? 0x1000 : 0x2000) + tile;
  pushRow(index, { entity: tile < 8 ? 'long' : `e${tile}`, scope: `s${tile}`, kind });
}

function passing(region: Region, low = 0, high = 640): number[] {
  const scopeId = region.scope === undefined ? -1 : index.scopes.find(region.scope);
  const pick = TilePick.of(index.views.tiles, region, scopeId ?? -1);
  const tiles = index.views.tiles.of(0);
  if (pick === undefined || tiles === undefined) throw new Error('there are tiles');
  return [...pick.passing(tiles, low, high)];
}

describe('TilePick', () => {
  it('passes tiles by kind, category, scope and clock', () => {
    expect(passing(Region.all().withKind(0x1004))).toEqual([4]);
    expect(passing(Region.all().withCategory(2))).toEqual([1, 3, 5, 7, 9]);
    expect(passing(Region.all().withScope('s6'))).toEqual([6]);
    expect(passing(Region.all().withClock({ from: 63, to: 64 }))).toEqual([0, 1, 8, 9]);
    expect(passing(Region.all().withClock({ from: 300 }))).toEqual([4, 5, 6, 7]);
    expect(passing(Region.all().withScope('s6').withKind(0x1004))).toEqual([]);
  });

  it('passes only tiles with rows in the bounds', () => {
    const even = Region.all().withCategory(1);
    expect(passing(even, 130, 385)).toEqual([2, 4, 6]);
    expect(passing(even, 192, 384)).toEqual([4]);
    expect(passing(even, 640, 640)).toEqual([]);
  });

  it('is of no use to regions by entity and lane alone', () => {
    const { tiles } = index.views;
    expect(TilePick.of(tiles, Region.namespace('e1').withLane(0), -1)).toBeUndefined();
  });
});
