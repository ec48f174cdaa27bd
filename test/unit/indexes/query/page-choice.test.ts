import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { choosePage, chosenRows } from '../../../../src/indexes/query/page-choice.ts';
import { partsOf, picksOf } from '../../../../src/indexes/query/sequence-query.ts';
import { tileRows } from '../../../../src/indexes/views/page-tiles.ts';
import { Region } from '../../../../src/model/region.ts';
import { filtered, madeIndex } from '../../../support/random-index.ts';

const { index, rows } = madeIndex(6, pageRows + 50, false);
index.views.configure({ soa: 'always', entityGroups: 'always', tiles64: 'never' });
const whole = { low: 0, high: pageRows };
const picksFor = (region: Region) => picksOf(index, region, partsOf(index, region));

describe('choosePage', () => {
  it('takes the postings with the fewest rows', () => {
    const rare = Region.all().withKind(0x3333).withScope('shop');
    const choice = choosePage(picksFor(rare), 0, whole, 'due');
    expect(choice.pick?.view).toBe(index.views.kinds);
    if (choice.postings === undefined) throw new Error('the page has postings');
    const expected = filtered(rows, Region.all().withKind(0x3333)).filter((at) => at < pageRows);
    expect([...chosenRows(choice.postings, choice.slots)]).toEqual(expected);
  });

  it('puts the rows of several ids into one order', () => {
    const region = Region.namespace('rare');
    const { postings, slots } = choosePage(picksFor(region), 0, whole, 'due');
    if (postings === undefined) throw new Error('the page has postings');
    expect(slots.length).toBeGreaterThan(1);
    const expected = filtered(rows, region).filter((sequence) => sequence < pageRows);
    expect([...chosenRows(postings, slots)]).toEqual(expected);
  });

  it('takes tiles where postings are missing or leave out less', () => {
    const other = madeIndex(6, pageRows + 1000, false).index;
    const region = Region.all().withKind(0x3333).withClock({ to: 20 });
    const picks = picksOf(other, region, partsOf(other, region));
    other.views.configure({ soa: 'never', entityGroups: 'never', tiles64: 'always' });
    const tiled = choosePage(picks, 0, whole, 'due');
    expect(tiled.tiles).toBe(other.views.tiles.known(0));
    expect(tiled.rows).toBe(tiled.passing.length * tileRows);
    // The last page: 15 whole tiles, of which one may pass or not, and 40 rows behind them.
    const last = choosePage(picks, 1, { low: 0, high: 1000 }, 'due');
    expect(last.tiles?.count).toBe(15);
    expect(last.rows).toBe(last.passing.length * tileRows + 40);
    expect(choosePage(picks, 1, { low: 0, high: 500 }, 'due').tiles).toBeUndefined();
    other.views.configure({ soa: 'always', entityGroups: 'never', tiles64: 'always' });
    expect(choosePage(picks, 0, whole, 'due').pick?.view).toBe(other.views.kinds);
  });

  it('looks at every row where postings would leave out less than half, or are missing', () => {
    expect(choosePage(picksFor(Region.prefix('o')), 0, whole, 'due').pick).toBeUndefined();
    expect(
      choosePage(picksFor(Region.all().withKind(0x3333)), 1, { low: 10, high: 50 }, 'due').rows,
    ).toBe(40);
  });
});
