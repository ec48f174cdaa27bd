import { describe, expect, it } from 'vitest';
import { pageRows } from '../../../../src/indexes/columns.ts';
import { choosePage, chosenRows } from '../../../../src/indexes/query/page-choice.ts';
import { partsOf, picksOf } from '../../../../src/indexes/query/sequence-query.ts';
import { Region } from '../../../../src/model/region.ts';
import { filtered, madeIndex } from '../../../support/random-index.ts';

const { index, rows } = madeIndex(6, pageRows + 50, false);
index.views.configure({ soa: 'always', entityGroups: 'always' });
const picksFor = (region: Region) => picksOf(index, region, partsOf(index, region));

describe('choosePage', () => {
  it('takes the postings with the fewest rows', () => {
    const rare = Region.all().withKind(0x3333).withScope('shop');
    const choice = choosePage(picksFor(rare), 0, 'due');
    expect(choice.pick?.view).toBe(index.views.kinds);
    if (choice.postings === undefined) throw new Error('the page has postings');
    const expected = filtered(rows, Region.all().withKind(0x3333)).filter((at) => at < pageRows);
    expect([...chosenRows(choice.postings, choice.slots)]).toEqual(expected);
  });

  it('puts the rows of several ids into one order', () => {
    const region = Region.namespace('rare');
    const { postings, slots } = choosePage(picksFor(region), 0, 'due');
    if (postings === undefined) throw new Error('the page has postings');
    expect(slots.length).toBeGreaterThan(1);
    const expected = filtered(rows, region).filter((sequence) => sequence < pageRows);
    expect([...chosenRows(postings, slots)]).toEqual(expected);
  });

  it('looks at every row where postings would leave out less than half, or are missing', () => {
    expect(choosePage(picksFor(Region.prefix('o')), 0, 'due').pick).toBeUndefined();
    expect(choosePage(picksFor(Region.all().withKind(0x3333)), 1, 'due').rows).toBe(pageRows);
  });
});
